// layer 4 (hub): which listeners there are, in a namespace or for one socket.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/core/value/view.hpp"
#include "socketio/hub/listener_list.hpp"
#include "socketio/reason.hpp"
#include "socketio/verdict.hpp"

namespace socketio {

class socket;
class raw_args;

namespace detail {

class socket_core;

/// An event on its way to a handler.
struct invocation {
  socket_core& who;
  std::string_view event;
  args arguments;
  std::optional<std::uint64_t> ack_id;  ///< the client waits for an acknowledgement
  const raw_args* raw = nullptr;        ///< the arguments, instead of `arguments`
};

/// A handler of an event. A table does not lose a handler while the shard may be running it; only
/// a handler's suspended coroutine has to hold a reference.
class handler : public registration {
 public:
  explicit handler(bool raw = false) noexcept : takes_raw{raw} {}

  const bool takes_raw;  ///< it does not need the arguments decoded

  /// Throws nothing: what the user's function throws is reported to the hub.
  virtual void run(const invocation& call) = 0;
};

/// A middleware for the events of a socket.
struct event_gate : registration {
  explicit event_gate(unique_function<verdict(const invocation&)> f) : decide{std::move(f)} {}
  unique_function<verdict(const invocation&)> decide;
};

/// Those who see every event, whatever its name, and other rare ones. Few programs have any: see
/// nsp_slice::watched.
struct watchers {
  using list = callback_list<const invocation&>;

  list incoming;
  list outgoing;
  listener_list<event_gate> gates;
  callback_list<socket&> drained;

  bool remove(std::uint64_t number) {
    return incoming.take(number) || outgoing.take(number) || drained.take(number);
  }
};

/// The listeners of a namespace, or of one socket.
class event_table {
 public:
  void add(std::string_view event, ref<handler> h) {
    auto at = events_.find(event);
    if (at == events_.end()) at = events_.try_emplace(std::string{event}).first;
    at->second.add(std::move(h));
  }

  /// Removes a handler, or any other listener of this table; false if it is not there.
  bool remove(std::uint64_t number) {
    for (auto& each : events_) {
      const ref<handler> taken = each.second.take(number);
      if (!taken) continue;
      forget_if_unused(each);
      return true;
    }
    return disconnecting.take(number) || disconnect.take(number) ||
           (watchers_ && watchers_->remove(number));
  }

  /// Removes all handlers of an event.
  void remove(std::string_view event) {
    if (entry* const found = find(event)) {
      const auto taken = found->second.take_all();
      forget_if_unused(*found);
    }
  }

  /// Removes all watchers of a kind.
  void clear(watchers::list watchers::* which) {
    if (watchers_) std::ignore = (watchers_.get()->*which).take_all();
  }

  void clear() {
    std::vector<std::vector<ref<handler>>> handlers;
    for (auto& each : events_) handlers.push_back(each.second.take_all());
    std::erase_if(events_, [](const auto& each) { return !each.second.busy(); });
    last_ = nullptr;
    const auto leaving = disconnecting.take_all(), gone = disconnect.take_all();
    if (!watchers_) return;
    const auto in = watchers_->incoming.take_all(), out = watchers_->outgoing.take_all();
    const auto gates = watchers_->gates.take_all();
    const auto drained = watchers_->drained.take_all();
  }

  /// Runs the event's handlers in their order. False if there are none.
  [[gnu::always_inline]] bool run(const invocation& call) {  // for each event
    entry* const found = find(call.event);
    if (!found) return false;
    if (!found->second.for_each([&](handler& each) { each.run(call); })) {
      // Those that have gone may have had the entry removed.
      if (entry* const last = find(call.event)) forget_if_unused(*last);
    }
    return true;
  }

  /// Who handles an event: nobody, only handlers that take it raw, or others, too.
  enum class interest : std::uint8_t { none, raw, decoded };

  interest interest_in(std::string_view event) {
    entry* const found = find(event);
    if (!found || found->second.empty()) return interest::none;
    bool all_raw = true;
    found->second.for_each([&](handler& each) { all_raw = all_raw && each.takes_raw; });
    return all_raw ? interest::raw : interest::decoded;
  }

  callback_list<socket&, reason> disconnecting;  ///< the rooms are still joined
  callback_list<socket&, reason> disconnect;

  watchers& watch() {
    if (!watchers_) watchers_ = std::make_unique<watchers>();
    return *watchers_;
  }

  /// Null if there have never been any.
  watchers* find_watchers() const noexcept { return watchers_.get(); }

 private:
  using list = listener_list<handler>;
  using entry = std::pair<const std::string, list>;

  /// Events come in runs: the last one is looked at first.
  [[gnu::always_inline]] entry* find(std::string_view event) {
    if (last_ && same_text(last_->first, event)) return last_;
    const auto at = events_.find(event);
    return at == events_.end() ? nullptr : last_ = &*at;
  }

  void forget_if_unused(entry& e) {
    if (!e.second.empty() || e.second.busy()) return;
    last_ = nullptr;
    events_.erase(events_.find(e.first));
  }

  string_map<list> events_;
  entry* last_ = nullptr;  ///< entries stay where they are
  std::unique_ptr<watchers> watchers_;
};

}  // namespace detail
}  // namespace socketio
