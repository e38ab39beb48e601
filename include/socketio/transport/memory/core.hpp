// layer 3 (transport): virtual time, and the handlers that wait for something to happen in it.
#pragma once

#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::detail::wire {

class acceptor;

/// A stored handler, as the network sees it when it is destroyed.
class waiting : public link<waiting> {
 public:
  virtual void drop() noexcept = 0;

 protected:
  ~waiting() = default;
};

/// What all objects of one memory::network share. They hold references to it, so that they may be
/// destroyed after the network; `loop` is then null and nothing happens any more.
class core : public counted<core> {
 public:
  using event = unique_function<void()>;

  /// Events of the same time happen in the order in which they were scheduled.
  using place = std::pair<time_point, std::uint64_t>;

  explicit core(asio::io_context& loop) noexcept : loop_{&loop} {}

  time_point now() const noexcept { return now_; }

  place schedule(time_point when, event happens) {
    const place at{when, ++scheduled_};
    if (loop_) agenda_.emplace(at, std::move(happens));
    return at;
  }

  void unschedule(const place& at) { agenda_.erase(at); }

  /// Handlers run from the loop only, never inside the call that makes them ready.
  template <class Handler>
  void post(Handler&& handler) {
    if (loop_) asio::post(*loop_, std::forward<Handler>(handler));
  }

  void enlist(waiting& handler) {
    if (loop_) {
      waiting_.push_back(handler);
    } else {
      handler.drop();
    }
  }

  /// Counts an operation; tells the error that it shall fail with, if any.
  std::error_code count_operation() noexcept {
    return ++operations_ == failing_ ? failure_ : std::error_code{};
  }

  void fail_at(std::size_t operation, std::error_code with) noexcept {
    failing_ = operation;
    failure_ = with;
  }

  std::size_t operations() const noexcept { return operations_; }

  /// Who listens on which port.
  std::map<std::uint16_t, acceptor*>& ports() noexcept { return ports_; }

  bool idle() noexcept { return agenda_.empty() && waiting_.empty() && loop_->stopped(); }

  /// Lets everything happen that is due until `end`, each event only after all handlers of the
  /// previous one have run.
  void run_until(time_point end) {
    for (;;) {
      loop_->restart();
      while (loop_->poll() != 0) {
      }
      const auto next = agenda_.begin();
      if (next == agenda_.end() || next->first.first > end) break;
      if (next->first.first > now_) now_ = next->first.first;
      event happens = std::move(next->second);
      agenda_.erase(next);
      happens();
    }
    if (end > now_) now_ = end;
  }

  /// The network is destroyed. Handlers own objects that own handlers: all of them go now.
  void shut_down() noexcept {
    loop_ = nullptr;
    while (!waiting_.empty()) waiting_.pop_front().drop();
    while (!agenda_.empty()) agenda_.extract(agenda_.begin());
  }

 private:
  asio::io_context* loop_;
  // Not the clock's epoch, which programs take for "never".
  time_point now_{std::chrono::hours{1}};
  std::map<place, event> agenda_;
  std::uint64_t scheduled_ = 0;
  list<waiting> waiting_;
  std::map<std::uint16_t, acceptor*> ports_;
  std::size_t operations_ = 0;
  std::size_t failing_ = 0;
  std::error_code failure_;
};

/// A handler that waits, or none. Its owner keeps the core alive.
template <class... Args>
class slot final : public waiting {
 public:
  using function = unique_function<void(Args...)>;

  explicit slot(core& world) noexcept : core_{world} {}

  bool occupied() const noexcept { return static_cast<bool>(handler_); }

  void set(function handler) {
    assert(!occupied());  // one wait of each kind
    handler_ = std::move(handler);
    core_.enlist(*this);
  }

  function take() noexcept {
    unlink();
    return std::exchange(handler_, function{});
  }

  void complete(Args... args) {
    if (!occupied()) return;
    core_.post(
        [handler = take(), ... args = std::move(args)]() mutable { handler(std::move(args)...); });
  }

  /// What the handler owns may own this slot: the handler is destroyed last, and by the loop if
  /// there still is one.
  void drop() noexcept override { function dropped = take(); }

 private:
  core& core_;
  function handler_;
};

/// One timer's state, which its pending event keeps alive.
class alarm : public counted<alarm> {
 public:
  explicit alarm(ref<core> world) noexcept : core_{std::move(world)}, handler_{*core_} {}

  void start(time_point when, unique_function<void()> handler) {
    cancel();
    handler_.set(std::move(handler));
    scheduled_ = core_->schedule(when, [self = ref{this}] { self->ring(); });
  }

  void cancel() {
    if (!handler_.occupied()) return;
    ++round_;
    core_->unschedule(scheduled_);
    core_->post([dropped = handler_.take()] {});
  }

 private:
  void ring() {
    // Cancelled or started again meanwhile, it is another round, and this ring is not heard.
    core_->post([self = ref{this}, round = round_] {
      if (self->round_ == round) self->handler_.take()();
    });
  }

  ref<core> core_;
  slot<> handler_;
  core::place scheduled_;
  std::uint64_t round_ = 0;
};

}  // namespace socketio::detail::wire
