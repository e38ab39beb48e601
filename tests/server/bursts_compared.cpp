// Bursts change nothing that a client sees: random scripts in two servers, one of which holds
// nothing back.
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "socketio.hpp"
#include "socketio/proto/ws/message_codec.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;
using namespace std::chrono_literals;

/// A server whose handlers do what a number says, and clients of all kinds: two over WebSocket, one
/// of revision 3, one that polls.
class world {
 public:
  explicit world(bool holds) : server_{network_, options_of(holds)} {
    for (const char* name : {"/", "/b"}) {
      auto nsp = server_.of(name);
      nsp.on_connection([this, nsp](io::socket& s) {
        ids_.push_back(s.id());
        nsp.emit("came", ++number_);
        s.join("r");
        nsp.to("r").emit("came", ++number_);
      });
      nsp.on_disconnecting([this, nsp](io::socket&, io::reason) { nsp.emit("goes", ++number_); });
      nsp.on_disconnect(
          [this](io::socket&, io::reason) { server_.to("r").emit("gone", ++number_); });
      nsp.on("go", [this, nsp](io::socket& s, unsigned seed) { go(nsp, s, seed); });
      nsp.on("ask", [](int i) { return i; });
    }
    server_.of([](std::string_view name) { return name.starts_with("/d"); })
        .on_connection([this](io::socket&) { server_.emit("dynamic", ++number_); });
    server_.listen(port);
    for (const char* revision : {"4", "4", "3"}) {
      sockets_.push_back(std::make_unique<ws_client>(network_, "", "", revision));
    }
    for (int i = 0; i < 2; ++i) sockets_[static_cast<std::size_t>(i)]->join();
    polling_ = std::make_unique<polling_client>(network_);
    polling_->join();
  }

  /// Several packets from one client, in one read.
  void receive(std::size_t from, const std::vector<std::string>& all) {
    std::string data;
    if (from < sockets_.size()) {
      for (const std::string& each : all) data += text_frame(each);
      sockets_[from]->peer.write(data);
      network_.run();
    } else {
      for (const std::string& each : all) data += (data.empty() ? "" : "\x1e") + each;
      polling_->post(data);
    }
  }

  /// What everybody got, without the ids that are drawn by lot.
  std::string taken() {
    std::string text;
    const auto show = [&text](const packets& some) {
      for (const std::string& each : some) {
        text += ' ' + (each.starts_with("40") ? each.substr(0, each.find('{')) : each);
      }
      return !some.empty();
    };
    for (const auto& each : sockets_) show(each->take()), text += '\n';
    for (int answers = 0; answers < 8 && show(polling_->take()); ++answers) continue;
    return text;
  }

  void close() { server_.close(); }

 private:
  static io::options options_of(bool holds) {
    io::options o;
    o.allow_eio3 = true;
    if (!holds) {  // as with compression, of which there is none here
      o.per_message_deflate.make = [](const io::deflate_settings&, std::size_t) {
        return std::unique_ptr<socketio::ws::codec_pool>{};
      };
    }
    return o;
  }

  void go(const auto& nsp, io::socket& s, unsigned seed) {
    std::mt19937 random{seed};
    const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
    for (std::size_t steps = 1 + below(10); steps != 0; --steps) {
      const std::string room = below(2) == 0 ? "r" : "q", other = ids_[below(ids_.size())];
      ++number_;
      switch (below(20)) {
        case 0:
          s.emit("direct", number_);
          break;
        case 1:
          s.emit("ask", number_, [this, nsp](std::error_code) { nsp.emit("told", ++number_); });
          break;
        case 2:
          nsp.in(other).sockets_join("q");
          break;
        case 3:
          nsp.in(other).sockets_leave(room);
          break;
        case 4:
          server_.of("/b").emit("n", number_);
          break;
        case 5:
          nsp.lossy().emit("n", number_);
          break;
        case 6:
          nsp.when_slow(io::when_slow::drop_oldest).emit("n", number_);
          break;
        case 7:
          nsp.emit("n", number_, io::bytes_view{});
          break;
        case 8:
          if (below(6) == 0) nsp.in(other).disconnect_sockets(below(2) == 0);
          break;
        case 9:
          s.broadcast().emit("n", number_);
          break;
        case 10:
          nsp.emit("n", number_, std::string(below(2) == 0 ? 6'000 : 20'000, 'x'));
          break;
        case 11:
          nsp.timeout(1s).emit("all", number_, [](std::error_code, const std::vector<int>&) {});
          break;
        case 12:
          if (below(8) == 0) s.disconnect(below(2) == 0);
          break;
        case 13:
          if (below(3) == 0) throw 1;
          break;
        case 14:
          nsp.to("r").to("q").except(other).emit("n", number_);
          break;
        case 15:
          s.leave("r");
          break;
        case 16:
        case 17:
          nsp.to(room).emit("n", number_);
          break;
        default:
          nsp.emit("n", number_);
      }
    }
  }

  io::memory::network network_;
  io::server<io::memory> server_;
  std::vector<std::string> ids_;  ///< in the order of their coming, which is the same in all worlds
  std::vector<std::unique_ptr<ws_client>> sockets_;
  std::unique_ptr<polling_client> polling_;
  int number_ = 0;
};

}  // namespace

TEST_CASE("a server that holds broadcasts back says what one says that does not", "[burst]") {
  const auto seed = GENERATE(range(1u, 80u));
  CAPTURE(seed);
  std::mt19937 random{seed};
  world holding{true}, plain{false};
  REQUIRE(holding.taken() == plain.taken());
  for (int step = 0; step < 12; ++step) {
    const std::size_t from = random() % 4;
    std::vector<std::string> all;
    for (std::size_t n = 1 + random() % 4; n != 0; --n) {
      static constexpr std::array<std::string_view, 8> others{
          "40/b,", "41/b,", "40/d1,", "41/d1,", "430[1]", "431[1]", R"(421["ask",5])", "41"};
      const std::size_t what = random() % 16;
      all.emplace_back(what < 7 || (what == 7 && random() % 8 == 0)
                           ? std::string{others[what]}
                           : (what % 3 == 0 ? "42/b,[\"go\"," : "42[\"go\",") +
                                 std::to_string(random() % 100'000) + "]");
    }
    holding.receive(from, all);
    plain.receive(from, all);
    REQUIRE(holding.taken() == plain.taken());
  }
  holding.close();
  plain.close();
  CHECK(holding.taken() == plain.taken());
}
