// layer 3 (transport): bodies of transport/local/socket_file.hpp.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <asio/error.hpp>

#include "socketio/transport/local/socket_file.hpp"

#ifndef _WIN32
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#endif

namespace socketio::detail {

SOCKETIO_DECL std::error_code fault_of(const local_endpoint& where) noexcept {
#ifdef _WIN32
  constexpr std::size_t room = 108;  // of sockaddr_un, whose header is not ours to include
#else
  constexpr std::size_t room = sizeof(::sockaddr_un::sun_path);
#endif
  const std::string& path = where.path;
  // The abstract names of Linux (a NUL first, or how people write it) have no mode: anybody on the
  // machine may connect to them.
  if (path.empty() || path.front() == '@' || path.find('\0') != path.npos) {
    return asio::error::invalid_argument;
  }
  if (path.size() >= room) return std::make_error_code(std::errc::filename_too_long);
  return {};
}

#ifdef _WIN32

SOCKETIO_DECL folder_lock::folder_lock(const std::string&) {}
SOCKETIO_DECL folder_lock::~folder_lock() = default;

SOCKETIO_DECL bool socket_file::remove_stale(const std::string&) noexcept { return false; }

SOCKETIO_DECL void socket_file::claim(const local_endpoint& where, std::error_code&) {
  path_ = where.path;
}

SOCKETIO_DECL void socket_file::remove() noexcept {
  if (!path_.empty()) std::remove(path_.c_str());
  path_.clear();
}

#else

SOCKETIO_DECL folder_lock::folder_lock(const std::string& path_inside) {
  const std::size_t name = path_inside.rfind('/') + 1;  // 0 if there is no slash
  const std::string folder = name == 0 ? "." : path_inside.substr(0, name);
  folder_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) return;
  for (int tries = 0; tries < 100; ++tries) {
    if (::flock(folder_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    const ::timespec pause{0, 10'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

SOCKETIO_DECL folder_lock::~folder_lock() {
  if (folder_ >= 0) ::close(folder_);
}

SOCKETIO_DECL bool socket_file::remove_stale(const std::string& path) noexcept {
  struct ::stat found;
  if (::lstat(path.c_str(), &found) != 0) return errno == ENOENT;
  ::sockaddr_un address{};
  if (!S_ISSOCK(found.st_mode) || path.size() >= sizeof address.sun_path) return false;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int probe = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (probe < 0) return false;
  // Without waiting: a server with a full queue is a server.
  ::fcntl(probe, F_SETFD, FD_CLOEXEC);
  ::fcntl(probe, F_SETFL, O_NONBLOCK);
  const auto* const to = reinterpret_cast<const ::sockaddr*>(&address);
  const bool refused =
      ::connect(probe, to, sizeof address) != 0 && (errno == ECONNREFUSED || errno == ENOENT);
  ::close(probe);
  return refused && (::unlink(path.c_str()) == 0 || errno == ENOENT);
}

SOCKETIO_DECL void socket_file::claim(const local_endpoint& where, std::error_code& ec) {
  const auto failed = [&ec](int result) {
    if (result != 0) ec.assign(errno, asio::error::get_system_category());
    return result != 0;
  };
  struct ::stat made;
  if (failed(::lstat(where.path.c_str(), &made))) return;
  if (!S_ISSOCK(made.st_mode)) {  // whoever may write to the folder has been quick
    ec = asio::error::address_in_use;
    return;
  }
  path_ = where.path;
  device_ = made.st_dev;
  number_ = made.st_ino;
  // Not through a link that may stand there by now.
  const auto mode = static_cast<::mode_t>(where.mode);
  if (failed(::fchmodat(AT_FDCWD, path_.c_str(), mode, AT_SYMLINK_NOFOLLOW))) remove();
}

SOCKETIO_DECL void socket_file::remove() noexcept {
  if (path_.empty()) return;
  struct ::stat found;
  if (::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == number_) {
    ::unlink(path_.c_str());
  }
  path_.clear();
}

#endif

}  // namespace socketio::detail
