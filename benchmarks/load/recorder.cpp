#include "recorder.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace load {
namespace {

std::uint64_t from_seconds(double s) { return static_cast<std::uint64_t>(s * 1e9); }

void print_number(const char* name, double value) { std::printf(",\"%s\":%.4g", name, value); }

void print_count(const char* name, double value) { std::printf(",\"%s\":%.0f", name, value); }

}  // namespace

void die(std::string_view why) {
  std::fprintf(stderr, "bench_load: %.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

void recorder::error(std::string_view what) {
  if (errors_++ == 0) {
    for (const char c : what) first_error_ += c < ' ' || c == '"' || c == '\\' ? '\'' : c;
  }
  if (errors_ > 100) die("too many errors: " + first_error_);
}

void recorder::start_warmup() {
  phase_ = phase::warmup;
  phase_end_ = now_ns() + from_seconds(opt_.warmup);
}

void recorder::start_measuring() {
  phase_ = phase::measuring;
  latency.clear();
  fan_out.clear();
  messages = busy_ns = reads = writes = 0;
  before_ = sample_usage(opt_.server_pids);
  phase_end_ = before_.at + from_seconds(opt_.seconds);
}

void recorder::stop_measuring() {
  after_ = sample_usage(opt_.server_pids);
  phase_ = phase::over;
}

bool recorder::tick(std::uint64_t now) {
  if (phase_ == phase::warmup && now >= phase_end_) {
    start_measuring();
  } else if (phase_ == phase::measuring && (now >= phase_end_ || total_ >= opt_.max_messages)) {
    stop_measuring();
  }
  return !over();
}

void recorder::print_latency(const histogram& of, const char* prefix) const {
  const std::string p = prefix;
  print_number((p + "p50_us").c_str(), of.quantile(0.50) / 1e3);
  print_number((p + "p99_us").c_str(), of.quantile(0.99) / 1e3);
  print_number((p + "p999_us").c_str(), of.quantile(0.999) / 1e3);
}

void recorder::print() const {
  const double wall = static_cast<double>(after_.at - before_.at) / 1e9;
  const auto count = static_cast<double>(messages);
  const double user = after_.user - before_.user;
  const double server = user + after_.system - before_.system;
  const double self = after_.self - before_.self;
  const double foreign = after_.machine - before_.machine - server - self;

  std::printf("{\"scenario\":\"%s\"", opt_.scenario_name.c_str());
  print_count("clients", opt_.clients);
  print_count("inflight", opt_.inflight);
  print_number("seconds", wall);
  print_count("messages", count);
  print_count("rate", count / wall);
  print_latency(latency, "");
  if (fan_out.count() != 0) print_latency(fan_out, "fan_");
  if (reads != 0) print_number("messages_per_read", count / static_cast<double>(reads));
  if (!opt_.server_pids.empty()) {
    print_number("server_percent", 100 * server / wall);
    if (messages != 0) {
      print_number("cpu_per_million", server * 1e6 / count);
      print_number("user_per_million", user * 1e6 / count);
    }
    print_number("foreign_percent", 100 * std::max(0.0, foreign) / wall);
  }
  print_number("load_percent", static_cast<double>(busy_ns) / 1e7 / wall);
  print_number("stolen_percent", 100 * (after_.stolen - before_.stolen) / wall);
  if (resident_idle != 0) {
    print_count("resident_fresh_kib", resident_fresh);
    print_count("resident_idle_kib", resident_idle);
    print_count("resident_after_kib", resident_after);
    print_number("kib_per_connection", (resident_idle - resident_fresh) / opt_.clients);
  }
  print_count("errors", static_cast<double>(errors_));
  std::printf(",\"first_error\":\"%s\"}\n", first_error_.c_str());
}

}  // namespace load
