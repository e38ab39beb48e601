// layer 3 (transport): readiness of many sockets through one epoll set (Linux).
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/error.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/post.hpp>
#include <sys/epoll.h>
#include <unistd.h>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::detail {

class epoll_set;

/// A descriptor in the set, with what is known of its readiness and who waits for it.
///
/// The set is edge-triggered: the kernel tells of a change once, and the flags remember it until a
/// read or write finds that there is no more. So waiting costs no system call, whereas Asio's own
/// reactor asks the kernel anew for each wait.
struct epoll_entry : link<epoll_entry> {
  using handler = unique_function<void(std::error_code), 1>;  // it mostly has one reference

  int descriptor = -1;
  bool registered = false;
  bool readable = false;
  bool writable = false;
  bool ended = false;    ///< the end, or an error, is to be read: `readable` stays
  bool queued = false;   ///< in epoll_set::ready_
  bool retired = false;  ///< its stream is gone; freed when no event can refer to it
  handler on_readable;
  std::unique_ptr<handler> on_writable;  ///< hardly ever: most peers keep up
};

/// The entries of one asio::io_context. To Asio the whole set is a single readable descriptor, so
/// the host's loop stays the loop that runs everything. Used on the loop's thread only.
class epoll_set : public asio::execution_context::service {
 public:
  using key_type = epoll_set;
  inline static asio::execution_context::id id;

  explicit epoll_set(asio::io_context& context)
      : service{context},
        context_{context},
        set_{::epoll_create1(EPOLL_CLOEXEC)},
        outer_{context_.get_executor()} {
    if (set_ < 0) throw std::system_error{errno, std::system_category(), "epoll_create1"};
    outer_.assign(set_);
  }

  static epoll_set& of(asio::io_context& context) { return asio::use_service<epoll_set>(context); }

  asio::io_context& context() noexcept { return context_; }

  void wait_readable(epoll_entry& e, epoll_entry::handler h) {
    e.on_readable = std::move(h);
    wait(e, e.readable);
  }
  void wait_writable(epoll_entry& e, epoll_entry::handler h) {
    e.on_writable = std::make_unique<epoll_entry::handler>(std::move(h));
    wait(e, e.writable);
  }

  /// Who waits for a stream that is closed already is told so.
  void refuse(epoll_entry::handler h) {
    asio::post(context_, [f = std::move(h)]() mutable { f(asio::error::bad_descriptor); });
  }

  /// Calls `f()` from the loop of `context` once what is ready now has been dealt with. That is
  /// mostly asked for in a pass: then no service need be looked up.
  template <class F>
  static void run_soon(asio::io_context& context, F&& f) {
    if (running_ && &running_->context_ == &context) {
      running_->soon_.push_back(std::forward<F>(f));
    } else {
      asio::post(context, std::forward<F>(f));
    }
  }

  /// The stream is gone. Its descriptor is closed by the caller, which takes it out of the set; its
  /// waits end with an error.
  void retire(std::unique_ptr<epoll_entry> e) {
    if (e->on_readable) abort(std::exchange(e->on_readable, nullptr));
    if (e->on_writable) abort(std::move(*std::exchange(e->on_writable, nullptr)));
    e->unlink();
    e->retired = true;
    if (in_pass_ || e->queued || next_event_ < event_count_) {
      retired_.push_back(std::move(e));
    } else {
      disarm_if_unneeded();
    }
  }

  /// The descriptor goes to another set. Nobody waits for it.
  void forget(epoll_entry& e) noexcept {
    if (e.registered) ::epoll_ctl(set_, EPOLL_CTL_DEL, e.descriptor, nullptr);
  }

 private:
  void shutdown() override {
    // What waits is destroyed, not called, as with Asio's own operations. That destroys streams,
    // hence entries, so it happens after all handlers are out.
    std::vector<epoll_entry::handler> handlers;
    while (!entries_.empty()) {
      epoll_entry& each = entries_.pop_front();
      handlers.push_back(std::exchange(each.on_readable, nullptr));
      if (each.on_writable)
        handlers.push_back(std::move(*std::exchange(each.on_writable, nullptr)));
    }
    waiting_ = 0;
    shut_down_ = true;
    handlers.clear();
    retired_.clear();
    std::error_code ignored;
    outer_.close(ignored);
  }

  void wait(epoll_entry& e, bool ready) {
    ++waiting_;
    if (!e.registered) add(e);
    if (ready || !e.registered) {  // what epoll refuses is taken to be ready: reading tells why
      if (!std::exchange(e.queued, true)) ready_.push_back(&e);
      schedule();
    } else if (!in_pass_) {
      arm();
    }
  }

  void add(epoll_entry& e) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &e;
    e.registered = ::epoll_ctl(set_, EPOLL_CTL_ADD, e.descriptor, &event) == 0;
    if (!e.registered) e.readable = e.writable = true;
    if (!e.linked()) entries_.push_back(e);
  }

  void abort(epoll_entry::handler h) {
    --waiting_;
    asio::post(context_, [f = std::move(h)]() mutable { f(asio::error::operation_aborted); });
  }

  /// Asks Asio to tell when the set has something, as long as anybody waits.
  void arm() {
    if (armed_ || waiting_ == 0 || shut_down_) return;
    armed_ = true;
    outer_.async_wait(outer_.wait_read, [this](std::error_code ec) {
      armed_ = false;
      if (!ec) {
        pass();
      } else if (waiting_ != 0) {
        arm();  // cancelled when nobody waited, and somebody has come since
      }
    });
  }

  /// A pass without news from the kernel, for entries that are ready already.
  void schedule() {
    if (in_pass_ || std::exchange(scheduled_, true)) return;
    asio::post(context_, [this] {
      scheduled_ = false;
      pass();
    });
  }

  /// Takes what the kernel has to tell, once, and calls who waits for it. What becomes ready
  /// meanwhile is for the next pass, so that other handlers of the loop get their turn.
  void pass() {
    const running_pass entered{*this};
    ready_.swap(now_ready_);
    for (next_ready_ = 0; next_ready_ < now_ready_.size();) {
      epoll_entry& each = *now_ready_[next_ready_++];
      each.queued = false;
      call(each);
    }
    now_ready_.clear();
    if (next_event_ == event_count_) {
      const int count = ::epoll_wait(set_, events_.data(), static_cast<int>(events_.size()), 0);
      event_count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
      next_event_ = 0;
    }
    while (next_event_ < event_count_) {
      const epoll_event event = events_[next_event_++];
      epoll_entry& each = *static_cast<epoll_entry*>(event.data.ptr);
      if ((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) each.ended = true;
      if ((event.events & EPOLLIN) != 0 || each.ended) each.readable = true;
      if ((event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) each.writable = true;
      call(each);
    }
    for (std::size_t i = 0; i < soon_.size(); ++i) std::exchange(soon_[i], nullptr)();
    soon_.clear();
  }

  void call(epoll_entry& e) {
    if (e.readable && e.on_readable) {
      --waiting_;
      std::exchange(e.on_readable, nullptr)(std::error_code{});
    }
    if (e.writable && e.on_writable) {
      --waiting_;
      (*std::exchange(e.on_writable, nullptr))(std::error_code{});
    }
  }

  /// Ends a pass, also one that a handler has left by an exception: its events are not told again,
  /// so the rest of them is dealt with by the next pass.
  struct running_pass {
    explicit running_pass(epoll_set& s) noexcept : set{s}, outer{std::exchange(running_, &s)} {
      set.in_pass_ = true;
    }
    ~running_pass() {
      running_ = outer;
      set.end_pass();
    }
    epoll_set& set;
    epoll_set* outer;  ///< a handler may run another loop on this thread
  };

  void end_pass() {
    in_pass_ = false;
    for (std::size_t i = next_ready_; i < now_ready_.size(); ++i) ready_.push_back(now_ready_[i]);
    now_ready_.clear();
    next_ready_ = 0;
    for (auto& each : soon_) {
      if (each) asio::post(context_, std::exchange(each, nullptr));
    }
    soon_.clear();
    if (next_event_ < event_count_ || !ready_.empty() || event_count_ == events_.size()) {
      schedule();
    } else {
      retired_.clear();  // no event and no queue refers to them any more
    }
    arm();
    disarm_if_unneeded();
  }

  void disarm_if_unneeded() {
    std::error_code ignored;
    if (armed_ && waiting_ == 0) outer_.cancel(ignored);
  }

  static inline thread_local epoll_set* running_ = nullptr;  ///< the one whose pass this is

  asio::io_context& context_;
  int set_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> outer_;
  list<epoll_entry> entries_;
  std::vector<epoll_entry*> ready_;      ///< waited for when they were known to be ready
  std::vector<epoll_entry*> now_ready_;  ///< the same, being called in this pass
  std::vector<std::unique_ptr<epoll_entry>> retired_;
  std::vector<unique_function<void()>> soon_;
  std::array<epoll_event, 256> events_;
  std::size_t next_ready_ = 0;
  std::size_t next_event_ = 0;
  std::size_t event_count_ = 0;
  std::size_t waiting_ = 0;  ///< handlers in entries
  bool armed_ = false;
  bool scheduled_ = false;
  bool in_pass_ = false;
  bool shut_down_ = false;
};

}  // namespace socketio::detail
