// layer 4 (hub): who a broadcast is for, as plain data.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <ranges>
#include <string>
#include <string_view>

namespace socketio {

/// A list of names, in one piece of memory. A socket's id and another name or two, which is what
/// most broadcasts name, cost no allocation.
class name_list {
 public:
  bool empty() const noexcept { return count_ == 0; }
  std::size_t size() const noexcept { return count_; }

  void add(std::string_view name) {
    const std::size_t length = name.size();
    const std::size_t size = sizeof length + length;
    if (outside_.empty() && size <= inside_.size() - used_) {
      std::memcpy(inside_.data() + used_, &length, sizeof length);
      std::copy(name.begin(), name.end(), inside_.data() + used_ + sizeof length);
      used_ += size;
    } else {
      if (outside_.empty()) outside_.assign(inside_.data(), used_);
      outside_.append(reinterpret_cast<const char*>(&length), sizeof length).append(name);
    }
    ++count_;
  }

  template <std::ranges::input_range Names>
    requires(!std::convertible_to<Names, std::string_view>)
  void add(const Names& names) {
    for (const auto& each : names) add(std::string_view{each});
  }

  friend bool operator==(const name_list& a, const name_list& b) noexcept {
    return a.all() == b.all();
  }

  template <class Visitor>
  void for_each(Visitor&& visit) const {
    std::string_view rest = all();
    while (!rest.empty()) {
      std::size_t length = 0;
      std::memcpy(&length, rest.data(), sizeof length);
      visit(rest.substr(sizeof length, length));
      rest.remove_prefix(sizeof length + length);
    }
  }

 private:
  std::string_view all() const noexcept {
    return outside_.empty() ? std::string_view{inside_.data(), used_} : outside_;
  }

  // Each name behind its length: inside, or outside once there is no room for all of them.
  std::array<char, 72> inside_{};  // copied whole, so g++ 12 wants all of it to be something
  std::size_t used_ = 0;
  std::size_t count_ = 0;
  std::string outside_;
};

/// The union of `rooms` (everybody if none is named), without the members of any room in `except`.
/// A socket's id counts as a room that holds the socket. The same value selects sockets on this
/// shard, on others, and in other processes.
struct audience {
  name_list rooms;
  name_list except;
  bool lossy = false;   ///< peers that do not keep up are left out
  bool local = false;   ///< this process only
  bool direct = false;  ///< the one socket that `rooms` names, whatever rooms it and others are in

  friend bool operator==(const audience&, const audience&) = default;
};

}  // namespace socketio
