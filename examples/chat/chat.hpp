// What the chat does, whatever its clients come over: rooms, history, files. PROTOCOL.md lists the
// events; page/ is the other side of them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <socketio.hpp>

#include "file_store.hpp"
#include "protocol.hpp"

// ---- what the server knows
// ------------------------------------------------------------------------------

struct upload {
  file_info file;
  io::bytes content;
};

/// Attached to each socket: `socket.data()`.
struct user {
  std::string nick, room, key;
  std::optional<upload> uploading;
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

/// The handlers, for a server of any transport: of TCP in main.cpp, in memory in the test, which
/// also says what time it is.
template <class Server>
class chat {
 public:
  using socket_type = typename Server::socket;

  explicit chat(Server& server, std::int64_t (*now)() = now_ms)
      : server_{server}, now_{now}, last_file_{now()} {
    server.on_connection([this](socket_type& socket) { socket.emit("rooms", list()); });
    server.on_disconnect([this](socket_type& socket, io::reason) { leave(socket); });

    // The value that a handler returns is the acknowledgement.
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
      const std::string id = std::to_string(++last_file_);
      socket.data().uploading = upload{{id, a.name, a.type, a.size}, {}};
      return {{}, id};
    });
    // Binary arrives as io::bytes, or, where it is not kept, as a view of what was received.
    server.on("upload-chunk", [this](socket_type& socket, std::string id, io::bytes_view chunk) {
      return receive(socket, id, chunk);
    });
    server.on("download", [this](std::string id, std::size_t offset) {
      return files_.read(id, offset, chunk_size);
    });
  }

 private:
  joined join(socket_type& socket, const std::string& nick, const std::string& room,
              const std::string& key) {
    if (!fits(nick, 24) || !fits(room, 24)) return {"A name has 1 to 24 characters.", {}, {}};
    std::string error;
    server_.room(room).for_each([&](socket_type& other) {
      if (&other == &socket || other.data().nick != nick) return;
      // The same page, back before we have noticed that it was gone, takes its own place.
      if (other.data().key == key) return other.disconnect(true);
      error = "Somebody called " + nick + " is already in " + room + ".";
    });
    if (!error.empty()) return {error, {}, {}};
    leave(socket);
    socket.data().nick = nick;
    socket.data().room = room;
    socket.data().key = key;
    socket.join(room);
    socket.to(room).emit("joined", nick);
    joined answer{{}, {}, history_[room]};
    server_.room(room).for_each(
        [&](socket_type& each) { answer.people.push_back(each.data().nick); });
    server_.emit("rooms", list());
    return answer;
  }

  void leave(socket_type& socket) {
    user& u = socket.data();
    if (u.room.empty()) return;
    socket.leave(u.room);
    socket.to(u.room).emit("left", u.nick);
    if (u.room != "lobby" && server_.room(u.room).empty()) history_.erase(u.room);
    u = {};
    server_.emit("rooms", list());
  }

  void post(socket_type& socket, std::string text, std::optional<file_info> file) {
    const user& u = socket.data();
    last_message_ = std::max(last_message_ + 1, now_());
    message m{last_message_, u.nick, std::move(text), now_(), std::move(file)};
    server_.to(u.room).emit("message", m);
    auto& history = history_[u.room];
    history.push_back(std::move(m));
    if (history.size() > history_length) history.pop_front();
  }

  upload_progress receive(socket_type& socket, const std::string& id, io::bytes_view chunk) {
    auto& uploading = socket.data().uploading;
    if (!uploading || uploading->file.id != id ||
        chunk.size() > uploading->file.size - uploading->content.size()) {
      return {"There is no such upload.", 0};
    }
    auto& content = uploading->content;
    content.insert(content.end(), chunk.begin(), chunk.end());
    const std::size_t received = content.size();
    if (received == uploading->file.size) {
      files_.add(id, std::move(content));
      post(socket, {}, uploading->file);
      uploading.reset();
    }
    return {{}, received};
  }

  std::vector<room_info> list() const {
    std::vector<room_info> all;
    for (const auto& [name, messages] : history_) all.push_back({name, server_.room(name).size()});
    return all;
  }

  Server& server_;
  std::int64_t (*now_)();
  std::map<std::string, std::deque<message>> history_{{"lobby", {}}};  // one entry for each room
  file_store files_{64 << 20};
  std::int64_t last_message_ = 0, last_file_;
};
