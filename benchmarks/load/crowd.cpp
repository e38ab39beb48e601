#include "crowd.hpp"

#include <string>

namespace load {
namespace {

constexpr std::size_t handshakes_at_a_time = 64;
constexpr std::uint64_t patience_ns = 60'000'000'000;

}  // namespace

crowd::crowd(context& ctx, workload& work, std::uint32_t size) : ctx_{ctx} {
  clients_.reserve(size);
  for (std::uint32_t i = 0; i < size; ++i) {
    clients_.push_back(std::make_unique<client>(ctx, work, i));
  }
}

void crowd::connect() {
  const std::uint64_t limit = now_ns() + patience_ns;
  std::vector<client*> busy;
  std::size_t next = 0;
  do {
    std::erase_if(busy, [](const client* each) { return each->is_ready(); });
    const std::uint64_t before = now_ns();
    const std::size_t first = next;
    while (next < clients_.size() && busy.size() < handshakes_at_a_time) {
      busy.push_back(clients_[next].get());
      clients_[next]->start(static_cast<std::uint32_t>(next));
      ++next;
    }
    if (next != first) ctx_.rec.busy_ns += now_ns() - before;
    ctx_.loop.poll(ctx_.patience_ms(), ctx_.rec);
    if (ctx_.rec.errors() != 0) die(ctx_.rec.first_error());
    if (now_ns() > limit) die("not all clients connected in time");
  } while (!busy.empty());
}

void crowd::leave() {
  for (const auto& each : clients_) each->leave();
}

}  // namespace load
