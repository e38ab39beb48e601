#include "socketio/extras/client_bundle.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "socketio/proto/http/request.hpp"
#include "socketio/server.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/eio_client.hpp"

using namespace socketio::test;
using socketio::client_bundle;
using socketio::memory;

namespace {

/// A folder that goes with the test.
struct folder {
  folder() : path{std::filesystem::temp_directory_path() / socketio::random_id()} {
    std::filesystem::create_directory(path);
  }
  ~folder() { std::filesystem::remove_all(path); }
  void write(std::string_view name, std::string_view content) const {
    std::ofstream{path / name, std::ios::binary} << content;
  }
  std::filesystem::path path;
};

struct served {
  explicit served(client_bundle bundle, const socketio::options& o = {}) : server{network, o} {
    serve_client(server, std::move(bundle));
    server.listen(80);
  }
  eio_answer get(std::string_view path, std::string_view lines = {}) {
    return eio_client{network}.get(path, lines);
  }
  memory::network network;
  socketio::server<memory> server;
};

client_bundle all_files() {
  client_bundle bundle;
  for (const auto name : client_bundle::names) bundle.add(name, "content of " + std::string{name});
  return bundle;
}

}  // namespace

TEST_CASE("F211 F212 F214 the files of the client are served under the path", "[extras]") {
  served s{all_files()};
  for (const auto name : client_bundle::names) {
    CAPTURE(name);
    const auto answer = s.get("/socket.io/" + std::string{name} + "?t=1");
    CHECK(answer.status == 200);
    CHECK(answer.body == "content of " + std::string{name});
    CHECK(answer.header("content-type") == (name.ends_with(".map")
                                                ? "application/json; charset=utf-8"
                                                : "application/javascript; charset=utf-8"));
    CHECK(answer.header("cache-control") == "public, max-age=0");
    CHECK(answer.header("x-content-type-options") == "nosniff");
    CHECK(answer.header("content-encoding") == std::nullopt);
    CHECK(answer.header("vary") == std::nullopt);
    CHECK(answer.header("sourcemap") == std::nullopt);
  }
}

TEST_CASE("F216 F218 R26 other names are not there", "[extras]") {
  served s{all_files()};
  for (const char* path :
       {"/socket.io/socket.io.esm.js", "/socket.io/socket.io.js.map.map", "/socket.io.js",
        "/socket.io/", "/socket.io/../socket.io/socket.io.js", "/socket.io//socket.io.js",
        "/SOCKET.IO/socket.io.js", "/socket.io/socket.io.js/"}) {
    CAPTURE(path);
    CHECK(s.get(path).status >= 400);
  }
}

TEST_CASE("F213 what the browser has is not sent again", "[extras]") {
  served s{all_files()};
  const std::string path = "/socket.io/socket.io.js";
  const auto first = s.get(path);
  const std::string etag{*first.header("etag")};
  CHECK(etag.starts_with('"'));
  CHECK(etag.ends_with('"'));
  CHECK(s.get("/socket.io/socket.io.min.js").header("etag") != etag);
  for (const std::string& value : {etag, "W/" + etag, "\"other\", " + etag, std::string{"*"}}) {
    CAPTURE(value);
    const auto again = s.get(path, "If-None-Match: " + value + "\r\n");
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    CHECK(again.header("etag") == etag);
  }
  CHECK(s.get(path, "If-None-Match: \"other\"\r\n").status == 200);
  CHECK(s.get(path, "If-None-Match: \r\n").status == 200);
}

TEST_CASE("F215 a compressed form goes to those who accept it", "[extras]") {
  client_bundle bundle;
  bundle.add("socket.io.js", "0123456789");
  bundle.add("socket.io.min.js", "0");
  bundle.encode("gzip", [](std::string_view) { return std::string{"gzip"}; });
  bundle.encode("br", [](std::string_view) { return std::string{"br"}; });
  bundle.encode("deflate", [](std::string_view) { return std::string{}; });  // could not
  served s{std::move(bundle)};
  const std::string path = "/socket.io/socket.io.js";
  const auto form = [&](std::string_view accepted) {
    return s.get(path, "Accept-Encoding: " + std::string{accepted} + "\r\n");
  };
  CHECK(form("gzip").body == "gzip");
  CHECK(form("gzip").header("content-encoding") == "gzip");
  CHECK(form("gzip").header("vary") == "Accept-Encoding");
  CHECK(form("gzip, deflate, br").body == "br");
  CHECK(form("gzip;q=1.0, br;q=0.5").body == "gzip");
  CHECK(form("GZIP").body == "gzip");
  CHECK(form("*").body == "br");
  CHECK(form("*, br;q=0").body == "gzip");
  CHECK(form("identity").body == "0123456789");
  CHECK(form("deflate").body == "0123456789");
  CHECK(form("gzip;q=0").body == "0123456789");
  CHECK(form("gzip;q=2, br;q=x").body == "0123456789");
  CHECK(s.get(path).body == "0123456789");
  CHECK(s.get(path).header("vary") == "Accept-Encoding");
  // What does not become smaller stays as it is.
  CHECK(s.get("/socket.io/socket.io.min.js", "Accept-Encoding: gzip\r\n").body == "0");
  // Each form has a tag of its own.
  const std::string etag{*form("gzip").header("etag")};
  CHECK(s.get(path).header("etag") != etag);
  CHECK(s.get(path, "Accept-Encoding: gzip\r\nIf-None-Match: " + etag + "\r\n").status == 304);
  CHECK(s.get(path, "Accept-Encoding: br\r\nIf-None-Match: " + etag + "\r\n").status == 200);
}

TEST_CASE("F219 the client is fetched by GET and HEAD", "[extras]") {
  served s{all_files()};
  eio_client client{s.network};
  client.request("POST", "/socket.io/socket.io.js", {}, "");
  const auto refused = client.next();
  CHECK(refused.status == 405);
  CHECK(refused.header("allow") == "GET, HEAD");
  client.request("HEAD", "/socket.io/socket.io.js");
  s.network.run();
  CHECK(client.peer.received().starts_with("HTTP/1.1 200"));
  CHECK(client.peer.received().ends_with("\r\n\r\n"));
  CHECK(client.peer.received().find("Content-Length: 23\r\n") != std::string::npos);
}

TEST_CASE("F185 pages of allowed origins may load the client", "[extras]") {
  socketio::options o;
  o.cors.origins = {"https://good.example"};
  served s{all_files(), o};
  const std::string path = "/socket.io/socket.io.js";
  CHECK(s.get(path, "Origin: https://good.example\r\n").header("access-control-allow-origin") ==
        "https://good.example");
  CHECK(s.get(path, "Origin: https://evil.example\r\n").header("access-control-allow-origin") ==
        std::nullopt);
  CHECK(s.get(path).header("vary") == "Origin");
}

TEST_CASE("the client is served where the path says", "[extras]") {
  socketio::options o;
  o.path = "/chat";
  o.add_trailing_slash = false;
  served s{all_files(), o};
  CHECK(s.get("/chat/socket.io.js").status == 200);
  CHECK(s.get("/socket.io/socket.io.js").status == 404);
}

TEST_CASE("the client comes from a folder", "[extras]") {
  const folder f;
  CHECK_THROWS_AS(client_bundle::from_folder(f.path), std::system_error);
  CHECK_THROWS_AS(client_bundle::from_folder(f.path / "none"), std::system_error);
  f.write("socket.io.min.js", "the client itself");
  f.write("socket.io.min.js.br", "smaller");
  f.write("package.json", "{}");
  std::filesystem::create_directory(f.path / "socket.io.js");
  memory::network network;
  socketio::server<memory> server{network};
  serve_client(server, f.path);
  server.listen(80);
  eio_client client{network};
  CHECK(client.get("/socket.io/socket.io.min.js").body == "the client itself");
  CHECK(client.get("/socket.io/socket.io.min.js", "Accept-Encoding: br\r\n").body == "smaller");
  CHECK(client.get("/socket.io/socket.io.js").status == 404);
  CHECK(client.get("/socket.io/package.json").status == 404);
}
