// What the chat does, whatever its clients come over: rooms, history, files. PROTOCOL.md lists the
// events; page/ is the other side of them.
//
// It is the same for one server and for several that have an adapter: each keeps what was said and
// sent through it, and asks the others for the rest. Alone it asks, too, and nobody answers.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/redirect_error.hpp>
#include <socketio.hpp>

#include "file_store.hpp"
#include "history.hpp"
#include "protocol.hpp"
#include "room_list.hpp"

// ---- what the server knows
// ------------------------------------------------------------------------------

/// Attached to each socket: `socket.data()`. Other servers see it, too.
struct user {
  std::string nick, room, key;
};

inline constexpr std::size_t largest_file = 5 << 20;

inline std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// Limits are in characters for the user, and three bytes each here.
inline bool fits(const std::string& text, std::size_t characters) {
  return !text.empty() && text.size() <= 3 * characters;
}
inline bool is_name(const std::string& text) {
  return fits(text, 24) && text.find('\n') == std::string::npos;
}

/// The handlers, for a server of any transport: of TCP in main.cpp, in memory in the test, which
/// also says what time it is. A server among several has a name, which the page shows.
template <class Server>
class chat {
 public:
  using socket_type = typename Server::socket;

  explicit chat(Server& server, std::int64_t (*now)() = now_ms, std::string name = {})
      : server_{server}, now_{now} {
    server.on_connection([this, name](socket_type& socket) {
      if (!name.empty()) socket.emit("server", name);
      socket.emit("rooms", rooms_.all());
    });
    server.on_disconnect([this](socket_type& socket, io::reason why) {
      files_.give_up(socket.id());
      leave(socket, why == io::reason::server_namespace_disconnect);
    });

    // The value that a handler returns is the acknowledgement. This one is a coroutine.
    server.on("join", [this](socket_type& socket, std::string nick, std::string room,
                             std::string key) { return join(socket, nick, room, key); });
    server.on("say", [this](socket_type& socket, std::string text) -> result {
      if (socket.data().room.empty()) return {"Join a room first."};
      if (!fits(text, 2000)) return {"A message has 1 to 2000 characters."};
      post(socket, std::move(text), std::nullopt);
      return {};
    });
    server.on("typing", [](socket_type& socket, bool typing) {
      const user& u = socket.data();
      if (!u.room.empty()) socket.to(u.room).emit("typing", u.nick, typing);
    });
    server.on("upload-start", [this](socket_type& socket, announcement a) -> upload_started {
      if (socket.data().room.empty()) return {"Join a room first.", {}};
      if (!fits(a.name, 100) || a.type.size() > 300) return {"The file's name is too long.", {}};
      if (a.size == 0 || a.size > largest_file) return {"A file has at most 5 MB.", {}};
      return {{}, files_.expect(socket.id(), a)};
    });
    // Binary arrives as io::bytes, or, where it is not kept, as a view of what was received.
    server.on("upload-chunk",
              [this](socket_type& socket, std::string id, io::bytes_view chunk) -> upload_progress {
                const auto upload = files_.receive(socket.id(), id, chunk);
                if (!upload) return {"There is no such upload.", 0};
                if (upload->complete) post(socket, {}, upload->file);
                return {{}, upload->received};
              });
    server.on_server_side("people", [this](std::string room) { return own_people(room); });
    server.on("download", [this](std::string id, std::size_t offset) {
      return files_.read(std::move(id), offset);
    });
  }

 private:
  // ---- who is where

  asio::awaitable<joined> join(socket_type& socket, std::string nick, std::string room,
                               std::string key) {
    if (!is_name(nick) || !is_name(room)) {
      co_return joined{"A name has 1 to 24 characters.", {}, {}};
    }
    if (!fits(key, 40)) co_return joined{"A key has 1 to 40 characters.", {}, {}};
    // Who wants a name in a room enters a room of that name first: whoever else is there has it.
    socket.join(seat(room, nick));
    bool taken = false;
    for (const auto& other : co_await everybody_in(seat(room, nick))) {
      if (other.id() == socket.id()) continue;
      // The same page, back before we have noticed that it was gone, takes its own place.
      if (other.data()["key"].template to<std::string>() == key) {
        other.disconnect(true);
      } else {
        taken = true;
      }
    }
    if (taken) {
      socket.leave(seat(room, nick));
      co_return joined{"Somebody called " + nick + " is already in " + room + ".", {}, {}};
    }
    if (!socket.connected()) co_return joined{};

    leave(socket);
    socket.data() = {nick, room, key};
    socket.join(seat(room, nick));
    socket.join(room);
    socket.to(room).emit("joined", nick);
    rooms_.changed();

    joined answer;
    answer.history = co_await history_.of(room);
    answer.people = co_await people_in(room);
    co_return answer;
  }

  /// Of whom another socket of the same page takes the place, the others need not hear.
  void leave(socket_type& socket, bool replaced = false) {
    const user u = std::exchange(socket.data(), {});
    if (u.room.empty()) return;
    socket.leave(seat(u.room, u.nick));
    socket.leave(u.room);
    if (!replaced) socket.to(u.room).emit("left", u.nick);
    rooms_.changed();
  }

  static std::string seat(const std::string& room, const std::string& nick) {
    return room + '\n' + nick;
  }

  using nicks = std::vector<std::string>;

  /// Those here are looked up last: who comes after that is told of after the answer.
  asio::awaitable<nicks> people_in(std::string room) {
    const io::answers<nicks> others =
        co_await server_.template server_side_emit_with_ack<nicks>("people", room);
    nicks all = own_people(room);
    for (const auto& part : others) all.insert(all.end(), part.begin(), part.end());
    co_return all;
  }

  nicks own_people(const std::string& room) const {
    nicks people;
    server_.for_each([&](socket_type& each) {
      if (each.data().room == room) people.push_back(each.data().nick);
    });
    return people;
  }

  /// On all servers; those that do not answer are left out.
  asio::awaitable<std::vector<io::remote_socket>> everybody_in(std::string room) {
    std::error_code silence;
    co_return co_await server_.in(room).fetch_sockets(
        asio::redirect_error(asio::use_awaitable, silence));
  }

  // ---- what is said

  void post(socket_type& socket, std::string text, std::optional<file_info> file) {
    const user& u = socket.data();
    last_message_ = std::max(last_message_ + 1, now_());
    message m{last_message_, u.nick, std::move(text), now_(), std::move(file)};
    server_.to(u.room).emit("message", m);
    history_.add(u.room, std::move(m));
  }

  Server& server_;
  std::int64_t (*now_)();
  history<Server> history_{server_};
  room_list<Server> rooms_{server_, history_};
  file_store<Server> files_{server_};
  std::int64_t last_message_ = 0;
};
