// What permessage-deflate saves and costs, with and without context takeover, as two tables for
// docs/benchmarks.md. Needs zlib; memory is told by glibc.
//
//     bench_deflate [SECONDS]

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <malloc.h>
#include <socketio/deflate.hpp>

namespace {

namespace ws = socketio::ws;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// What a server that tells of prices sends: the same names again and again, with other numbers.
std::vector<socketio::frame> quotes(std::size_t size) {
  constexpr const char* symbols[] = {"ACME", "GLOBEX", "INITECH", "UMBRELLA", "HOOLI", "STARK"};
  std::vector<socketio::frame> all;
  unsigned random = 1;
  const auto next = [&] { return (random = random * 1664525u + 1013904223u) >> 8; };
  for (int i = 0; i < 64; ++i) {
    socketio::frame_builder packet;
    packet.append("42[\"quotes\",[");
    while (packet.size() < size) {
      char entry[160];
      const int length = std::snprintf(
          entry, sizeof entry, R"({"symbol":"%s","bid":%u.%02u,"ask":%u.%02u,"volume":%u},)",
          symbols[next() % 6], 100 + next() % 40, next() % 100, 100 + next() % 40, next() % 100,
          next() % 100'000);
      packet.append(entry, static_cast<std::size_t>(length));
    }
    packet.append("null]]");
    all.push_back(ws::seal(packet, ws::opcode::text));
  }
  return all;
}

std::size_t memory_in_use() {
  const auto all = mallinfo2();
  return all.uordblks + all.hblkhd;
}

/// Both ends of a connection: what one deflates, the other inflates.
struct pair {
  explicit pair(ws::detail::shared_streams& shared, bool takeover)
      : agreed{.server_no_context_takeover = !takeover, .client_no_context_takeover = !takeover},
        sends{shared, agreed},
        receives{shared, agreed} {}

  ws::deflate_parameters agreed;
  ws::deflate_codec sends, receives;
};

struct figures {
  double saved = 0, deflate = 0, inflate = 0;  // a share; seconds of CPU for each message
};

figures measure(std::size_t size, bool takeover, double seconds) {
  ws::detail::shared_streams shared{{}, 1'000'000};
  pair both{shared, takeover};
  const auto messages = quotes(size);
  std::string space;
  std::size_t count = 0, before = 0, after = 0;
  figures sum;
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>{seconds};
       std::chrono::steady_clock::now() < end;) {
    std::vector<socketio::frame> made;
    const double start = cpu_seconds();
    for (const auto& each : messages) {
      made.push_back(both.sends.deflate(each));
    }
    const double half = cpu_seconds();
    for (const auto& each : made) {
      std::string bytes{each.packet()};
      const auto whole = both.receives.inflate(
          {.kind = ws::event_kind::text, .data = bytes.data(), .size = bytes.size()}, space);
      if (whole.kind == ws::event_kind::failed) std::abort();
    }
    sum.inflate += cpu_seconds() - half;
    sum.deflate += half - start;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      before += messages[i].wire().size();
      after += made[i].wire().size();
    }
    count += messages.size();
  }
  const auto n = static_cast<double>(count);
  return {1 - static_cast<double>(after) / static_cast<double>(before), sum.deflate / n,
          sum.inflate / n};
}

/// Bytes that a connection owns when it has sent and received a compressed message.
std::size_t memory_of_connection(bool takeover, int window_bits, int memory_level) {
  constexpr std::size_t connections = 100;
  socketio::deflate_settings settings;
  settings.memory_level = memory_level;
  ws::detail::shared_streams shared{settings, 1'000'000};
  const auto message = quotes(1024).front();
  ws::deflate_parameters agreed{.server_no_context_takeover = !takeover,
                                .client_no_context_takeover = !takeover};
  agreed.server_max_window_bits = agreed.client_max_window_bits = window_bits;
  std::string space;
  std::vector<std::unique_ptr<ws::deflate_codec>> all;
  const auto use = [&] {
    auto codec = std::make_unique<ws::deflate_codec>(shared, agreed);
    const socketio::frame made = codec->deflate(message);
    std::string bytes{made.packet()};
    codec->inflate({.kind = ws::event_kind::text, .data = bytes.data(), .size = bytes.size()},
                   space);
    all.push_back(std::move(codec));
  };
  all.reserve(connections + 1);
  use();  // and what they share is there
  const std::size_t before = memory_in_use();
  for (std::size_t i = 0; i < connections; ++i) use();
  return (memory_in_use() - before) / connections;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1.0;
  std::puts("| message | takeover | saved | deflate, µs | inflate, µs |");
  std::puts("|---|---|--:|--:|--:|");
  for (const std::size_t size : {1024u, 4096u, 16384u, 65536u}) {
    for (const bool takeover : {false, true}) {
      const figures f = measure(size, takeover, seconds);
      std::printf("| %zu KiB | %s | %.0f %% | %.1f | %.1f |\n", size / 1024,
                  takeover ? "yes" : "no", f.saved * 100, f.deflate * 1e6, f.inflate * 1e6);
    }
  }
  std::puts("\n| takeover | window bits | memory level | bytes of each connection |");
  std::puts("|---|--:|--:|--:|");
  std::printf("| no | 15 | 8 | %zu |\n", memory_of_connection(false, 15, 8));
  for (const auto& [bits, level] : {std::pair{15, 8}, std::pair{12, 5}, std::pair{10, 3}}) {
    std::printf("| yes | %d | %d | %zu |\n", bits, level, memory_of_connection(true, bits, level));
  }
}
