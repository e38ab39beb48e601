// A host's own parts beside Socket.IO: HTTP routes on the same port, files, and connections that
// the host has accepted and has begun to read.

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <unistd.h>

#include "socketio.hpp"
#include "socketio/extras/files.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/eio_client.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;

struct world {
  world() : server{network} {
    server.on("echo", [](io::socket& s, std::string_view text) { s.emit("echo", text); });
    server.listen(80);
  }
  eio_answer get(std::string_view path) { return eio_client{network}.get(path); }

  io::memory::network network;
  io::server<io::memory> server;
};

io::http::response text(std::string body) { return {200, {}, std::move(body)}; }

/// A folder with a page in it, a file beside the folder, and a link from inside to outside.
struct folder {
  folder() {
    std::filesystem::create_directories(root / "page" / "deep");
    write(root / "page" / "index.html", "<p>page</p>");
    write(root / "page" / "deep" / "a b.txt", "deep");
    write(root / "secret.txt", "secret");
    std::filesystem::create_symlink(root / "secret.txt", root / "page" / "link.txt");
  }
  ~folder() { std::filesystem::remove_all(root); }
  static void write(const std::filesystem::path& at, std::string_view content) {
    std::ofstream{at} << content;
  }

  std::filesystem::path root =
      std::filesystem::temp_directory_path() / ("socketio_files_" + std::to_string(::getpid()));
};

TEST_CASE("a WebSocket begins where a middleware of the host answers late, too", "[server]") {
  const bool later = GENERATE(false, true);
  world w;
  std::optional<io::http_next> kept;
  w.server.engine().use([&](const io::http::request&, io::http_next next) {
    later ? void(kept.emplace(std::move(next))) : next();
  });
  io::memory::peer peer = w.network.connect(80);
  peer.write(ws_client::request() + text_frame("40"));  // does not wait for the answer
  w.network.run();
  if (later) (*kept)();
  w.network.run();
  CHECK(peer.take().find("\"sid\"") != std::string::npos);
  CHECK(w.server.size() == 1);
  peer.write(text_frame(R"(42["echo","text"])"));
  w.network.run();
  CHECK(peer.take().find(R"(42["echo","text"])") != std::string::npos);
}

}  // namespace

TEST_CASE("F020 F024 routes: the exact path first, then the longest prefix, then the fallback",
          "[embedding]") {
  world w;
  CHECK(w.get("/nothing").status == 404);
  w.server.http()
      .exact("/a", [](const io::http::request&) { return text("exact"); })
      .prefix("/a", [](const io::http::request&) { return text("prefix"); })
      .prefix("/a/b/", [](const io::http::request& r) { return text(std::string{r.path}); });
  CHECK(w.get("/a").body == "exact");
  CHECK(w.get("/a?query").body == "exact");
  CHECK(w.get("/ab").body == "prefix");
  CHECK(w.get("/a/b/c").body == "/a/b/c");
  CHECK(w.get("/b").status == 404);
  w.server.http().fallback([](const io::http::request&) { return text("fallback"); });
  CHECK(w.get("/b").body == "fallback");
  // Socket.IO's own path is nobody else's.
  CHECK(w.get("/socket.io/?EIO=4&transport=polling").body.starts_with(R"(0{"sid":)"));
}

TEST_CASE("a route may answer later, by coroutine, never, or throw", "[embedding]") {
  world w;
  std::optional<io::http_reply> kept;
  w.server.http()
      .exact("/later",
             [&](const io::http::request&, io::http_reply r) { kept.emplace(std::move(r)); })
      .exact("/never", [](const io::http::request&, io::http_reply) {})
      .exact("/throws",
             [](const io::http::request&) -> io::http::response { throw std::runtime_error{"x"}; })
      .exact("/coroutine", [](const io::http::request& r) -> asio::awaitable<io::http::response> {
        co_return text("of " + std::string{r.path});
      });
  eio_client waiting{w.network};
  waiting.send_get("/later");
  CHECK(waiting.next().status == 0);
  REQUIRE(kept);
  kept->send(text("here"));
  CHECK(waiting.next().body == "here");
  CHECK(w.get("/never").status == 500);
  CHECK(w.get("/throws").status == 500);
  CHECK(w.get("/coroutine").body == "of /coroutine");
  CHECK(waiting.get("/never").status == 500);  // the connection lives on
}

TEST_CASE("F031 a connection that the host has accepted goes on where the host has stopped reading",
          "[embedding]") {
  const std::string request = "GET " + eio_path("websocket") + " HTTP/1.1\r\nHost: a\r\n" +
                              std::string{eio_client::upgrade_lines} + "\r\n" + text_frame("40") +
                              text_frame(R"(42["echo","x"])");
  // Whatever part of the bytes the host has taken.
  for (std::size_t taken = 0; taken <= request.size(); ++taken) {
    CAPTURE(taken);
    world w;
    auto [peer, stream] = w.network.pair("192.0.2.7");
    std::string address;
    w.server.on_connection([&](io::socket& s) { address = s.handshake().address(); });
    w.server.accept(std::move(stream), request.substr(0, taken));
    peer.write(std::string_view{request}.substr(taken));
    w.network.run();
    const std::string answer = peer.take();
    CHECK(answer.starts_with("HTTP/1.1 101"));
    CHECK(answer.ends_with(R"(42["echo","x"])"));
    CHECK(address == "192.0.2.7");
  }
}

TEST_CASE("F031 F193 a TCP connection that the host has accepted is served", "[embedding]") {
  asio::io_context loop;
  io::server<io::tcp> server{loop};
  asio::ip::tcp::acceptor acceptor{loop, {asio::ip::make_address("127.0.0.1"), 0}};
  asio::ip::tcp::socket client{loop};
  client.connect(acceptor.local_endpoint());
  io::tcp::socket accepted = acceptor.accept(loop);
  asio::write(client,
              asio::buffer(std::string_view{"1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}));
  server.accept(io::tcp::stream{std::move(accepted)},
                "GET /socket.io/?EIO=4&transport=polling HTTP/");
  std::string answer;
  asio::async_read(client, asio::dynamic_buffer(answer),
                   [&](std::error_code, std::size_t) { server.close(std::chrono::seconds{0}); });
  loop.run();
  CHECK(answer.starts_with("HTTP/1.1 200"));
  CHECK(answer.find(R"(0{"sid":")") != answer.npos);
}

TEST_CASE("R26 files of a folder are served, and none outside of it", "[embedding]") {
  const folder files;
  world w;
  w.server.http()
      .exact("/", io::serve_file(files.root / "page" / "index.html"))
      .prefix("/page/", io::serve_folder("/page/", files.root / "page"))
      .exact("/gone", io::serve_file(files.root / "gone"));
  CHECK(w.get("/").body == "<p>page</p>");
  CHECK(w.get("/").header("content-type") == "text/html; charset=utf-8");
  CHECK(w.get("/").header("x-content-type-options") == "nosniff");
  CHECK(w.get("/page/index.html").body == "<p>page</p>");
  CHECK(w.get("/page/deep/a%20b.txt").body == "deep");
  CHECK(w.get("/page/deep/../index.html").body == "<p>page</p>");
  const std::string long_name = "/page/" + std::string(300, 'a');
  for (const char* path :
       {"/gone", "/page/", "/page/.", "/page/deep", "/page/deep/", "/page/none",
        "/page/../secret.txt", "/page/%2e%2e/secret.txt", "/page/deep/..%2f..%2f../secret.txt",
        "/page/..%5csecret.txt", "/page//etc/passwd", "/page/%2fetc%2fpasswd", "/page/link.txt",
        "/page/index.html%00.txt", "/page/%zz", "/page/%ff%fe", long_name.c_str()}) {
    CAPTURE(path);
    const auto answer = w.get(path);
    CHECK((answer.status == 404 || answer.status == 400));
    CHECK(answer.body.find("secret") == std::string::npos);
  }
  CHECK(eio_client{w.network}.post("/", "x").status == 405);
}

TEST_CASE("HEAD tells of a file without sending it", "[embedding]") {
  const folder files;
  world w;
  w.server.http().exact("/", io::serve_file(files.root / "page" / "index.html"));
  eio_client client{w.network};
  client.request("HEAD", "/");
  client.request("HEAD", "/none");
  const std::string answers = client.peer.take();
  CHECK(answers.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(answers.find("Content-Length: 11\r\n") != std::string::npos);
  CHECK(answers.find("\r\n\r\nHTTP/1.1 404 Not Found\r\n") != std::string::npos);
  CHECK(answers.ends_with("\r\n\r\n"));
}
