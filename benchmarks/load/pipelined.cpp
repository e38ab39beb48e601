#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crowd.hpp"
#include "scenarios.hpp"

namespace load {
namespace {

constexpr std::string_view binary_packet = "451-[\"bin\",{\"_placeholder\":true,\"num\":0}]";

// What one client sends, framed before the run, and the replies it waits for. Events are numbered
// by slots that repeat; the frames are there twice, so that every run of slots is contiguous.
struct pipeline {
  std::string frames;
  std::vector<std::size_t> begins;     // of each event in frames, and the end
  std::vector<std::string> replies;    // by slot, or one for all
  std::vector<std::uint64_t> sent_at;  // by slot
  std::size_t next_reply = 0;
  std::size_t next_event = 0;
  std::size_t replied = 0;  // in this read
  bool attachment_due = false;

  const std::string& due() const { return replies[next_reply % replies.size()]; }
};

class pipelined final : public workload {
 public:
  explicit pipelined(context& ctx) : ctx_{ctx}, clients_{ctx, *this, ctx.opt.clients} {
    for (std::uint32_t i = 0; i < ctx.opt.clients; ++i) pipelines_.push_back(make_pipeline(i));
  }

  void run() {
    clients_.connect();
    for (const auto& each : clients_) send(*each, ctx_.opt.inflight, now_ns());
    ctx_.run([] {});
  }

  void ready(client&) override {}

  void text(client& who, std::string_view packet, std::uint64_t now) override {
    pipeline& line = pipelines_[who.id()];
    if (ctx_.opt.scenario != scenario::binary) return reply(line, packet, now);
    line.attachment_due = packet == binary_packet;
    if (!line.attachment_due) reply(line, packet, now);
  }

  void binary(client& who, std::string_view data, std::uint64_t now) override {
    pipeline& line = pipelines_[who.id()];
    if (!std::exchange(line.attachment_due, false)) ctx_.rec.error("attachment without its packet");
    reply(line, data, now);
  }

  void read_done(client& who, std::uint64_t now) override {
    const std::size_t count = std::exchange(pipelines_[who.id()].replied, 0);
    if (count != 0) send(who, count, now);
  }

 private:
  pipeline make_pipeline(std::uint32_t id) const {
    const std::size_t slots = ctx_.opt.inflight;
    pipeline out;
    out.sent_at.resize(slots);
    if (ctx_.opt.scenario == scenario::echo) {
      out.replies.push_back("42[\"echo\",\"" + echo_text(ctx_.opt, id) + "\"]");
    } else if (ctx_.opt.scenario == scenario::binary) {
      std::string& data = out.replies.emplace_back();
      for (std::size_t i = 0; i < ctx_.opt.attachment; ++i) {
        data += static_cast<char>((i * 131 + id) & 0xff);
      }
    } else {
      for (std::size_t i = 0; i < slots; ++i) {
        out.replies.push_back("43" + std::to_string(i) + "[\"x\"]");
      }
    }
    for (std::size_t i = 0; i < 2 * slots; ++i) {
      out.begins.push_back(out.frames.size());
      if (ctx_.opt.scenario == scenario::echo) {
        append_frame(out.frames, frame_kind::text, out.replies[0]);
      } else if (ctx_.opt.scenario == scenario::binary) {
        append_frame(out.frames, frame_kind::text, binary_packet);
        append_frame(out.frames, frame_kind::binary, out.replies[0]);
      } else {
        append_frame(out.frames, frame_kind::text,
                     "42" + std::to_string(i % slots) + "[\"ack\",\"x\"]");
      }
    }
    out.begins.push_back(out.frames.size());
    return out;
  }

  void send(client& who, std::size_t count, std::uint64_t now) {
    pipeline& line = pipelines_[who.id()];
    const std::size_t slots = line.sent_at.size(), first = line.next_event;
    for (std::size_t i = first; i < first + count; ++i) line.sent_at[i % slots] = now;
    line.next_event = (first + count) % slots;
    const std::size_t begin = line.begins[first], end = line.begins[first + count];
    who.send_frames(std::string_view{line.frames}.substr(begin, end - begin));
  }

  void reply(pipeline& line, std::string_view packet, std::uint64_t now) {
    if (packet != line.due()) {
      ctx_.rec.error("unexpected reply " + std::string{packet.substr(0, 60)});
    }
    ctx_.rec.message(line.sent_at[line.next_reply], now);
    if (++line.next_reply == line.sent_at.size()) line.next_reply = 0;
    ++line.replied;
  }

  context& ctx_;
  crowd clients_;
  std::vector<pipeline> pipelines_;
};

}  // namespace

std::string echo_text(const options& opt, std::uint32_t client) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string out = std::to_string(client) + ":";
  while (out.size() < opt.payload) out += letters[(out.size() * 7 + client) % letters.size()];
  out.resize(opt.payload);
  return out;
}

void run_pipelined(context& ctx) { pipelined{ctx}.run(); }

}  // namespace load
