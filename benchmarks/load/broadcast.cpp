#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>

#include "crowd.hpp"
#include "scenarios.hpp"

namespace load {
namespace {

// Each broadcast carries its number, of eight digits so that all are of the same length.
constexpr std::string_view front = "42[\"bcast\",{\"seq\":";
constexpr std::string_view back =
    ",\"sym\":\"ABCDEFGH\",\"bid\":101.25,\"ask\":101.5,\"vol\":123456,"
    "\"note\":\"abcdefghijklmnopqrstuvwxyz\"}]";
constexpr std::size_t digits = 8;
constexpr std::uint32_t first_number = 10'000'000;

// Every member gets the same sequence, so a counter per broadcast tells when all have it.
struct delivery {
  std::uint32_t missing = 0;
  std::uint64_t sent_at = 0;
};

class broadcast final : public workload {
 public:
  explicit broadcast(context& ctx)
      : ctx_{ctx},
        members_{ctx, *this, ctx.opt.clients},
        sender_{ctx, *this, ctx.opt.clients},
        due_(ctx.opt.clients),
        deliveries_(2 * std::size_t{ctx.opt.inflight}) {}

  void run() {
    members_.connect();
    if (ctx_.opt.sender_port != 0) go_to_the_sender();
    sender_.start(0);
    while (!sender_.is_ready()) ctx_.loop.poll(ctx_.patience_ms(), ctx_.rec);
    ctx_.run([this] {
      if (!ctx_.rec.over() && open_ < ctx_.opt.inflight) send();
    });
  }

  bool joins(const client& who) const override { return who.id() < ctx_.opt.clients; }
  void ready(client&) override {}

  void text(client& who, std::string_view packet, std::uint64_t now) override {
    const std::uint32_t number = number_of(packet);
    std::uint32_t& due = due_[who.id()];
    if (number != due) {
      return ctx_.rec.error("broadcast " + std::string{packet.substr(0, 60)} + " where " +
                            std::to_string(first_number + due) + " was due");
    }
    ++due;
    delivery& each = deliveries_[number % deliveries_.size()];
    ctx_.rec.message(each.sent_at, now);
    if (--each.missing == 0) {
      ctx_.rec.fan_out.add(now - each.sent_at);
      --open_;
    }
  }

 private:
  // A cluster learns of the room in its own time, and loses what is sent before.
  void go_to_the_sender() {
    constexpr std::uint64_t time_to_learn_ns = 500'000'000;
    ctx_.server.sin_port = htons(ctx_.opt.sender_port);
    const std::uint64_t end = now_ns() + time_to_learn_ns;
    while (now_ns() < end) ctx_.loop.poll(5, ctx_.rec);
  }

  void send() {
    std::string frames;
    const std::uint64_t now = now_ns();
    for (; open_ < ctx_.opt.inflight; ++open_, ++sent_) {
      deliveries_[sent_ % deliveries_.size()] = {ctx_.opt.clients, now};
      append_frame(frames, frame_kind::text,
                   std::string{front} + std::to_string(first_number + sent_) + std::string{back});
    }
    sender_.send_frames(frames);
  }

  // Counted from the first; some large number for a packet that is not one of ours.
  std::uint32_t number_of(std::string_view packet) const {
    std::uint32_t number = 0;
    if (packet.size() == front.size() + digits + back.size() && packet.starts_with(front)) {
      const char* at = packet.data() + front.size();
      std::from_chars(at, at + digits, number);
    }
    return number - first_number;
  }

  context& ctx_;
  crowd members_;
  client sender_;
  std::vector<std::uint32_t> due_;  // by member
  std::vector<delivery> deliveries_;
  std::uint32_t sent_ = 0;
  std::uint32_t open_ = 0;  // broadcasts that some member has not got yet
};

}  // namespace

void run_broadcast(context& ctx) { broadcast{ctx}.run(); }

}  // namespace load
