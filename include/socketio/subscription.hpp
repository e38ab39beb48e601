// layer 4 (hub): what a registered function is known by.
#pragma once

#include <cstdint>

#include "socketio/hub/listener_list.hpp"

namespace socketio {

/// What `on`, `once`, `on_any` and their like give back, for `off`:
///
///     const io::subscription news = socket.on("news", …);
///     socket.off(news);
///
/// A number: it keeps nothing alive, and may be kept anywhere, in the function itself too.
class subscription {
 public:
  subscription() = default;
  explicit subscription(const detail::registration& what) noexcept : number_{what.number} {}

  explicit operator bool() const noexcept { return number_ != 0; }
  friend bool operator==(const subscription&, const subscription&) noexcept = default;

  std::uint64_t number() const noexcept { return number_; }

 private:
  std::uint64_t number_ = 0;
};

}  // namespace socketio
