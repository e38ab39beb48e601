// The fixture contract (fixture-contract.md) on our library: what the clients' tests talk to.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <socketio.hpp>
#include <socketio/extras/health.hpp>
#ifdef FIXTURE_DEFLATE
#include <socketio/deflate.hpp>
#endif

#include "conn.hpp"
#include "listeners.hpp"
#include "operators.hpp"
#include "orders.hpp"

namespace {

using namespace std::chrono_literals;

/// What the middlewares of /mw-chain and the listeners of /listeners note down.
struct notes {
  std::vector<std::string> trace;
};

using server_type = io::server<io::tcp, notes>;
using socket_type = server_type::socket;
using names = std::vector<std::string>;

// ---- command line

struct settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::size_t shards = 1;
  std::optional<std::string> key;
  io::options options;
};

settings parse(int count, char** words) {
  settings s;
  io::options& o = s.options;
  const auto time = [](std::chrono::milliseconds& into) {
    return [&into](const std::string& word) { into = std::chrono::milliseconds{std::stol(word)}; };
  };
  const std::map<std::string_view, std::function<void(const std::string&)>> flags{
      {"--host", [&](const std::string& word) { s.host = word; }},
      {"--port",
       [&](const std::string& word) { s.port = static_cast<std::uint16_t>(std::stoul(word)); }},
      {"--key", [&](const std::string& word) { s.key = word; }},
      {"--shards", [&](const std::string& word) { s.shards = std::stoul(word); }},
      {"--ping-interval", time(o.ping_interval)},
      {"--ping-timeout", time(o.ping_timeout)},
      {"--connect-timeout", time(o.connect_timeout)},
      {"--upgrade-timeout", time(o.upgrade_timeout)},
      {"--max-payload", [&](const std::string& word) { o.max_payload = std::stoul(word); }},
      {"--transports",
       [&](const std::string& word) {
         o.polling = word.find("polling") != std::string::npos;
         o.websocket = word.find("websocket") != std::string::npos;
       }},
      {"--recovery",
       [&](const std::string& word) {
         o.connection_state_recovery = io::recovery_options{
             .max_disconnection_duration = std::chrono::milliseconds{std::stoul(word)}};
       }},
      {"--allow-eio3", [&](const std::string& word) { o.allow_eio3 = word == "true"; }},
      {"--cors",
       [&](const std::string& word) {
         o.cors.origins = {word};
         o.cors.credentials = word != "*";
       }},
#ifdef FIXTURE_DEFLATE
      {"--per-message-deflate",
       [&](const std::string& word) {
         o.per_message_deflate = io::deflate({.threshold = std::stoul(word)});
       }},
      {"--http-compression",
       [&](const std::string& word) {
         o.http_compression = io::gzip({.threshold = std::stoul(word)});
       }},
#endif
      {"--trusted", [&](const std::string& word) { o.proxies.trusted = {word}; }},
      {"--forwarded",
       [&](const std::string& word) {
         o.proxies.trusted = {word};
         o.proxies.header = io::forwarded_header::forwarded;
       }},
      {"--proxy-protocol", [&](const std::string& word) { o.proxies.proxy_protocol = {word}; }},
      {"--parser", [](const std::string&) {}},  // every client may have its own
      {"--head-timeout", time(o.limits.http_head_timeout)},
      {"--body-timeout", time(o.limits.http_body_timeout)},
      {"--write-timeout", time(o.limits.write_timeout)},
      {"--attachment-timeout", time(o.limits.attachment_timeout)},
  };
  for (int i = 1; i < count; i += 2) {
    const auto flag = flags.find(words[i]);
    if (flag == flags.end() || i + 1 == count) throw std::invalid_argument{words[i]};
    flag->second(words[i + 1]);
  }
  return s;
}

/// Lets only those connect who know the key, and no robots.
void guard(server_type& server, const std::string& key) {
  server.engine()
      .use([](const io::http::request& r, io::http::header_list& headers) -> io::http_verdict {
        headers.set("X-Seen", "yes");
        if (r.header("x-robot")) return io::refuse("no robots");
        return io::accept;
      })
      .allow_request([key](const io::http::request& r) { return r.header("x-key") == key; });
}

// ---- the main namespace

struct message {
  std::string user, text;
};
struct measured {
  std::string user, text;
  std::size_t length;
};
struct greeting {
  io::value auth;
  std::map<std::string, std::string> query, headers;
  std::string address;
  bool xdomain, secure;
  std::string url;
};

greeting greet(const io::handshake& h) {
  greeting g{h.auth(), {}, {}, h.address(), h.cross_domain(), h.secure(), std::string{h.url()}};
  for (const char* name : {"EIO", "transport", "color"}) {
    if (auto found = h.query(name)) g.query.emplace(name, *found);
  }
  if (auto found = h.header("x-probe")) g.headers.emplace("x-probe", *found);
  return g;
}

/// The error as the contract names it; null when there was none.
std::optional<std::string> name_of(std::error_code ec) {
  if (!ec) return {};
  return ec == io::error::ack_timeout ? "timeout" : ec.message();
}

void serve_main(server_type& server) {
  server.on("echo", [](io::socket& socket, io::args args) { socket.emit("echo", args); });
  server.on("ack", [](io::value_view x, io::ack ack) { ack(x); });
  server.on("ack-many", [](io::args args, io::ack ack) { ack(args); });

  server.on("join", [](io::socket& socket, std::string room) {
    socket.join(room);
    return room;
  });
  server.on("leave", [](io::socket& socket, std::string room) {
    socket.leave(room);
    return room;
  });
  server.on("rooms", [](io::socket& socket) {
    names rooms = socket.rooms();
    std::sort(rooms.begin(), rooms.end());
    return rooms;
  });
  server.on("bcast", [&](io::value_view x) { server.to("r").emit("bcast", x); });
  server.on("to", [](io::socket& socket, names rooms, names except, std::string event,
                     io::value_view x) { socket.to(rooms).except(except).emit(event, x); });
  server.on("in", [&](names rooms, std::string event, io::value_view x) {
    server.in(rooms).emit(event, x);
  });
  server.on("all", [&](std::string event, io::value_view x) { server.emit(event, x); });
  server.on("others", [](io::socket& socket, std::string event, io::value_view x) {
    socket.broadcast().emit(event, x);
  });
  server.on("local", [&](std::string event, io::value_view x) { server.local().emit(event, x); });

  server.on("bin", [](io::socket& socket, io::bytes_view bytes) { socket.emit("bin", bytes); });
  server.on("bin-nested",
            [](io::socket& socket, io::value_view x) { socket.emit("bin-nested", x); });
  server.on("bin-ack", [](io::bytes bytes) { return bytes; });

  server.on("ask", [](io::socket& socket, io::value_view x) {
    socket.timeout(1s).emit("question", x,
                            [who = socket.ref()](std::error_code ec, io::value answer) {
                              who.emit("answered", name_of(ec), answer);
                            });
  });
  server.on("ask-coro", [](io::socket& socket, io::value x) -> asio::awaitable<void> {
    std::error_code ec;
    io::value answer;
    try {
      answer = co_await socket.timeout(1s).emit_with_ack<io::value>("question", x);
    } catch (const std::system_error& failure) {
      ec = failure.code();
    }
    socket.emit("answered", name_of(ec), answer);
  });

  server.on("ask-race", [](io::socket& socket, io::value x) -> asio::awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    auto slow = socket.emit_with_ack<io::value>("slow", x);
    auto quick = socket.emit_with_ack<io::value>("quick", x);
    const auto first = co_await (std::move(slow) || std::move(quick));
    std::visit([&](const io::value& answer) { socket.emit("answered", nullptr, answer); }, first);
  });

  server.on("typed-add", [](int a, int b) { return a + b; });
  server.on("typed-message", [](message m) { return measured{m.user, m.text, m.text.size()}; });
  server.on("throw", [] { throw std::runtime_error{"thrown by the handler"}; });
  server.on("kick", [](io::socket& socket, bool close) { socket.disconnect(close); });
  server.on("handshake", [](const io::handshake& h) { return greet(h); });
  server.on("as-is", [](io::socket& s, io::args x) { s.compress(false).emit("echo", x); });
  server.on("clock", [] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  });
  server.on("stress", [](io::socket& socket, std::size_t count, std::size_t size) {
    const std::string text(size, 'x');
    for (std::size_t i = 0; i < count; ++i) socket.emit("s", i, text);
  });
}

// ---- the others

struct refusal {
  int code;
};

bool says(const io::handshake& h, std::string_view key) {
  return h.auth()[key].to<bool>().value_or(false);
}

void serve_others(server_type& server) {
  const auto echo = [](io::socket& socket, io::args args) { socket.emit("echo", args); };

  server.of("/admin").on("echo", echo);
  server.of("/admin").use([](io::socket& socket) -> io::verdict {
    if (socket.handshake().auth()["token"].to<std::string>() == "secret") return io::accept;
    return io::refuse("not authorized", refusal{42});
  });

  server.of("/slow").on("echo", echo);
  server.of("/slow").use([](io::socket&) -> asio::awaitable<io::verdict> {
    asio::steady_timer timer{co_await asio::this_coro::executor, 50ms};
    co_await timer.async_wait(asio::use_awaitable);
    co_return io::accept;
  });

  const auto chain = server.of("/mw-chain");
  chain.on("echo", echo);
  for (const char* step : {"first", "second"}) {
    chain.use([step](socket_type& socket) -> io::verdict {
      if (!says(socket.handshake(), step)) return io::refuse(step);
      socket.data().trace.push_back(step);
      return io::accept;
    });
  }
  chain.on("trace", [](socket_type& socket) { return socket.data().trace; });

  const auto rooms = server.of(io::pattern{"/room-*"});
  rooms.on("echo", echo);
  rooms.on("everywhere", [rooms](io::value_view x) { rooms.emit("news", x); });
  const auto guarded = server.of([](std::string_view name, const io::handshake& h) {
    return name.starts_with("/guarded-") && h.auth()["token"].as_string() == "secret";
  });
  guarded.on("echo", echo);

  for (const char* name : {"/multi-a", "/multi-b"}) {
    const auto nsp = server.of(name);
    nsp.on("echo", echo);
    nsp.on("join", [](io::socket& socket, std::string room) {
      socket.join(room);
      return room;
    });
    nsp.on("shout", [nsp](std::string room, io::value_view x) { nsp.to(room).emit("shout", x); });
  }
}

/// [sid, reason] of the last disconnects in any namespace, on any shard.
struct disconnect_log {
  using entries = std::deque<std::tuple<std::string, std::string>>;

  void add(const std::string& sid, io::reason why) {
    const std::lock_guard lock{mutex};
    all.emplace_back(sid, to_string(why));
    if (all.size() > 2000) all.pop_front();
  }
  entries copy() {
    const std::lock_guard lock{mutex};
    return all;
  }

  std::mutex mutex;
  entries all;
};

void note_disconnects(server_type& server, disconnect_log& disconnects) {
  for (const char* name : {"/", "/admin", "/slow", "/mw-chain", "/multi-a", "/multi-b"}) {
    server.of(name).on_disconnect(
        [&](io::socket& socket, io::reason why) { disconnects.add(socket.id(), why); });
  }
  server.on("disconnect-reason-of", [&] { return disconnects.copy(); });
}

}  // namespace

int main(int count, char** words) try {
  const settings s = parse(count, words);
  io::shards shards{s.shards};
  server_type server{shards, s.options};
  disconnect_log disconnects;
  if (s.key) guard(server, *s.key);
  serve_main(server);
  serve_others(server);
  socketio::test::serve_conn(server);
  socketio::test::serve_listeners(server);
  socketio::test::serve_operators(server);
  server.on_error(
      [](io::socket& socket, std::error_code ec, std::string_view event, std::exception_ptr) {
        if (ec != io::error::event_refused) return;
        static_cast<socket_type&>(socket).data().trace.push_back("refused:" + std::string{event});
      });
  note_disconnects(server, disconnects);
  server.http().exact("/health", io::health(server));
  server.listen(s.host, s.port);
  const socketio::test::orders from_stdin{shards[0], [&](std::string_view line) {
                                            if (line == "close") server.close(2s);
                                          }};
  std::cout << "listening on " << server.port() << std::endl;
  shards.run();
  return 0;
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
