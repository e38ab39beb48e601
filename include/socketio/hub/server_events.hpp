// layer 4 (hub): who listens to what other servers' programs say to this one's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/cluster/replies.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/core/value/value.hpp"
#include "socketio/hub/listener_list.hpp"

namespace socketio::detail {

class hub;

/// A listener: see typed_server_handler.
struct server_handler : registration {
  /// Throws nothing. What is to be answered, if anything, goes to `answers`, which may be null.
  virtual void run(hub& here, args arguments, const ref<cluster::replies<value>>& answers) = 0;
};

/// The listeners of a namespace, by event.
class server_events {
 public:
  void add(std::string_view event, ref<server_handler> h) {
    auto at = events_.find(event);
    if (at == events_.end()) at = events_.try_emplace(std::string{event}).first;
    at->second.add(std::move(h));
  }

  bool remove(std::uint64_t number) {
    for (auto& each : events_) {
      const ref<server_handler> taken = each.second.take(number);
      if (!taken) continue;
      if (each.second.empty() && !each.second.busy()) events_.erase(events_.find(each.first));
      return true;
    }
    return false;
  }

  /// `data` is an array with the event's name in front.
  void run(hub& here, const value& data, const ref<cluster::replies<value>>& answers) {
    const auto found = events_.find(data[0].as_string().value_or(""));
    if (found == events_.end()) return;
    found->second.for_each([&](server_handler& each) { each.run(here, args{data, 1}, answers); });
  }

 private:
  string_map<listener_list<server_handler>> events_;
};

}  // namespace socketio::detail
