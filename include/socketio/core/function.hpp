// layer 0 (core): a move-only callable, so that handlers may own what cannot be copied.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace socketio {

template <class Signature, std::size_t Words = 3>
class unique_function;

/// std::function without the demand to be copyable (std::move_only_function is C++23). Callables up
/// to so many words are stored inside.
template <class Result, class... Args, std::size_t Words>
class unique_function<Result(Args...), Words> {
 public:
  unique_function() noexcept = default;
  unique_function(std::nullptr_t) noexcept {}

  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, unique_function> &&
             std::is_invocable_r_v<Result, std::decay_t<F>&, Args...>)
  unique_function(F&& f) {
    using stored = std::decay_t<F>;
    if constexpr (fits_inside<stored>) {
      ::new (static_cast<void*>(storage_)) stored(std::forward<F>(f));
      operations_ = &inside_operations<stored>;
    } else {
      ::new (static_cast<void*>(storage_)) stored*(new stored(std::forward<F>(f)));
      operations_ = &heap_operations<stored>;
    }
  }

  unique_function(unique_function&& other) noexcept { take(other); }
  unique_function& operator=(unique_function&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~unique_function() { reset(); }

  explicit operator bool() const noexcept { return operations_ != nullptr; }

  Result operator()(Args... args) {
    return operations_->call(storage_, std::forward<Args>(args)...);
  }

 private:
  struct operations {
    Result (*call)(void*, Args&&...);
    void (*move)(void* from, void* to) noexcept;
    void (*destroy)(void*) noexcept;
  };

  static constexpr std::size_t inside_size = Words * sizeof(void*);

  template <class F>
  static constexpr bool fits_inside = sizeof(F) <= inside_size && alignof(F) <= alignof(void*) &&
                                      std::is_nothrow_move_constructible_v<F>;

  template <class F>
  static constexpr operations inside_operations{
      [](void* at, Args&&... args) -> Result {
        return static_cast<Result>((*static_cast<F*>(at))(std::forward<Args>(args)...));
      },
      [](void* from, void* to) noexcept {
        ::new (to) F(std::move(*static_cast<F*>(from)));
        static_cast<F*>(from)->~F();
      },
      [](void* at) noexcept { static_cast<F*>(at)->~F(); }};

  template <class F>
  static constexpr operations heap_operations{
      [](void* at, Args&&... args) -> Result {
        return static_cast<Result>((**static_cast<F**>(at))(std::forward<Args>(args)...));
      },
      [](void* from, void* to) noexcept { ::new (to) F*(*static_cast<F**>(from)); },
      [](void* at) noexcept { delete *static_cast<F**>(at); }};

  void take(unique_function& other) noexcept {
    if (!other.operations_) return;
    operations_ = std::exchange(other.operations_, nullptr);
    operations_->move(other.storage_, storage_);
  }

  void reset() noexcept {
    if (operations_) std::exchange(operations_, nullptr)->destroy(storage_);
  }

  const operations* operations_ = nullptr;
  alignas(void*) std::byte storage_[inside_size];
};

}  // namespace socketio
