// layer 4 (hub): who a broadcast is for, as plain data.
#pragma once

#include <concepts>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace socketio {

/// A list of names that mostly holds one, which then costs no allocation (up to the length that
/// std::string keeps inside).
class name_list {
 public:
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }

  void add(std::string_view name) {
    if (size_++ == 0) {
      first_ = name;
    } else {
      rest_.emplace_back(name);
    }
  }

  template <std::ranges::input_range Names>
    requires(!std::convertible_to<Names, std::string_view>)
  void add(const Names& names) {
    for (const auto& each : names) add(std::string_view{each});
  }

  template <class Visitor>
  void for_each(Visitor&& visit) const {
    if (size_ != 0) visit(std::string_view{first_});
    for (const auto& each : rest_) visit(std::string_view{each});
  }

 private:
  std::string first_;
  std::vector<std::string> rest_;
  std::size_t size_ = 0;
};

/// The union of `rooms` (everybody if none is named), without the members of any room in `except`.
/// A socket's id counts as a room that holds the socket. The same value selects sockets on this
/// shard, on others, and in other processes.
struct audience {
  name_list rooms;
  name_list except;
  bool lossy = false;  ///< peers that do not keep up are left out
  bool local = false;  ///< this process only
};

}  // namespace socketio
