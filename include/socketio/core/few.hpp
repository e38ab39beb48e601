// layer 0 (core): a list of references, of which there mostly is one.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace socketio {

/// Keeps its only element inside, and several on the heap: then all of them, so that they always
/// lie in a row. `T` is a reference that is empty when made of nothing.
template <class T>
class few {
 public:
  few() = default;
  few(few&&) noexcept = default;
  few& operator=(few&&) noexcept = default;
  few(const few& other)
      : one_{other.one_},
        several_{other.several_ ? std::make_unique<std::vector<T>>(*other.several_) : nullptr} {}

  const T* begin() const noexcept { return all().data(); }
  const T* end() const noexcept { return begin() + size(); }
  const T& front() const noexcept { return all().front(); }
  const T& back() const noexcept { return all().back(); }
  std::size_t size() const noexcept { return all().size(); }
  bool empty() const noexcept { return all().empty(); }

  /// When memory runs out, nothing has happened.
  void push_back(T added) {
    if (empty() && !several_) {
      one_ = std::move(added);
      return;
    }
    if (!several_) {
      auto fresh = std::make_unique<std::vector<T>>();
      fresh->reserve(2);
      fresh->push_back(std::move(one_));
      one_ = T{};
      several_ = std::move(fresh);
    }
    several_->push_back(std::move(added));
  }

  template <class Predicate>
  void erase_if(Predicate&& is_one_of_them) {
    if (several_) {
      std::erase_if(*several_, is_one_of_them);
      if (several_->empty()) several_.reset();
    } else if (one_ && is_one_of_them(one_)) {
      one_ = T{};
    }
  }

 private:
  std::span<const T> all() const noexcept {
    if (several_) [[unlikely]]
      return *several_;
    return {&one_, one_ ? std::size_t{1} : 0};
  }

  T one_{};
  std::unique_ptr<std::vector<T>> several_;
};

}  // namespace socketio
