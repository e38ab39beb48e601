#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http_stream.hpp"
#include "scenarios.hpp"

namespace load {
namespace {

constexpr char separator = '\x1e';

// A client over long-polling. Once it is connected it waits for `start`, then keeps its events in
// flight until the run is over.
class polling_client final : http_stream::user {
 public:
  polling_client(context& ctx, std::uint32_t id)
      : ctx_{ctx},
        id_{id},
        packet_{"42[\"echo\",\"" + echo_text(ctx.opt, id) + "\"]"},
        sent_at_(ctx.opt.inflight) {}

  void connect() {
    get_.open(id_);
    get_.request(request("GET", "") + "\r\n");
  }

  bool is_ready() const { return stage_ == stage::ready; }

  void start() {
    stage_ = stage::running;
    const std::uint64_t now = now_ns();
    for (std::uint64_t& slot : sent_at_) emit(slot, now);
    get_.request(get_text_);
    post();
  }

 private:
  enum class stage : std::uint8_t { opening, connecting, ready, running };

  std::string request(const std::string& method, const std::string& sid) const {
    return method + " /socket.io/?EIO=4&transport=polling" + (sid.empty() ? "" : "&sid=" + sid) +
           " HTTP/1.1\r\nHost: " + ctx_.host() +
           "\r\nUser-Agent: bench_load\r\nAccept: */*\r\nConnection: keep-alive\r\n";
  }

  void response(http_stream& from, std::string_view body, std::uint64_t now) override {
    if (&from == &post_) return post();
    if (stage_ == stage::opening) {
      if (!opened(body)) return from.fail("no open packet");
    } else {
      payload(body, now);
    }
    if (stage_ == stage::ready) return;
    get_.request(get_text_);
    post();
  }

  bool opened(std::string_view body) {
    constexpr std::string_view key = "\"sid\":\"";
    const std::size_t at = body.find(key);
    if (!body.starts_with('0') || at == body.npos) return false;
    const std::string_view rest = body.substr(at + key.size());
    const std::string sid{rest.substr(0, rest.find('"'))};
    get_text_ = request("GET", sid) + "\r\n";
    post_head_ =
        request("POST", sid) + "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ";
    stage_ = stage::connecting;
    post_.open(id_);
    queue("40");
    return true;
  }

  void payload(std::string_view body, std::uint64_t now) {
    while (!body.empty()) {
      const std::size_t end = body.find(separator);
      packet(body.substr(0, end), now);
      body.remove_prefix(end == body.npos ? body.size() : end + 1);
    }
  }

  void packet(std::string_view text, std::uint64_t now) {
    if (text == packet_ && stage_ == stage::running) {
      std::uint64_t& slot = sent_at_[next_];
      next_ = (next_ + 1) % sent_at_.size();
      ctx_.rec.message(slot, now);
      emit(slot, now);
    } else if (text == "2") {
      queue("3");
    } else if (stage_ == stage::connecting && text.starts_with("40")) {
      stage_ = stage::ready;
    } else if (text != "6") {
      ctx_.rec.error("unexpected packet " + std::string{text.substr(0, 60)});
    }
  }

  void emit(std::uint64_t& slot, std::uint64_t now) {
    slot = now;
    queue(packet_);
  }

  void queue(std::string_view text) {
    if (!queued_.empty()) queued_ += separator;
    queued_ += text;
  }

  void post() {
    if (post_.is_waiting() || queued_.empty()) return;
    const std::string text = post_head_ + std::to_string(queued_.size()) + "\r\n\r\n" + queued_;
    queued_.clear();
    post_.request(text);
  }

  context& ctx_;
  std::uint32_t id_;
  stage stage_ = stage::opening;
  http_stream get_{ctx_, *this};
  http_stream post_{ctx_, *this};
  std::string get_text_, post_head_;
  std::string packet_;                  // the event, and its reply
  std::string queued_;                  // packets for the next POST
  std::vector<std::uint64_t> sent_at_;  // by event in flight
  std::size_t next_ = 0;
};

}  // namespace

void run_polling(context& ctx) {
  std::vector<std::unique_ptr<polling_client>> clients;
  for (std::uint32_t i = 0; i < ctx.opt.clients; ++i) {
    polling_client& last = *clients.emplace_back(std::make_unique<polling_client>(ctx, i));
    last.connect();
    while (!last.is_ready()) {
      ctx.loop.poll(ctx.patience_ms(), ctx.rec);
      if (ctx.rec.errors() != 0) die(ctx.rec.first_error());
    }
  }
  for (const auto& each : clients) each->start();
  ctx.run([] {});
}

}  // namespace load
