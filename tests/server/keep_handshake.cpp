// options.keep_handshake: what is left of the handshake once a client has come.
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "socketio.hpp"
#include "socketio/cluster/memory_cluster.hpp"
#include "socketio/transport/memory.hpp"
#include "support/catch.hpp"
#include "support/sio_client.hpp"

namespace {

using namespace socketio::test;

std::string text(std::optional<std::string_view> found) { return std::string{found.value_or("-")}; }

std::string show(const io::handshake& shake) {
  std::string all = shake.kept() ? "kept" : "forgotten";
  all.append(" ").append(text(shake.header("x-token"))).append(" ");
  all.append(shake.query("q").value_or("-")).append(" ");
  all.append(shake.auth()["a"].as_string().value_or("-")).append(" ").append(shake.address());
  return all;
}

}  // namespace

TEST_CASE("without keep_handshake it goes after on_connection, all but the address", "[server]") {
  const bool keeps = GENERATE(true, false);
  CAPTURE(keeps);
  io::memory::network network;
  io::options options;
  options.keep_handshake = keeps;
  io::server<io::memory> server{network, options};
  std::vector<std::string> seen;
  std::optional<io::handshake> copy;
  const auto note = [&](io::socket& s) { seen.push_back(s.nsp() + " " + show(s.handshake())); };
  for (const char* const name : {"/", "/more"}) {
    auto nsp = server.of(name);
    nsp.use([=](io::socket& s) {
      note(s);
      return io::accept;
    });
    nsp.on_connection([=](io::socket& s) { note(s); });
    nsp.on("now", [=](io::socket& s) { note(s); });
  }
  server.on_connection([&](io::socket& s) { copy = s.handshake(); });
  server.listen(port);

  ws_client client{network, "&q=1", "X-Token: t\r\n"};
  CHECK_FALSE(client.join("/", R"({"a":"b"})").empty());
  client.send(R"(42["now"])");
  const auto issued = copy->issued();
  CHECK_FALSE(client.join("/more", R"({"a":"c"})").empty());
  client.send(R"(42/more,["now"])");

  const std::string first = "/ kept t 1 b 127.0.0.1";
  CHECK(show(*copy) == "kept t 1 b 127.0.0.1");
  if (keeps) {
    const std::string more = "/more kept t 1 c 127.0.0.1";
    CHECK(seen == std::vector<std::string>{first, first, first, more, more, more});
  } else {
    const std::string more = "/more forgotten - - c 127.0.0.1";
    CHECK(seen == std::vector<std::string>{first, first, "/ forgotten - - - 127.0.0.1", more, more,
                                           "/more forgotten - - - 127.0.0.1"});
    std::optional<io::handshake> left;
    server.for_each([&](io::socket& s) { left = s.handshake(); });
    REQUIRE(left);
    CHECK(left->url().empty());
    CHECK(left->auth().is_null());
    CHECK(left->issued() == issued);
    CHECK_FALSE(left->cross_domain());
  }
}

TEST_CASE("what is forgotten is forgotten by the connection, too", "[server]") {
  const bool early = GENERATE(true, false);
  CAPTURE(early);
  io::memory::network network;
  io::options options;
  options.keep_handshake = false;
  io::server<io::memory> server{network, options};
  std::vector<std::string> urls;
  const auto note = [&](io::socket& s) {
    const io::conn conn = s.conn();
    urls.push_back(std::string{conn.request().url()} + (conn.request().whole() ? " whole " : " ") +
                   conn.address());
  };
  if (early) server.on_connection(note);
  server.on("now", note);
  server.listen(port);
  ws_client client{network, "&q=1"};
  CHECK_FALSE(client.join().empty());
  client.send(R"(42["now"])");
  REQUIRE(urls.size() == (early ? 2 : 1));
  if (early) CHECK(urls[0].find("q=1 whole 127.0.0.1") != std::string::npos);
  CHECK(urls.back() == " 127.0.0.1");
}

TEST_CASE("what a server has forgotten others do not take for kept", "[server]") {
  const bool keeps = GENERATE(true, false);
  CAPTURE(keeps);
  io::memory_cluster cluster;
  io::memory::network networks[2];
  io::options options;
  options.keep_handshake = keeps;
  io::server<io::memory> here{networks[0]}, there{networks[1], options};
  here.adapter(cluster.join());
  there.adapter(cluster.join());
  there.listen(port);
  const auto settle = [&] {
    for (int i = 0; i < 8; ++i) networks[0].run(), networks[1].run();
  };
  settle();
  ws_client client{networks[1]};
  CHECK_FALSE(client.join().empty());
  std::vector<io::remote_socket> found;
  here.fetch_sockets([&](std::error_code, std::vector<io::remote_socket> all) { found = all; });
  settle();
  REQUIRE(found.size() == 1);
  CHECK(found[0].handshake().kept() == keeps);
  CHECK(found[0].handshake().address() == "127.0.0.1");
}
