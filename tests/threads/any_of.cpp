// One server with one set of rooms that listens in several ways.
#include "socketio/transport/any_of.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <asio/local/stream_protocol.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include "socketio.hpp"
#include "socketio/transport/local.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "support/temporary_folder.hpp"

using namespace socketio::test;

namespace {

using either = io::any_of<io::tcp, io::local>;
static_assert(socketio::transport<either>);
static_assert(socketio::shares_ports<either> == socketio::shares_ports<io::tcp>);

/// A client over WebSocket at a Unix domain socket, as bytes.
class local_client {
 public:
  explicit local_client(const std::string& path) {
    socket_.connect(path);
    asio::write(socket_, asio::buffer(ws_client::request("")));
    until("\r\n\r\n");
  }
  void send(std::string_view packet) { asio::write(socket_, asio::buffer(text_frame(packet))); }
  void until(std::string_view end) {
    text_.erase(0, asio::read_until(socket_, asio::dynamic_buffer(text_), std::string{end}));
  }

 private:
  asio::io_context context_{1};
  asio::local::stream_protocol::socket socket_{context_};
  std::string text_;
};

}  // namespace

TEMPLATE_TEST_CASE("a server listens on several transports, and its rooms are one", "[any_of]",
                   asio::io_context, io::shards) {
  const temporary_folder folder;
  TestType host{3};
  io::server<either> server{host};
  server.on("join", [](io::socket& s, const std::string& room) {
    s.join(room);
    return s.handshake().address();
  });
  server.on("say", [&](const std::string& text) { server.to("room").emit("said", text); });
  const auto number = server.listen(io::tcp::endpoint{"127.0.0.1", 0});
  CHECK(number != 0);
  CHECK(server.listen(io::local::endpoint{folder / "a"}) == 0);
  CHECK(server.listen(io::local::endpoint{folder / "b"}) == 0);
  std::error_code ec;
  server.listen(io::local::endpoint{folder / "a"}, ec);
  CHECK(ec == asio::error::address_in_use);
  CHECK(server.port() == number);
  std::thread loops{[&] { host.run(); }};
  {
    std::vector<std::unique_ptr<local_client>> locals;
    std::vector<std::unique_ptr<tcp_client>> remotes;
    for (int i = 0; i < 6; ++i) {
      auto& near =
          *locals.emplace_back(std::make_unique<local_client>(folder / (i % 2 ? "a" : "b")));
      near.send("40");
      near.until("40{");
      near.send(R"(420["join","room"])");
      near.until(R"(430["unix:"])");
      auto& far = *remotes.emplace_back(std::make_unique<tcp_client>(number));
      far.join();
      far.send(R"(420["join","room"])");
      CHECK(far.next() == R"(430["127.0.0.1"])");
    }
    locals.front()->send(R"(42["say","near"])");
    for (auto& each : locals) each->until(R"(42["said","near"])");
    for (auto& each : remotes) CHECK(each->next() == R"(42["said","near"])");
    remotes.front()->send(R"(42["say","far"])");
    for (auto& each : locals) each->until(R"(42["said","far"])");
    for (auto& each : remotes) CHECK(each->next() == R"(42["said","far"])");
  }
  server.close();
  loops.join();
  CHECK(server.size() == 0);
}
