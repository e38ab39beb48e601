// What one run of the load generator does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace load {

enum class scenario : std::uint8_t { echo, ack, binary, broadcast, polling, churn, connect };

struct options {
  std::string scenario_name = "echo";
  load::scenario scenario = scenario::echo;
  std::string host = "127.0.0.1";
  std::uint16_t port = 3000;
  std::uint16_t sender_port = 0;    // broadcast: of the sender's server, if that is another one
  std::uint32_t clients = 100;      // broadcast: receivers, and one sender beside them
  std::uint32_t inflight = 8;       // events per client; broadcast: broadcasts
  std::uint32_t payload = 32;       // bytes of an echo
  std::uint32_t attachment = 4096;  // bytes of a binary event
  double seconds = 8;               // measured
  double warmup = 2;                // before that
  double hold = 3;                  // connect: idle time before memory is read
  std::uint64_t max_messages = 2'000'000'000;
  std::vector<int> server_pids;  // whose CPU time and memory are read
  bool spin = true;              // poll without sleeping: for a core of its own
};

/// Ends the program with an explanation when the arguments are wrong.
options parse_options(int argc, char** argv);

}  // namespace load
