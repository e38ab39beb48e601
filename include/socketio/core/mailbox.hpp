// layer 0 (core): a queue from many threads to one.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace socketio {

/// Messages from any thread, taken by one. No thread ever waits for another: to put is to exchange
/// one pointer, and everything that has gathered is taken at once, in the order in which it came.
template <class Message>
class mailbox {
 public:
  enum class outcome {
    closed,  ///< nobody will read it
    queued,  ///< the reader has been told of others, and will find this one too
    first,   ///< the reader has to be told
  };

  mailbox() = default;
  mailbox(const mailbox&) = delete;
  ~mailbox() { close(); }

  outcome put(Message m) {
    auto fresh = std::make_unique<letter>(std::move(m));
    pile* top = top_.load(std::memory_order_relaxed);
    do {
      if (top == &closed_) return outcome::closed;
      fresh->below = top;
    } while (!top_.compare_exchange_weak(top, fresh.get(), std::memory_order_release,
                                         std::memory_order_relaxed));
    fresh.release();
    return top ? outcome::queued : outcome::first;
  }

  /// `visit(Message&)` for all that is there. Messages that come meanwhile are for the next time.
  template <class Visitor>
  void take(Visitor&& visit) {
    pile* top = top_.load(std::memory_order_relaxed);
    do {
      if (top == &closed_) return;
    } while (!top_.compare_exchange_weak(top, nullptr, std::memory_order_acquire,
                                         std::memory_order_relaxed));
    pile* oldest = nullptr;
    while (top) {
      pile* const below = std::exchange(top->below, oldest);
      oldest = std::exchange(top, below);
    }
    while (oldest) {
      const std::unique_ptr<letter> each{static_cast<letter*>(oldest)};
      oldest = each->below;
      visit(each->content);
    }
  }

  /// Drops what is there. Nothing is taken in any more.
  void close() noexcept {
    pile* top = top_.exchange(&closed_, std::memory_order_acq_rel);
    while (top && top != &closed_) {
      const std::unique_ptr<letter> each{static_cast<letter*>(top)};
      top = each->below;
    }
  }

 private:
  struct pile {
    pile* below = nullptr;
  };
  struct letter : pile {
    explicit letter(Message m) : content{std::move(m)} {}
    Message content;
  };

  pile closed_;
  std::atomic<pile*> top_ = nullptr;
};

}  // namespace socketio
