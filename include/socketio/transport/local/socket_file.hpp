// layer 3 (transport): the file of a listening Unix domain socket: taken over, claimed, removed.
#pragma once

#include <string>
#include <system_error>

#include "socketio/config.hpp"
#include "socketio/transport/local/endpoint.hpp"

#ifndef _WIN32
#include <sys/types.h>
#endif

namespace socketio::detail {

/// Why there can be no socket at that path; no error if there can.
SOCKETIO_DECL std::error_code fault_of(const local_endpoint& where) noexcept;

/// Held from before a socket is bound until it listens, so that of two servers which start at the
/// same moment, none takes the other's file for one that nobody listens on. The lock is on the
/// folder, and leaves no file behind; where folders cannot be locked, there is none.
class folder_lock {
 public:
  /// Waits while others are at it, for a second at most.
  SOCKETIO_DECL explicit folder_lock(const std::string& path_inside);
  folder_lock(const folder_lock&) = delete;
  SOCKETIO_DECL ~folder_lock();

 private:
  int folder_ = -1;
};

/// The file that belongs to a bound socket. It must go before that socket is closed: as long as it
/// is open, no other file can have the same number.
class socket_file {
 public:
  /// Removes what a server that has died left behind: the file of a socket on which nobody listens.
  /// False if the path is taken by anything else.
  SOCKETIO_DECL static bool remove_stale(const std::string& path) noexcept;

  /// The file has just been made by `bind`: sets its mode.
  SOCKETIO_DECL void claim(const local_endpoint& where, std::error_code& ec);

  /// Unless there is another file at that path by now.
  SOCKETIO_DECL void remove() noexcept;

 private:
  std::string path_;  ///< empty: there is no file
#ifndef _WIN32
  ::dev_t device_{};
  ::ino_t number_{};
#endif
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/transport/local/impl/socket_file.ipp"
#endif
