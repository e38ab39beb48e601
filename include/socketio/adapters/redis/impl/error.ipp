// layer 5 (adapters): the bodies of redis/error.hpp.
#pragma once

#include <string_view>

#include "socketio/adapters/redis/error.hpp"

namespace socketio::redis {

namespace detail {

struct error_text {
  error code;
  std::string_view word;  // what a server's answer begins with
  const char* message;
};

inline constexpr error_text error_texts[] = {
    {error::disconnected, {}, "not connected with the server"},
    {error::connection_lost, {}, "connection was lost before the answer came"},
    {error::queue_full, {}, "too many commands are waiting"},
    {error::timed_out, {}, "server does not answer"},
    {error::closed, {}, "client has been closed"},
    {error::protocol, {}, "server says what is no RESP, too much, or not asked for"},
    {error::no_tls, {}, "address wants TLS, options do not say how"},
    {error::no_local_sockets, {}, "system has no Unix domain sockets"},
    {error::bad_url, {}, "no address of a Redis server"},
    {error::no_master, {}, "no Sentinel knows the master"},
    {error::refused, "ERR", "server refused the command"},
    {error::no_such_command, {}, "server does not know the command"},
    {error::no_such_protocol, "NOPROTO", "server does not know the protocol version"},
    {error::no_auth, "NOAUTH", "server wants a password"},
    {error::wrong_password, "WRONGPASS", "wrong user or password"},
    {error::no_permission, "NOPERM", "user may not do this"},
    {error::wrong_type, "WRONGTYPE", "key holds another kind of value"},
    {error::transaction_aborted, "EXECABORT", "transaction was aborted"},
    {error::loading, "LOADING", "server is loading its data"},
    {error::busy, "BUSY", "server is running a script"},
    {error::out_of_memory, "OOM", "server is out of memory"},
    {error::read_only, "READONLY", "server is a replica"},
    {error::master_down, "MASTERDOWN", "replica has lost its master"},
    {error::try_again, "TRYAGAIN", "slot is being moved"},
    {error::cluster_down, "CLUSTERDOWN", "cluster is down"},
    {error::moved, "MOVED", "another node has the slot"},
    {error::ask, "ASK", "another node has the slot for now"},
};

}  // namespace detail

SOCKETIO_DECL const std::error_category& category() noexcept {
  class redis_category final : public std::error_category {
   public:
    const char* name() const noexcept override { return "socketio.redis"; }
    std::string message(int value) const override {
      for (const auto& each : detail::error_texts) {
        if (static_cast<int>(each.code) == value) return each.message;
      }
      return "unknown Redis error";
    }
  };
  static const redis_category instance;
  return instance;
}

SOCKETIO_DECL std::error_code error_of(resp::reply_view reply) noexcept {
  if (!reply.is_error()) return {};
  if (reply.text().starts_with("ERR unknown command")) return error::no_such_command;
  // Before Redis 6 the wrong password had no word of its own.
  if (reply.text().starts_with("ERR invalid password")) return error::wrong_password;
  const std::string_view word = reply.error_word();
  for (const auto& each : detail::error_texts) {
    if (!each.word.empty() && each.word == word) return each.code;
  }
  return error::refused;
}

}  // namespace socketio::redis
