// What everything in one run shares.
#pragma once

#include <string>
#include <vector>

#include <netinet/in.h>

#include "event_loop.hpp"
#include "options.hpp"
#include "recorder.hpp"

namespace load {

struct context {
  explicit context(const options& given);

  /// The `Host` header's value.
  std::string host() const { return opt.host + ":" + std::to_string(opt.port); }

  /// How long one turn of the loop may wait for events.
  int patience_ms() const { return opt.spin ? 0 : 5; }

  /// Warms up, measures, and returns when the time is over. `each_turn` runs after the events.
  template <class Turn>
  void run(Turn each_turn) {
    rec.start_warmup();
    while (rec.tick(now_ns())) {
      loop.poll(patience_ms(), rec);
      each_turn();
    }
  }

  options opt;
  sockaddr_in server{};
  recorder rec{opt};
  event_loop loop;
  std::vector<char> buffer;  // of the connection that is just being read
};

}  // namespace load
