// layer 4 (hub): a socket as `fetch_sockets` finds it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "socketio/hub/gathering.hpp"
#include "socketio/socket_ref.hpp"

namespace socketio {

/// A handle to a socket of any loop, with what was known of it when it was found.
class remote_socket : public socket_ref {
 public:
  explicit remote_socket(detail::found_socket found) noexcept
      : socket_ref{std::move(found.who)}, rooms_{std::move(found.rooms)} {}

  /// The rooms that it was in, the one named by its id first.
  const std::vector<std::string>& rooms() const noexcept { return rooms_; }

 private:
  std::vector<std::string> rooms_;
};

}  // namespace socketio
