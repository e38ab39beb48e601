// The server of a script: what its handlers see of each socket must be in order, once, and whole.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "memory/actor.hpp"
#include "socketio.hpp"
#include "socketio/transport/memory.hpp"

namespace socketio::test {

/// What scripts have come across in all: a test of nothing would show here.
struct script_counts {
  std::size_t connections = 0, events = 0, binaries = 0, answers = 0, asked = 0, timeouts = 0,
              upgrades = 0, refusals = 0, slow = 0, dead = 0, complete = 0, packets = 0;
};

/// `Choices` is a function of n that gives a number below n.
template <class Choices>
class host {
 public:
  /// What the server keeps with each socket.
  struct user {
    user() noexcept { ++alive; }
    user(const user&) = delete;
    ~user() { --alive; }
    int heard = 0;      // "say" of the client
    int told = 0;       // "tell" to the client
    int joined_at = 0;  // the number of the first broadcast for it
    int questions = 0;  // that are still to be answered
    static inline int alive = 0;
  };
  using server_type = io::server<io::memory, user>;
  using socket = typename server_type::socket;

  /// How a socket's life went.
  struct life {
    int connected = 0, disconnecting = 0, disconnected = 0;
  };

  host(memory::network& n, Choices& choices, verdicts& v, script_counts& counts)
      : choices_{choices}, counts_{counts}, verdicts_{v} {
    io::options o;
    o.limits.soft_queue = 6 * 1024;
    o.limits.hard_queue = 16 * 1024;
    o.max_payload = 20'000;
    server_.emplace(n, o);
    server_->on_error(
        [this](io::socket&, std::error_code ec, std::string_view, std::exception_ptr) {
          expect(ec == io::error::invalid_packet, "on_error");
        });
    for (std::size_t i = 0; i < 2; ++i) install(server_->of(nsp_names[i]), i);
    std::error_code ec;
    server_->listen({}, port, ec);
    expect(!ec, "listen");
  }

  /// Empty once it was destroyed by the script.
  std::optional<server_type>& server() noexcept { return server_; }

  /// The server's program does something by itself.
  void step() {
    const std::size_t number = choices_(2);
    const auto nsp = server_->of(nsp_names[number]);
    const std::string room = "room " + std::to_string(choices_(3));
    switch (choices_(12)) {
      case 0:
        return with_some_socket([this](socket& s) { tell(s); });
      case 1:
        return with_some_socket([this](socket& s) {
          for (std::size_t n = choices_(12); n > 0; --n) tell(s);
        });
      case 2:
      case 3:
        return speak(number);
      case 4:
        nsp.to(room).except("room 2").emit("room", room);
        return;
      case 5:
        return with_some_socket([this](socket& s) { question(s); });
      case 6:
        if (!answers_.empty()) {
          const std::size_t i = choices_(answers_.size());
          answers_[i].first(answers_[i].second);
          answers_.erase(answers_.begin() + static_cast<std::ptrdiff_t>(i));
          ++counts_.answers;
        }
        return;
      case 7:
        if (!undecided_.empty()) {
          const std::size_t i = choices_(undecided_.size());
          chance(4) ? undecided_[i](io::refuse("late")) : undecided_[i]();
          undecided_.erase(undecided_.begin() + static_cast<std::ptrdiff_t>(i));
        }
        return;
      case 8:
        nsp.to(room).sockets_join("room " + std::to_string(choices_(3)));
        return;
      case 9:
        nsp.sockets_leave(room);
        return;
      case 10:
        if (!refs_.empty()) {
          const io::socket_ref& r = refs_[choices_(refs_.size())];
          r.join(room);
          r.leave(room);
          r.join(room);
          if (chance(20)) r.disconnect(chance(2));
        }
        return;
      default:
        if (chance(30)) nsp.to(room).disconnect_sockets(chance(2));
        return;
    }
  }

  void speak(std::size_t number) {
    const std::string text(chance(3) ? 2000 : 0, 'z');
    server_->of(nsp_names[number]).emit("news", news_[number]++, text);
  }

  // ---- at the end
  // ----------------------------------------------------------------------------------

  /// An honest client has everything that its sockets were told, and was heard whole.
  void compare(const actor& client) {
    for (std::size_t i = 0; i < 2; ++i) compare(client.in(i), i);
  }

  /// All clients are gone, and every timeout is over.
  void expect_nobody() {
    if (server_) {
      for (const auto name : nsp_names) {
        expect(server_->of(name).size() == 0, "nobody is left");
        expect(server_->of(name).rooms().empty(), "no room is left");
      }
      expect(server_->engine().session_count() == 0, "no session is left");
    }
    for (const auto& [id, l] : lives_) {
      expect(l.connected == 1 && l.disconnecting == 1 && l.disconnected == 1,
             "each connection has one end");
    }
    for (const connection_life& l : connections_) {
      expect(l.closed == 1, "each connection tells of its end");
    }
    expect(user::alive == 0, "no data is left");
  }

  /// What the program has kept is used after the server, and goes.
  void use_what_is_left() {
    for (const auto& each : refs_) {
      expect(each.emit("x") == io::send_status::closed, "handles know that it is over");
      each.join("x");
      each.disconnect(true);
    }
    for (auto& [answer, n] : answers_) answer(n);
    for (auto& each : undecided_) each();
    answers_.clear();
    undecided_.clear();
    refs_.clear();
  }

 private:
  using ms = std::chrono::milliseconds;

  /// What a connection tells of itself.
  struct connection_life {
    int upgrading = 0, upgraded = 0, closed = 0;
  };

  void watch(const io::conn& c) {
    connection_life& l = connections_.emplace_back();
    const auto note = [this, &l](const io::engine_packet& p) {
      expect(l.closed == 0, "packets come before the end");
      expect(!p.type.empty(), "a packet has a type");
      ++counts_.packets;
    };
    c.on_packet([this, note](io::conn& me, const io::engine_packet& p) {
      expect(me.open(), "packets come while the connection is open");
      note(p);
    });
    c.on_packet_create(note);
    c.on_upgrading([this, &l] { expect(++l.upgrading > l.upgraded, "first it tries"); });
    c.on_upgrade([this, &l](io::conn& me) {
      expect(++l.upgraded == 1 && l.closed == 0, "an upgrade happens once");
      expect(me.transport() == "websocket", "to WebSocket");
    });
    c.on_close([this, &l](io::conn& me, io::reason) {
      expect(++l.closed == 1, "a connection ends once");
      expect(!me.id().empty(), "and has a name at its end");
    });
  }

  bool chance(std::size_t one_in) { return choices_(one_in) == 0; }
  void expect(bool holds, std::string_view what) { verdicts_.expect(holds, what); }

  void install(const typename server_type::nsp& nsp, std::size_t number) {
    nsp.use([this](socket&, io::next next) {
      switch (choices_(8)) {
        case 0:
          ++counts_.refusals;
          return next(io::refuse("no"));
        case 1:
          undecided_.push_back(std::move(next));
          return;
        default:
          return next();
      }
    });
    nsp.on_connection([this, number](socket& s) {
      ++lives_[s.id()].connected;
      ++counts_.connections;
      s.data().joined_at = news_[number];
      refs_.push_back(s.ref());
      if (number == 1) watch(s.conn());
      if (chance(2)) tell(s);
    });
    nsp.on_disconnecting([this](socket& s, io::reason) {
      life& l = lives_[s.id()];
      expect(l.connected == 1 && l.disconnecting == 0,
             "on_disconnecting once, after the connection");
      ++l.disconnecting;
      if (chance(8)) s.emit("tell", -1);  // for nobody any more
    });
    nsp.on_disconnect([this](socket& s, io::reason why) {
      life& l = lives_[s.id()];
      expect(l.disconnecting == 1 && l.disconnected == 0,
             "on_disconnect once, after on_disconnecting");
      ++l.disconnected;
      expect(s.rooms().empty(), "no rooms after on_disconnect");
      expect(s.data().questions == 0, "every question was answered or failed before");
      if (why == io::reason::slow_consumer) ++counts_.slow;
      if (why == io::reason::ping_timeout) ++counts_.dead;
    });
    nsp.on("say", [this](socket& s, int n, io::value_view v) {
      expect(n == s.data().heard, "lost, doubled or out of order: say");
      ++s.data().heard;
      if (v.is_binary()) {
        expect(as_text(*v.template to<io::bytes>()) == std::to_string(n), "the attachment's bytes");
        ++counts_.binaries;
      }
      ++counts_.events;
      if (chance(4)) tell(s);
    });
    nsp.on("ask", [this](int n, io::ack ack) {
      if (chance(3)) {
        answers_.emplace_back(std::move(ack), n);
      } else if (!chance(4)) {
        ack(n);
        ++counts_.answers;
      }
    });
    nsp.on("join", [](socket& s, int room) { s.join("room " + std::to_string(room)); });
    nsp.on("leave", [](socket& s, int room) { s.leave("room " + std::to_string(room)); });
    nsp.on("kick", [](socket& s) { s.disconnect(); });
    nsp.on("close", [](socket& s) { s.disconnect(true); });
    nsp.on("question", [this](socket& s) { question(s); });
  }

  void tell(socket& s) {
    const int n = s.data().told;
    const std::string text(chance(20) ? 3000 : 10, 'y');
    const auto status = chance(10) ? s.emit("tell", n, as_bytes(text)) : s.emit("tell", n, text);
    if (status == io::send_status::ok || status == io::send_status::buffered) ++s.data().told;
  }

  void question(socket& s) {
    ++s.data().questions;
    ++counts_.asked;
    const auto answered = [this, &s](std::error_code ec, io::value) {
      expect(--s.data().questions >= 0, "a callback is called once");
      if (ec == io::error::ack_timeout) ++counts_.timeouts;
    };
    if (chance(2)) {
      s.timeout(ms{choices_(3000) + 1}).emit("question", answered);
    } else {
      s.emit("question", answered);
    }
  }

  /// A member of any namespace, as the server's program sees it; null if there is none.
  template <class Visitor>
  void with_some_socket(Visitor&& visit) {
    const std::size_t number = choices_(2);
    const auto nsp = server_->of(nsp_names[number]);
    if (nsp.size() == 0) return;
    std::size_t left = choices_(nsp.size());
    nsp.for_each([&](socket& s) {
      if (left-- == 0) visit(s);
    });
  }

  void compare(const actor::membership& m, std::size_t number) {
    if (m.state != actor::membership::in) return;
    bool found = false;
    server_->of(nsp_names[number]).for_each([&](socket& s) {
      if (s.id() != m.id) return;
      found = true;
      ++counts_.complete;
      expect(s.data().told == m.told, "everything that was told is heard");
      expect(s.data().heard == m.said, "everything that was said is heard");
      const int first = s.data().joined_at;
      expect(m.news.value_or(first) == news_[number], "all news is heard");
    });
    expect(found, "an honest client's socket is there");
  }

  Choices& choices_;
  script_counts& counts_;
  verdicts& verdicts_;
  std::optional<server_type> server_;
  std::map<std::string, life> lives_;
  std::deque<connection_life> connections_;  ///< in their callbacks, hence not moved
  std::vector<io::socket_ref> refs_;
  std::vector<io::next> undecided_;
  std::deque<std::pair<io::ack, int>> answers_;
  int news_[2] = {};
};

}  // namespace socketio::test
