// layer 5 (adapters): what can go wrong between us and Redis.
#pragma once

#include <string>
#include <system_error>

#include "socketio/config.hpp"
#include "socketio/proto/resp/reply.hpp"

namespace socketio::redis {

/// Errors of `redis::category()`. Asio's errors of a connection, and OpenSSL's, are passed on as
/// they are.
enum class error {
  /// There is no connection now, and nothing may wait for one (`options::offline`).
  disconnected = 1,
  /// The connection ended before the answer came: the command may have taken effect, or not.
  connection_lost,
  /// Too much is waiting to be sent, or to be answered.
  queue_full,
  /// The server has said nothing for as long as the options allow.
  timed_out,
  /// The client has been closed.
  closed,
  /// What the other end says is no RESP, exceeds `options::replies`, or was not asked for.
  protocol,
  /// The address asks for TLS, but `options::tls` does not say how:
  /// <socketio/adapters/redis/tls.hpp>.
  no_tls,
  /// This system has no Unix domain sockets.
  no_local_sockets,
  /// The text is no address of a Redis server.
  bad_url,
  /// No Sentinel knows the master.
  no_master,

  // What servers answer; the reply has the sentence.
  /// An answer that begins with a word not listed here, such as `ERR`.
  refused = 100,
  no_such_command,
  no_such_protocol,     ///< NOPROTO
  no_auth,              ///< NOAUTH: a password is needed
  wrong_password,       ///< WRONGPASS
  no_permission,        ///< NOPERM
  wrong_type,           ///< WRONGTYPE
  transaction_aborted,  ///< EXECABORT
  // Those that pass: see passes().
  loading,        ///< LOADING: the server is reading its data from disk
  busy,           ///< BUSY: a script is running
  out_of_memory,  ///< OOM
  read_only,      ///< READONLY: a replica, or a master that has become one
  master_down,    ///< MASTERDOWN
  try_again,      ///< TRYAGAIN
  cluster_down,   ///< CLUSTERDOWN
  // Those that say whom to ask.
  moved,  ///< MOVED: another node of the cluster has this slot
  ask,    ///< ASK: another node has it for the moment
};

SOCKETIO_DECL const std::error_category& category() noexcept;

inline std::error_code make_error_code(error e) noexcept {
  return {static_cast<int>(e), category()};
}

/// Whether this server may answer otherwise a little later, to the very same command.
inline bool passes(std::error_code ec) noexcept {
  return ec.category() == category() && ec.value() >= static_cast<int>(error::loading) &&
         ec.value() <= static_cast<int>(error::cluster_down);
}

/// The code for an error that a server answers with; none for other replies.
SOCKETIO_DECL std::error_code error_of(resp::reply_view reply) noexcept;

}  // namespace socketio::redis

template <>
struct std::is_error_code_enum<socketio::redis::error> : std::true_type {};

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/error.ipp"
#endif
