// layer 4 (hub): listeners, in a list that they may change while they are called.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>
#include <vector>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::detail {

/// Something of the user's that was registered, whatever its kind. The lists of all shards share
/// it.
struct registration : counted<registration, shared_count> {
  virtual ~registration() = default;

  const std::uint64_t number = next_number();  ///< of no other; not 0

 private:
  static std::uint64_t next_number() noexcept {
    static std::atomic<std::uint64_t> last = 0;
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }
};

/// Listeners in the order in which they are called. While they are, others may come, which are not
/// called this time, and any may go, which is not called any more: who removes a listener may
/// destroy what it refers to. Its own memory stays until the last call in progress has ended.
template <class T>
class listener_list {
 public:
  listener_list() = default;
  listener_list(const listener_list&) = delete;
  ~listener_list() = default;

  bool empty() const noexcept { return all_.empty(); }

  /// Whether listeners are being called.
  bool busy() const noexcept { return innermost_ != nullptr; }

  void add(ref<T> last) { all_.push_back(std::move(last)); }

  void add_first(ref<T> first) {
    all_.insert(all_.begin(), std::move(first));
    for (walk* each = innermost_; each; each = each->outer) ++each->next, ++each->end;
  }

  /// Takes one out, null if it is not there. To let go of it may call the user's code, which may
  /// come back here: the caller does so when it has nothing else to do.
  [[nodiscard]] ref<T> take(std::uint64_t number) {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i]->number != number) continue;
      ref<T> taken = std::move(all_[i]);
      all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(i));
      for (walk* each = innermost_; each; each = each->outer) {
        if (i < each->next) --each->next;
        if (i < each->end) --each->end;
      }
      keep(taken);
      return taken;
    }
    return {};
  }

  /// All of them, with the same to be said.
  [[nodiscard]] std::vector<ref<T>> take_all() {
    for (walk* each = innermost_; each; each = each->outer) each->next = each->end = 0;
    std::vector<ref<T>> taken = std::exchange(all_, {});
    for (const ref<T>& each : taken) keep(each);
    return taken;
  }

  /// True if there are any at the end, when those that were removed meanwhile are still to go.
  template <class Visitor>
  [[gnu::always_inline]] bool for_each(Visitor&& visit) {  // for each event
    walk here{*this};
    while (here.next < here.end) visit(*all_[here.next++]);
    return !all_.empty();
  }

 private:
  /// Calls in progress: the innermost knows the others.
  struct walk {
    explicit walk(listener_list& l)
        : list{l}, end{l.all_.size()}, outer{std::exchange(l.innermost_, this)} {}
    walk(const walk&) = delete;
    ~walk() {
      list.innermost_ = outer;
      if (!outer && !list.removed_.empty()) [[unlikely]]
        list.let_go();
    }

    listener_list& list;
    std::size_t next = 0;
    std::size_t end;
    walk* outer;
  };

  void keep(ref<T> removed) {
    if (innermost_) removed_.push_back(std::move(removed));
  }

  void let_go() { const auto gone = std::exchange(removed_, {}); }

  std::vector<ref<T>> all_;
  std::vector<ref<T>> removed_;  ///< while there are calls: one of them may be running
  walk* innermost_ = nullptr;
};

template <class... Args>
struct callback : registration {
  explicit callback(unique_function<void(Args...)> f) : function{std::move(f)} {}
  unique_function<void(Args...)> function;
};

/// Callbacks that are all called, in their order.
template <class... Args>
class callback_list : public listener_list<callback<Args...>> {
 public:
  /// `on_exception(std::exception_ptr)` gets what a callback throws; the others are still called.
  template <class OnException>
  void call(OnException&& on_exception, Args... args) {
    this->for_each([&](callback<Args...>& each) {
      try {
        each.function(args...);
      } catch (...) {
        on_exception(std::current_exception());
      }
    });
  }
};

}  // namespace socketio::detail
