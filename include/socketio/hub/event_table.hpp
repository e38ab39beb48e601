// layer 4 (hub): which handlers an event has.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/core/value/view.hpp"
#include "socketio/reason.hpp"

namespace socketio {

class socket;

namespace detail {

class socket_core;

/// An event on its way to a handler.
struct invocation {
  socket_core& who;
  std::string_view event;
  args arguments;
  std::optional<std::uint64_t> ack_id;  ///< the client waits for an acknowledgement
};

/// A handler, as the event tables of all shards keep it. A table does not lose a handler while the
/// shard may be running it; only a handler's suspended coroutine has to hold a reference.
class handler : public counted<handler, shared_count> {
 public:
  virtual ~handler() = default;

  /// Throws nothing: what the user's function throws is reported to the hub.
  virtual void run(const invocation& call) = 0;
};

/// A callback, as the lists of all shards share it.
template <class... Args>
struct callback : counted<callback<Args...>, shared_count> {
  explicit callback(unique_function<void(Args...)> f) : function{std::move(f)} {}
  unique_function<void(Args...)> function;
};

/// Callbacks that are all called, in the order in which they were added. A callback may add others,
/// which are then not called this time.
template <class... Args>
class callback_list {
 public:
  using entry = callback<Args...>;

  void add(ref<entry> shared) { callbacks_.push_back(std::move(shared)); }
  void add(unique_function<void(Args...)> f) { add(ref<entry>{new entry{std::move(f)}}); }

  bool empty() const noexcept { return callbacks_.empty(); }

  /// `on_exception(std::exception_ptr)` gets what a callback throws; the others are still called.
  template <class OnException>
  void call(OnException&& on_exception, Args... args) const {
    const std::size_t count = callbacks_.size();
    for (std::size_t i = 0; i < count && i < callbacks_.size(); ++i) {
      entry& each = *callbacks_[i];  // stays where it is when the list grows
      try {
        each.function(args...);
      } catch (...) {
        on_exception(std::current_exception());
      }
    }
  }

 private:
  std::vector<ref<entry>> callbacks_;
};

/// The handlers of a namespace, or of one socket.
class event_table {
 public:
  void add(std::string_view event, ref<handler> h) {
    auto at = events_.find(event);
    if (at == events_.end()) at = events_.emplace(std::string{event}, list{}).first;
    at->second.push_back(std::move(h));
  }

  /// Runs the event's handlers in the order in which they were added. Those that a handler adds are
  /// not run for this event. False if there are none.
  bool run(const invocation& call) {
    const entry* const found = find(call.event);
    if (!found) return false;
    const list& handlers = found->second;
    const std::size_t count = handlers.size();
    for (std::size_t i = 0; i < count && i < handlers.size(); ++i) {
      handler& each = *handlers[i];  // stays where it is when the list grows
      each.run(call);
    }
    return count != 0;
  }

  callback_list<socket&, reason> disconnecting;  ///< the rooms are still joined
  callback_list<socket&, reason> disconnect;

 private:
  using list = std::vector<ref<handler>>;
  using entry = std::pair<const std::string, list>;

  /// Events come in runs: the last one is looked at first.
  const entry* find(std::string_view event) {
    if (last_ && same_text(last_->first, event)) return last_;
    const auto at = events_.find(event);
    return at == events_.end() ? nullptr : last_ = &*at;
  }

  string_map<list> events_;
  const entry* last_ = nullptr;  ///< entries stay where they are
};

}  // namespace detail
}  // namespace socketio
