// layer 3 (transport): where a server listens on this machine: the path of a socket file.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace socketio {

/// Who may open a file, as `chmod` writes it: `io::file_mode{0660}`.
enum class file_mode : std::uint16_t {};

/// A path for the file of a socket. Whoever may write to that file may connect, so its mode is the
/// access control; on Windows, that of the folder is.
struct local_endpoint {
  template <std::convertible_to<std::string_view> Path>
  local_endpoint(const Path& p, file_mode m = file_mode{0660})
      : path{std::string_view{p}}, mode{m} {}

  std::string path;
  file_mode mode;
};

/// For messages to people.
inline std::string to_string(const local_endpoint& e) { return "unix:" + e.path; }

}  // namespace socketio
