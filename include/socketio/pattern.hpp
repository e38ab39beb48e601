// layer 4 (hub): names of namespaces, by a pattern.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace socketio {

/// Names of a form: `*` stands for any characters but '/', also for none, every other character for
/// itself. `io::pattern{"/room-*"}` is "/room-1" and "/room-", but not "/room-1/chat".
///
/// Clients choose the names that it is asked about. It takes no more steps than the two lengths
/// multiplied, and no memory.
class pattern {
 public:
  /// A missing leading '/' is added.
  explicit pattern(std::string_view text) : text_{text} {
    if (!text.starts_with('/')) text_.insert(0, 1, '/');
  }

  bool operator()(std::string_view name) const noexcept {
    constexpr std::size_t none = std::string_view::npos;
    std::size_t at = 0, star = none, resume = 0;  // where to go on if the last star takes one more
    for (std::size_t i = 0; i < name.size();) {
      if (at < text_.size() && text_[at] == '*') {
        star = at++;
        resume = i;
      } else if (at < text_.size() && text_[at] == name[i]) {
        ++at;
        ++i;
      } else if (star != none && name[resume] != '/') {
        at = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (at < text_.size() && text_[at] == '*') ++at;
    return at == text_.size();
  }

 private:
  std::string text_;
};

}  // namespace socketio
