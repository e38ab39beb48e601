// Somebody on the bus of relaying servers who is none of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/farm.hpp"
#include "support/catch.hpp"

namespace socketio::test {

using cluster::relay_kind;

/// Somebody on the bus, of the mark stranX, who says what no server would, and keeps what is said
/// to it.
struct stranger {
  explicit stranger(farm& f) : world{f} {
    line->open(f.network.get_executor(), "stranX", [this](std::string_view text) {
      const auto m = cluster::decode_relay(text);
      REQUIRE(m);
      ++heard;
      last = m->kind;
      if (m->kind == relay_kind::reset) ++resets;
      if (m->end) ++ends;
      bytes.append(m->bytes);
      from = m->from;
      tunnel = m->tunnel;
    });
  }
  ~stranger() { line->close(); }

  void say(std::string_view to, cluster::relay_message m) {
    m.from = "stranX";
    m.sequence = ++sequence;
    line->send(to, encode(m), [](bool) {});
    world.network.run();
  }
  /// What a client of its own has sent to the owner of a session.
  void ask(std::string_view sid, std::string_view request, bool end = false) {
    say(sid.substr(sid.size() - 6), {.kind = relay_kind::open,
                                     .senders = true,
                                     .end = end,
                                     .tunnel = ++tunnel,
                                     .sid = sid,
                                     .address = "127.0.0.1",
                                     .bytes = request});
  }
  void go_on(std::string_view sid, std::string_view more) {
    say(sid.substr(sid.size() - 6),
        {.kind = relay_kind::flow, .senders = true, .tunnel = tunnel, .bytes = more});
  }
  /// As the owner of the session that it has been asked for.
  void answer(std::string_view text, bool end = false) {
    const std::string to = from;
    say(to, {.kind = relay_kind::flow, .end = end, .tunnel = tunnel, .bytes = text});
  }
  std::string take() { return std::exchange(bytes, {}); }

  farm& world;
  std::unique_ptr<cluster::relay_bus> line{world.between.join()};
  std::uint64_t sequence = 0, tunnel = 0;
  std::string bytes, from;  ///< that have come, and from whom the last ones
  relay_kind last{};        ///< of the messages that have come
  int heard = 0, resets = 0, ends = 0;
};

}  // namespace socketio::test
