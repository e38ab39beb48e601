#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace load {
namespace {

constexpr const char* usage_text =
    "usage: bench_load --scenario NAME --url HOST:PORT [options]\n"
    "  --scenario NAME        echo, ack, binary, broadcast, polling, churn or connect\n"
    "  --clients N            connections (100); broadcast: receivers, one sender beside them\n"
    "  --inflight N           events in flight per connection (8); broadcast: broadcasts\n"
    "  --sender-port N        broadcast: the sender is at another server of the cluster\n"
    "  --payload BYTES        of an echo (32)   --attachment BYTES  of a binary event (4096)\n"
    "  --seconds S            measured (8)      --warmup S  before that (2)\n"
    "  --hold S               connect: idle time before memory is read (3)\n"
    "  --max-messages N       ends the run early\n"
    "  --server-pid P[,P...]  reads CPU time and memory of these processes\n"
    "  --block                sleeps while nothing happens; for a core shared with the server\n";

constexpr std::string_view names[] = {"echo",    "ack",   "binary", "broadcast",
                                      "polling", "churn", "connect"};

[[noreturn]] void usage() {
  std::fputs(usage_text, stderr);
  std::exit(2);
}

template <class Number>
Number number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) usage();
  return value;
}

scenario named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (names[i] == name) return static_cast<scenario>(i);
  }
  usage();
}

std::vector<int> pids(std::string_view text) {
  std::vector<int> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    out.push_back(number<int>(text.substr(0, comma)));
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return out;
}

}  // namespace

options parse_options(int argc, char** argv) {
  options out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--block") {
      out.spin = false;
      continue;
    }
    if (i + 1 == argc) usage();
    const std::string_view value = argv[++i];
    if (name == "--scenario") {
      out.scenario_name = value;
      out.scenario = named(value);
    } else if (name == "--url") {
      const std::size_t colon = value.find(':');
      if (colon == value.npos) usage();
      out.host = value.substr(0, colon);
      out.port = number<std::uint16_t>(value.substr(colon + 1));
    } else if (name == "--sender-port") {
      out.sender_port = number<std::uint16_t>(value);
    } else if (name == "--clients") {
      out.clients = number<std::uint32_t>(value);
    } else if (name == "--inflight") {
      out.inflight = number<std::uint32_t>(value);
    } else if (name == "--payload") {
      out.payload = number<std::uint32_t>(value);
    } else if (name == "--attachment") {
      out.attachment = number<std::uint32_t>(value);
    } else if (name == "--seconds") {
      out.seconds = number<double>(value);
    } else if (name == "--warmup") {
      out.warmup = number<double>(value);
    } else if (name == "--hold") {
      out.hold = number<double>(value);
    } else if (name == "--max-messages") {
      out.max_messages = number<std::uint64_t>(value);
    } else if (name == "--server-pid") {
      out.server_pids = pids(value);
    } else {
      usage();
    }
  }
  const bool bounded = out.seconds > 0 && out.seconds <= 600 && out.warmup <= 600;
  if (!bounded || out.clients == 0 || out.inflight == 0 || out.payload < 8) usage();
  return out;
}

}  // namespace load
