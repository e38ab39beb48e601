// Relaying when servers, the bus or clients do what they should not.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/stranger.hpp"
#include "support/catch.hpp"

using namespace socketio;
using namespace socketio::test;
using namespace std::chrono_literals;

TEST_CASE("F368 who makes up session ids is told so, and cannot keep the bus busy", "[relay]") {
  relay_options few;
  few.strangers_per_second = 50;
  farm f{{}, few};
  const std::string sid = f.handshake();
  const std::string unknown = R"({"code":1,"message":"Session ID unknown"})";
  const auto before = f.between.messages();
  const auto refused = [&](std::string_view id) {
    const auto answer = f.client(1).get(poll_path(id));
    return answer.status == 400 && answer.body == unknown;
  };

  // No server could have made these, or only this one.
  CHECK(refused("abcdefghijklmnopqrst"));
  CHECK(refused("x"));
  CHECK(refused("abcdefghijklmnopqrst.12345"));
  CHECK(refused("abcdefghijklmnopqrst.12345~"));
  const std::string own = sid_of(f.client(1).get(eio_path("polling")).body);
  CHECK(refused("abcdefghijklmnopqrst" + own.substr(20)));
  CHECK(f.client(1).get(poll_path(sid) + "&sid=other").status == 400);
  CHECK(f.between.messages() == before);

  // A server that there is not.
  CHECK(refused("abcdefghijklmnopqrst.123456"));
  CHECK(f.between.messages() == before + 1);
  // It is not asked for again and again.
  for (int i = 0; i < 10; ++i) CHECK(refused("abcdefghijklmnopqrst.123456"));
  CHECK(f.between.messages() == before + 1);

  // A server that there is, and a session that there is not.
  CHECK(refused("abcdefghijklmnopqrst" + sid.substr(20)));
  CHECK(f.at(0).errors == std::vector<std::string>{"Session ID unknown"});
  f.advance(1s);

  // Masses of them, with marks and without.
  const auto until_now = f.between.messages();
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(100'000 + i);
    CHECK(refused("abcdefghijklmnopqrst." + number));
    CHECK(refused("abcdefghijklmn" + number + sid.substr(20)));
  }
  CHECK(f.between.messages() - until_now <= 3 * 51);
  CHECK(f.at(1).server.session_count() == 1);

  // Sessions that have been served here before are served on.
  auto known = f.client(2);
  f.at(0).emit("a");
  CHECK(known.get(poll_path(sid)).body == "4a");
  for (int i = 0; i < 200; ++i) {
    CHECK(
        f.client(2).get(poll_path("abcdefghijklmnopqrst." + std::to_string(200'000 + i))).status ==
        400);
  }
  f.at(0).emit("b");
  CHECK(known.get(poll_path(sid)).body == "4b");
}

TEST_CASE("R150 who makes up marks keeps nobody from the servers that there are", "[relay]") {
  relay_options few;
  few.strangers_per_second = 50;
  farm f{{}, few};
  CHECK(f.client(1).post(poll_path(f.handshake()), "4a").body == "ok");  // the servers have met
  const std::string sid = f.handshake();
  for (int i = 0; i < 1000; ++i) {
    f.client(1).get(poll_path("abcdefghijklmnopqrst." + std::to_string(100'000 + i)));
  }
  f.at(0).emit("new");
  CHECK(f.client(1).get(poll_path(sid)).body == "4new");
}

TEST_CASE("R150 made-up marks leave room for servers that have not met", "[relay]") {
  relay_options many;
  many.strangers_per_second = 100'000;
  farm f{{}, many};
  const std::string sid = f.handshake();
  auto client = f.client(0);
  for (int i = 0; i < 4100; ++i) {
    client.send_get(poll_path("abcdefghijklmnopqrst." + std::to_string(100'000 + i)));
  }
  f.network.run();
  f.at(0).emit("new");
  CHECK(f.client(1).get(poll_path(sid)).body == "4new");
}

TEST_CASE("R150 a session that has ended makes its client a stranger again", "[relay]") {
  relay_options few;
  few.strangers_per_second = 20;
  farm f{{}, few};
  const std::string sid = f.handshake();
  CHECK(f.client(1).post(poll_path(sid), "1").body == "ok");
  const auto before = f.between.messages();
  for (int i = 0; i < 200; ++i) CHECK(f.client(1).get(poll_path(sid)).status == 400);
  CHECK(f.between.messages() - before <= 3 * 22);
}

TEST_CASE("R150 what is not known is refused within a second, also when the owner is silent",
          "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  f.between.cut_off(0);
  auto client = f.client(1);
  client.send_get(poll_path(sid));
  f.advance(900ms);
  CHECK(client.next().status == 0);
  f.advance(100ms);
  CHECK(client.next().status == 400);
  auto upgrade = f.client(1);
  upgrade.send_get(eio_path("websocket", sid), eio_client::upgrade_lines);
  f.advance(1s);
  CHECK(upgrade.next().status == 400);
  f.between.cut_off(0, false);
  f.at(0).emit("again");
  CHECK(client.get(poll_path(sid)).body == "4again");
}

TEST_CASE("the owner of a session ends", "[relay]") {
  farm f;
  const std::string first = f.handshake();
  auto poll = f.client(1);
  poll.send_get(poll_path(first));
  const std::string second = f.handshake();
  auto client = f.client(2);
  auto socket = client.websocket(eio_path("websocket", second));
  socket.send_text("2probe");
  CHECK(socket.next() == "3probe");
  socket.send_text("5");

  SECTION("at once") {
    f.members[0] = nullptr;
    f.advance(2s);
    CHECK(poll.next().status == 400);
    CHECK(socket.peer.closed());
  }
  SECTION("without a word") {
    f.between.cut_off(0);
    f.advance(8s);
    CHECK(poll.next().status == 400);
    CHECK(socket.peer.closed());
    CHECK(f.at(0).application.ends.size() == 2);  // which has lost its clients
  }
  SECTION("in peace") {
    f.at(0).server.close();
    CHECK(poll.next().body == "1");
    CHECK(socket.next_frame()->op == ws::opcode::close);
    socket.peer.close();
    f.network.run();
    CHECK(poll.get(poll_path(first)).status == 400);
  }
}

TEST_CASE("the server that has relayed a request ends", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto poll = f.client(1);
  poll.send_get(poll_path(sid));
  f.network.run();
  SECTION("at once") {
    f.members[1] = nullptr;
    f.advance(2s);
  }
  SECTION("without a word") {
    f.between.cut_off(1);
    f.advance(8s);
  }
  SECTION("in peace") {
    f.at(1).server.close();
    f.network.run();
    CHECK(poll.peer.closed());
  }
  SECTION("or only its client does") {
    poll.peer.abort();
    f.network.run();
  }
  CHECK(f.at(0).application.ends.size() == 1);
}

TEST_CASE("what has lost bytes on its way is broken off", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto client = f.client(1);
  auto socket = client.websocket(eio_path("websocket", sid));
  socket.send_text("2probe");
  CHECK(socket.next() == "3probe");
  socket.send_text("5");
  f.between.cut_off(1);
  socket.send_text("4lost");
  f.between.cut_off(1, false);
  SECTION("the next bytes show it") { socket.send_text("4after"); }
  SECTION("so does the next heartbeat") { f.advance(4s); }
  f.network.run();
  CHECK(socket.peer.closed());
  CHECK(f.at(0).application.heard.empty());
  CHECK(f.at(0).application.ends.size() == 1);
  const std::string next = f.handshake();
  f.at(0).emit("on");
  CHECK(f.client(1).get(poll_path(next)).body == "4on");
}

TEST_CASE("limits are those of the server that a request comes to, and of the owner", "[relay]") {
  options o;
  o.max_payload = 1000;
  relay_options two;
  two.most_requests = 2;
  farm f{o, two};
  const std::string sid = f.handshake();
  const auto before = f.between.messages();
  CHECK(f.client(1).post(poll_path(sid), "4" + std::string(1000, 'x')).status == 413);
  CHECK(f.between.messages() == before);
  CHECK(f.client(1).post(poll_path(sid), "4" + std::string(999, 'x')).status == 200);

  std::vector<eio_client> held;
  std::vector<std::string> sids;
  for (int i = 0; i < 3; ++i) sids.push_back(f.handshake());
  for (int i = 0; i < 3; ++i) {
    held.push_back(f.client(1));
    held.back().send_get(poll_path(sids[static_cast<std::size_t>(i)]));
  }
  CHECK(held[0].next().status == 0);
  CHECK(held[1].next().status == 0);
  CHECK(held[2].next().status == 400);
  held[0].peer.close();
  f.network.run();
  CHECK(f.client(2).get(poll_path(sids[2])).status == 0);  // held
}

TEST_CASE("R150 what a stranger says on the bus harms nobody else", "[relay]") {
  farm f;
  const std::string sid = f.handshake();
  auto poll = f.client(1);
  poll.send_get(poll_path(sid));

  stranger other{f};
  const std::string owner = sid.substr(sid.size() - 6);
  for (const std::string& text :
       {std::string{}, std::string(100'000, '\1'), "GET " + poll_path(sid) + " HTTP/1.1\r\n\r\n"}) {
    other.line->send(owner, text, [](bool) {});
    f.network.run();
  }
  CHECK(other.heard == 0);

  const auto is_reset = [&](cluster::relay_message m) {
    m.senders = true;
    other.say(owner, m);
    return other.last == relay_kind::reset && other.tunnel == m.tunnel;
  };
  // Bytes of a tunnel that there is not, an id of another server, a tunnel twice, too much at once.
  CHECK(is_reset({.kind = relay_kind::flow, .tunnel = 7, .bytes = "x"}));
  CHECK(is_reset({.kind = relay_kind::open, .tunnel = 8, .sid = "abc.abcdef", .bytes = "x"}));
  CHECK_FALSE(is_reset({.kind = relay_kind::open, .tunnel = 9, .sid = sid, .bytes = "GET "}));
  CHECK(is_reset({.kind = relay_kind::open, .tunnel = 9, .sid = sid, .bytes = "GET "}));
  const std::string huge(detail::tunnel::window + 1, 'x');
  CHECK(is_reset({.kind = relay_kind::open, .tunnel = 10, .sid = sid, .bytes = huge}));
  // What was never sent cannot have been read.
  CHECK_FALSE(is_reset({.kind = relay_kind::open, .tunnel = 11, .sid = sid, .bytes = "GET "}));
  CHECK(is_reset({.kind = relay_kind::flow, .tunnel = 11, .read = 1}));
  // A request that asks for a session of a third server is not relayed on.
  other.ask(sid, "GET " + poll_path("abc.abcdef") + " HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(other.take().starts_with("HTTP/1.1 400"));
  // And what it has begun and forgotten is over before long.
  CHECK(other.resets == 5);
  f.advance(8s);
  CHECK(is_reset({.kind = relay_kind::flow, .tunnel = 9, .bytes = "x"}));

  CHECK(poll.next().status == 0);
  f.at(0).emit("still here");
  CHECK(poll.next().body == "4still here");
}

TEST_CASE("what waits in a tunnel counts for the ceiling", "[relay]") {
  options small;
  small.limits.held_bytes = 150'000;
  farm f{{}, small, {}};
  const std::string sid = f.handshake();
  auto client = f.client(1);
  auto socket = client.websocket(eio_path("websocket", sid));
  socket.send_text("2probe");
  CHECK(socket.next() == "3probe");
  socket.send_text("5");
  socket.peer.stop_reading();
  f.at(0).emit(std::string(100'000, 'x'));
  f.network.run();
  CHECK(socket.peer.closed());
  CHECK(f.at(0).application.ends.size() == 1);
}

TEST_CASE("R150 a tunnel that ends with its beginning leaves nothing behind", "[relay]") {
  relay_options two;
  two.most_requests = 2;
  farm f{{}, two};
  const std::string sid = f.handshake();
  stranger hasty{f};
  for (int i = 0; i < 5; ++i) hasty.ask(sid, "GET ", true);
  CHECK(hasty.resets == 0);
  hasty.ask(sid, "POST " + poll_path(sid) + " HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n4x",
            true);
  CHECK(f.at(0).application.heard == std::vector<std::string>{"x"});
  f.at(0).emit("a");
  CHECK(f.client(1).get(poll_path(sid)).body == "4a");
}

TEST_CASE("a relay that has left the bus says nothing there", "[relay]") {
  farm f;
  std::vector<http_next> held;
  f.at(0).server.use([&](const http::request& asked, http::header_list&, http_next next) {
    asked.header("x-held") ? held.push_back(std::move(next)) : next();
  });
  const std::string sid = f.handshake();
  CHECK(f.client(0).post(poll_path(sid), "1").body == "ok");
  stranger other{f};
  other.ask(sid, "GET " + poll_path(sid) + " HTTP/1.1\r\nHost: t\r\nX-Held: 1\r\n\r\n");
  REQUIRE(held.size() == 1);
  f.at(0).server.close();
  f.network.run();
  ++other.sequence;  // a message has been lost: the only tunnel is over, and so is the relay
  const auto before = f.between.messages();
  other.ask(sid, "GET ");
  CHECK(other.resets == 1);
  CHECK(f.between.messages() - before == 2);  // what was asked, and the end of the tunnel
  held.clear();
}

TEST_CASE("R59 a relay that could not be started is none", "[relay]") {
  struct full final : cluster::relay_bus {
    void open(asio::any_io_executor, std::string_view, receiver) override {
      throw std::bad_alloc{};
    }
    void send(std::string_view, std::string_view, unique_function<void(bool)>) override {}
    void close() override {}
  };
  memory::network network;
  memory_relay between;
  engine_server<over_relay> server{network};
  CHECK_THROWS_AS(server.relay(std::make_unique<full>()), std::bad_alloc);
  server.relay(between.join());
}

TEST_CASE("options of a relay are looked at", "[relay]") {
  memory::network network;
  memory_relay between;
  const auto fault = [&](const relay_options& o) {
    engine_server<over_relay> server{network};
    try {
      server.relay(between.join(), o);
    } catch (const std::invalid_argument& e) {
      return std::string{e.what()};
    }
    return std::string{};
  };
  CHECK(fault({}).empty());
  CHECK(fault({.answer_timeout = 0s}) == "relay_options.answer_timeout: must be positive");
  CHECK(fault({.heartbeat = -1s}) == "relay_options.heartbeat: must be positive");
  CHECK(fault({.most_requests = 0}) == "relay_options.most_requests: must be positive");
  CHECK(fault({.strangers_per_second = 0}) ==
        "relay_options.strangers_per_second: must be positive");
  engine_server<over_relay> server{network};
  CHECK_THROWS_AS(server.relay(nullptr), std::invalid_argument);
  server.relay(between.join());
  CHECK_THROWS_AS(server.relay(between.join()), std::invalid_argument);
}

TEST_CASE("R150 random messages on the bus end no server", "[relay]") {
  using namespace socketio::cluster;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    INFO("seed " << seed);
    std::minstd_rand random{seed};
    const auto below = [&](std::size_t end) { return random() % end; };
    farm f;
    const std::string sid = f.handshake();
    const std::string owner = sid.substr(sid.size() - 6);
    auto poll = f.client(1);
    poll.send_get(poll_path(sid));
    const auto line = f.between.join();
    std::uint64_t answers = 0;
    line->open(f.network.get_executor(), "stranX", [&](std::string_view) { ++answers; });
    const std::string requests[] = {"GET " + poll_path("nobody") + " HTTP/1.1\r\nHost: t\r\n\r\n",
                                    "POST " + poll_path("x") + " HTTP/1.1\r\nHost: t\r\nContent-L",
                                    "GET /other HTTP/1.1\r\nHost: t\r\n\r\n",
                                    "rubbish\r\n\r\n",
                                    "",
                                    std::string(20'000, 'x')};
    std::uint64_t sequence = 0;
    for (int i = 0; i < 200; ++i) {
      relay_message m;
      m.kind = static_cast<relay_kind>(1 + below(4));
      m.senders = below(8) != 0;
      m.end = below(8) == 0;
      m.secure = below(2) == 0;
      m.from = below(50) == 0 ? "stranY" : "stranX";
      sequence += below(30) == 0 ? 2 : 1;
      m.sequence = sequence;
      m.tunnel = below(6);
      m.read = below(20) == 0 ? static_cast<std::uint32_t>(random()) : 0;
      m.sid = below(10) == 0 ? std::string_view{"x"} : std::string_view{sid};
      m.address = "1.2.3.4";
      m.bytes = requests[below(std::size(requests))];
      line->send(owner, encode(m), [](bool) {});
      if (below(3) == 0) f.network.run();
      if (below(20) == 0) f.network.advance(std::chrono::milliseconds{below(3000)});
    }
    f.network.run();
    CHECK(answers != 0);
    CHECK(f.client(2).post(poll_path(sid), "4still here").body == "ok");
    CHECK(f.at(0).application.heard == std::vector<std::string>{"still here"});
    line->close();
  }
}

TEST_CASE("messages between relaying servers are read as they were written", "[relay]") {
  using namespace socketio::cluster;
  const relay_message m{.kind = relay_kind::open,
                        .senders = true,
                        .end = true,
                        .secure = true,
                        .from = "abc-_9",
                        .sequence = 0x0102030405060708,
                        .tunnel = 0xf1f2f3f4f5f6f7f8,
                        .read = 0x01020304,
                        .sid = "id",
                        .address = "::1",
                        .bytes = std::string_view{"\0\xff", 2}};
  const std::string text = encode(m);
  CHECK(text == std::string{"\1\1\7abc-_9\1\2\3\4\5\6\7\x08\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8"
                            "\1\2\3\4\2id\3::1\0\xff",
                            38});
  const auto read = decode_relay(text);
  REQUIRE(read);
  CHECK(encode(*read) == text);
  for (std::size_t size = 0; size < text.size() - 2; ++size) {
    CHECK_FALSE(decode_relay(std::string_view{text}.substr(0, size)));
  }
  const auto changed = [&](std::size_t at, char c) {
    std::string other = text;
    other[at] = c;
    return decode_relay(other).has_value();
  };
  CHECK_FALSE(changed(0, 2));
  CHECK_FALSE(changed(1, 0));
  CHECK_FALSE(changed(1, 5));
  CHECK_FALSE(changed(2, 8));
  CHECK_FALSE(changed(2, 6));  // nobody opens a tunnel of another's
  CHECK_FALSE(changed(3, '*'));
}
