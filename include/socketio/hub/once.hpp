// layer 4 (hub): a handler that is called once.
#pragma once

#include <atomic>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/hub/event_table.hpp"
#include "socketio/hub/hub.hpp"
#include "socketio/hub/switchboard.hpp"

namespace socketio::detail {

/// Removes itself before it calls the other one. In a namespace it stands in the tables of all
/// shards, and the first to have the event wins.
class once final : public handler {
 public:
  /// For one socket, or for those of a namespace.
  explicit once(ref<handler> h, bool shared = false)
      : handler{h->takes_raw}, handler_{std::move(h)}, shared_{shared} {}

  void run(const invocation& call) override {
    if (spent_.exchange(true, std::memory_order_relaxed)) return;
    if (shared_) {
      call.who.owner().all().set_up(call.who.nsp().whole,
                                    [own = number](nsp_slice& slice) { slice.events.remove(own); });
    } else {
      call.who.events().remove(number);
    }
    handler_->run(call);
  }

 private:
  const ref<handler> handler_;
  const bool shared_;
  std::atomic<bool> spent_ = false;
};

}  // namespace socketio::detail
