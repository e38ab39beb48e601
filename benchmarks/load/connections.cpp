#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "crowd.hpp"
#include "scenarios.hpp"

namespace load {
namespace {

class churn final : public workload {
 public:
  explicit churn(context& ctx) : ctx_{ctx}, clients_{ctx, *this, ctx.opt.clients} {
    for (const auto& each : clients_) left_.push_back(each.get());
    started_.resize(left_.size());
  }

  void run() {
    ctx_.run([this] {
      if (ctx_.rec.over()) return;
      const std::uint64_t before = now_ns();
      const std::vector<client*> again = std::exchange(left_, {});
      for (client* each : again) {
        started_[each->id()] = now_ns();
        each->start(source_++);
      }
      if (!again.empty()) ctx_.rec.busy_ns += now_ns() - before;
    });
  }

  void ready(client& who) override {
    ctx_.rec.message(started_[who.id()], now_ns());
    who.leave();
    left_.push_back(&who);
  }

 private:
  context& ctx_;
  crowd clients_;
  std::vector<client*> left_;
  std::vector<std::uint64_t> started_;
  std::uint32_t source_ = 0;
};

struct idle final : workload {
  void ready(client&) override {}
};

void pause(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>{seconds}); }

// The first connections of a program cost more than the later ones.
void warm_up(context& ctx, idle& work) {
  crowd first{ctx, work, 200};
  first.connect();
  pause(0.2);
  first.leave();
  pause(0.5);
}

}  // namespace

void run_churn(context& ctx) { churn{ctx}.run(); }

void run_connect(context& ctx) {
  idle work;
  recorder& rec = ctx.rec;
  rec.resident_fresh = resident_kib(ctx.opt.server_pids);
  warm_up(ctx, work);
  crowd clients{ctx, work, ctx.opt.clients};
  rec.start_measuring();
  clients.connect();
  rec.messages = ctx.opt.clients;
  rec.stop_measuring();

  const std::uint64_t end = now_ns() + static_cast<std::uint64_t>(ctx.opt.hold * 1e9);
  while (now_ns() < end) ctx.loop.poll(20, rec);
  rec.resident_idle = resident_kib(ctx.opt.server_pids);
  clients.leave();
  pause(1);
  rec.resident_after = resident_kib(ctx.opt.server_pids);
}

}  // namespace load
