// The figures of one run: what is counted, and from when to when.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "histogram.hpp"
#include "options.hpp"
#include "usage.hpp"

namespace load {

[[noreturn]] void die(std::string_view why);

class recorder {
 public:
  explicit recorder(const options& opt) : opt_{opt} {}

  /// One message is there, `sent` being when its sender let it go.
  void message(std::uint64_t sent, std::uint64_t now) {
    latency.add(now - sent);
    ++messages;
    ++total_;
  }

  /// A wrong reply or a lost connection. The first one is kept for the report; a hundred end the
  /// program, since figures of a broken server are worth nothing.
  void error(std::string_view what);

  std::uint64_t errors() const { return errors_; }
  const std::string& first_error() const { return first_error_; }

  void start_warmup();
  void start_measuring();
  void stop_measuring();

  /// Moves from warm-up to measuring to the end. False once the run is over.
  bool tick(std::uint64_t now);

  bool over() const { return phase_ == phase::over; }

  /// Prints all figures as one line of JSON.
  void print() const;

  histogram latency;           // ns
  histogram fan_out;           // ns from a broadcast to its last delivery
  std::uint64_t messages = 0;  // while measuring
  std::uint64_t busy_ns = 0;   // of loop turns with work in them
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  double resident_fresh = 0;  // KiB, before the first connection
  double resident_idle = 0;   // KiB, with all connections idle
  double resident_after = 0;  // KiB, when all have left

 private:
  enum class phase : std::uint8_t { setup, warmup, measuring, over };

  void print_latency(const histogram& of, const char* prefix) const;

  const options& opt_;
  phase phase_ = phase::setup;
  std::uint64_t phase_end_ = 0;
  std::uint64_t total_ = 0;  // messages of the whole run
  std::uint64_t errors_ = 0;
  std::string first_error_;
  usage before_, after_;
};

}  // namespace load
