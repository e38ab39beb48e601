// layer 0 (core): a text that nearly always is empty.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace socketio {

/// One word, and no memory while it is empty.
class rare_text {
 public:
  bool empty() const noexcept { return !text_; }
  std::size_t size() const noexcept { return text_ ? text_->size() : 0; }
  std::string_view view() const noexcept { return text_ ? *text_ : std::string_view{}; }

  void append(std::string_view more) {
    if (more.empty()) return;
    if (text_) {
      text_->append(more);
    } else {
      text_ = std::make_unique<std::string>(more);
    }
  }

  void remove_prefix(std::size_t count) {
    if (count == size()) return clear();
    text_->erase(0, count);
  }

  void clear() noexcept { text_.reset(); }

  /// All of it, which then is here no longer.
  std::string take() noexcept {
    const auto taken = std::move(text_);
    return taken ? std::move(*taken) : std::string{};
  }

 private:
  std::unique_ptr<std::string> text_;  // never empty
};

}  // namespace socketio
