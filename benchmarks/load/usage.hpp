// What the server and the machine have used, as the kernel counts it.
#pragma once

#include <cstdint>
#include <ctime>
#include <vector>

namespace load {

inline std::uint64_t now_ns() {
  std::timespec ts{};
  ::clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<std::uint64_t>(ts.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(ts.tv_nsec);
}

/// CPU seconds up to now.
struct usage {
  std::uint64_t at = 0;
  double user = 0;     // the server, all threads
  double system = 0;   // "
  double machine = 0;  // everything on all cores
  double stolen = 0;   // taken by the hypervisor
  double self = 0;     // the load generator
};

usage sample_usage(const std::vector<int>& server_pids);

double resident_kib(const std::vector<int>& server_pids);

}  // namespace load
