// layer 5 (adapters): the first words on a connection: protocol version, who we are, is it ready.
#pragma once

#include <string>
#include <utility>

#include "socketio/adapters/redis/connection.hpp"
#include "socketio/adapters/redis/options.hpp"
#include "socketio/config.hpp"

namespace socketio::redis {

/// What a server says of itself.
struct server_info {
  int protocol = 2;     ///< RESP2 or RESP3
  std::string version;  ///< such as 7.0.15
  std::string run_id;   ///< other after a restart; empty if INFO is not permitted
  std::string role;     ///< master or slave
  std::string mode;     ///< standalone, sentinel or cluster
};

namespace detail {

/// HELLO 3 with the credentials and our name, and what else it takes with a server that knows only
/// RESP2; then SELECT, INFO, and PING, which is refused as long as the server is loading its data.
class greeting : public counted<greeting> {
 public:
  using greeted = unique_function<void(std::error_code, server_info&&)>;

  /// Calls `done` once, unless the connection ends before.
  SOCKETIO_DECL static void begin(connection& on, const options& o, const address& as, bool resp2,
                                  greeted done);

 private:
  greeting(connection& on, const options& o, const address& as, greeted done)
      : connection_{&on},
        name_{o.name},
        user_{as.user},
        password_{as.password},
        database_{as.database},
        done_{std::move(done)} {}

  void say_hello();
  void say_rest();
  void read_info(std::string_view text);
  void finish(std::error_code ec, resp::reply_view reply);

  ref<connection> connection_;
  std::string name_, user_, password_;
  unsigned database_;
  greeted done_;
  server_info info_;
};

}  // namespace detail
}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/greeting.ipp"
#endif
