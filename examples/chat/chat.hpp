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
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/redirect_error.hpp>
#include <socketio.hpp>

#include "file_store.hpp"
#include "protocol.hpp"

// ---- what the server knows
// ------------------------------------------------------------------------------

struct upload {
  file_info file;
  io::bytes content;
};

/// Attached to each socket: `socket.data()`. Other servers see it, too.
struct user {
  std::string nick, room, key;
};

inline constexpr std::size_t history_length = 50, chunk_size = 128 * 1024, largest_file = 5 << 20;

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
      socket.emit("rooms", rooms_);
    });
    server.on_disconnect([this](socket_type& socket, io::reason why) {
      uploads_.erase(socket.id());
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
      // The socket's own name is in it: no other server makes the same one.
      const std::string id = socket.id() + "-" + std::to_string(++last_file_);
      uploads_[socket.id()] = {{id, a.name, a.type, a.size}, {}};
      return {{}, id};
    });
    // Binary arrives as io::bytes, or, where it is not kept, as a view of what was received.
    server.on("upload-chunk", [this](socket_type& socket, std::string id, io::bytes_view chunk) {
      return receive(socket, id, chunk);
    });
    server.on("download", [this](std::string id, std::size_t offset) {
      return download(std::move(id), offset);
    });

    // What the other servers ask, and tell.
    server.on_server_side("rooms changed", [this] { show_rooms(); });
    server.on_server_side("rooms", [this] { return own_rooms(); });
    server.on_server_side("history", [this](std::string room) { return own_history(room); });
    server.on_server_side("download", [this](std::string id, std::size_t offset) {
      return files_.read(id, offset, chunk_size);
    });
  }

 private:
  using head_counts = std::map<std::string, std::size_t>;

  // ---- who is where

  asio::awaitable<joined> join(socket_type& socket, std::string nick, std::string room,
                               std::string key) {
    if (!is_name(nick) || !is_name(room)) {
      co_return joined{"A name has 1 to 24 characters.", {}, {}};
    }
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
    rooms_changed();

    joined answer;
    answer.history = co_await whole_history(room);
    for (const auto& each : co_await everybody_in(room)) {
      answer.people.push_back(each.data()["nick"].template to<std::string>().value_or(""));
    }
    co_return answer;
  }

  /// Of whom another socket of the same page takes the place, the others need not hear.
  void leave(socket_type& socket, bool replaced = false) {
    const user u = std::exchange(socket.data(), {});
    if (u.room.empty()) return;
    socket.leave(seat(u.room, u.nick));
    socket.leave(u.room);
    if (!replaced) socket.to(u.room).emit("left", u.nick);
    rooms_changed();
  }

  static std::string seat(const std::string& room, const std::string& nick) {
    return room + '\n' + nick;
  }

  /// On all servers; those that do not answer are left out.
  asio::awaitable<std::vector<io::remote_socket>> everybody_in(std::string room) {
    std::error_code silence;
    co_return co_await server_.in(room).fetch_sockets(
        asio::redirect_error(asio::use_awaitable, silence));
  }

  // ---- which rooms there are, and how many are in each

  void rooms_changed() {
    server_.server_side_emit("rooms changed");
    show_rooms();
  }

  /// Each server asks all others, and tells its own clients: once more at the end if there was
  /// another change meanwhile, however many there were.
  void show_rooms() {
    if (std::exchange(asking_, true)) {
      ask_again_ = true;
      return;
    }
    server_.server_side_emit("rooms", [this](std::error_code, std::vector<head_counts> others) {
      head_counts people = own_rooms();
      for (const head_counts& other : others) {
        for (const auto& [name, count] : other) people[name] += count;
      }
      rooms_.clear();
      for (const auto& [name, count] : people) rooms_.push_back({name, count});
      std::erase_if(history_, [&](const auto& room) { return !people.contains(room.first); });
      server_.local().emit("rooms", rooms_);
      asking_ = false;
      if (std::exchange(ask_again_, false)) show_rooms();
    });
  }

  head_counts own_rooms() const {
    head_counts people{{"lobby", 0}};
    server_.for_each([&](socket_type& each) {
      if (const auto& room = each.data().room; !room.empty()) ++people[room];
    });
    return people;
  }

  // ---- what is said

  void post(socket_type& socket, std::string text, std::optional<file_info> file) {
    const user& u = socket.data();
    last_message_ = std::max(last_message_ + 1, now_());
    message m{last_message_, u.nick, std::move(text), now_(), std::move(file)};
    server_.to(u.room).emit("message", m);
    auto& history = history_[u.room];
    history.push_back(std::move(m));
    if (history.size() > history_length) history.pop_front();
  }

  std::deque<message> own_history(const std::string& room) const {
    const auto found = history_.find(room);
    return found == history_.end() ? std::deque<message>{} : found->second;
  }

  asio::awaitable<std::deque<message>> whole_history(std::string room) {
    const io::answers<std::deque<message>> others =
        co_await server_.template server_side_emit_with_ack<std::deque<message>>("history", room);
    std::deque<message> all = own_history(room);
    for (const auto& part : others) all.insert(all.end(), part.begin(), part.end());
    std::ranges::stable_sort(all, {}, &message::id);
    while (all.size() > history_length) all.pop_front();
    co_return all;
  }

  // ---- files

  upload_progress receive(socket_type& socket, const std::string& id, io::bytes_view chunk) {
    const auto uploading = uploads_.find(socket.id());
    if (uploading == uploads_.end()) return {"There is no such upload.", 0};
    auto& [file, content] = uploading->second;
    if (file.id != id || chunk.size() > file.size - content.size()) {
      return {"There is no such upload.", 0};
    }
    content.insert(content.end(), chunk.begin(), chunk.end());
    const std::size_t received = content.size();
    if (received == file.size) {
      files_.add(id, std::move(content));
      post(socket, {}, file);
      uploads_.erase(uploading);
    }
    return {{}, received};
  }

  asio::awaitable<io::bytes> download(std::string id, std::size_t offset) {
    const io::bytes_view here = files_.read(id, offset, chunk_size);
    if (!here.empty()) co_return io::bytes{here.begin(), here.end()};
    const io::answers<io::bytes> others =
        co_await server_.template server_side_emit_with_ack<io::bytes>("download", id, offset);
    for (const io::bytes& part : others) {
      if (!part.empty()) co_return part;
    }
    co_return io::bytes{};
  }

  Server& server_;
  std::int64_t (*now_)();
  bool asking_ = false, ask_again_ = false;
  std::vector<room_info> rooms_{{"lobby", 0}};          // of all servers
  std::map<std::string, std::deque<message>> history_;  // of rooms: what was said on this one
  std::map<std::string, upload> uploads_;               // of sockets
  file_store files_{64 << 20};
  std::int64_t last_message_ = 0, last_file_ = 0;
};
