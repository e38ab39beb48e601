// The files that were sent, the oldest forgotten first. Each server keeps what was sent to it, and
// asks the others for the rest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <socketio.hpp>

#include "protocol.hpp"

template <class Server>
class file_store {
 public:
  explicit file_store(Server& server) : server_{server} {
    server.on_server_side("download",
                          [this](std::string id, std::size_t offset) { return own(id, offset); });
  }

  // ---- coming in, one for each socket at a time

  /// Gives the file's id. The socket's own is in it: no other server makes the same one.
  std::string expect(const std::string& socket, const announcement& a) {
    const std::string id = socket + "-" + std::to_string(++last_);
    uploads_[socket] = {{id, a.name, a.type, a.size}, {}};
    return id;
  }

  struct progress {
    file_info file;
    std::size_t received;
    bool complete;
  };

  /// Nothing if no such file is expected, or it is longer than was said.
  std::optional<progress> receive(const std::string& socket, const std::string& id,
                                  io::bytes_view chunk) {
    const auto found = uploads_.find(socket);
    if (found == uploads_.end()) return {};
    auto& [file, content] = found->second;
    if (file.id != id || chunk.size() > file.size - content.size()) return {};
    content.insert(content.end(), chunk.begin(), chunk.end());
    const progress now{file, content.size(), content.size() == file.size};
    if (now.complete) {
      add(id, std::move(content));
      uploads_.erase(found);
    }
    return now;
  }

  void give_up(const std::string& socket) { uploads_.erase(socket); }

  // ---- going out

  /// A piece of the file, on whichever server it is; nothing past its end, or when it is gone.
  asio::awaitable<io::bytes> read(std::string id, std::size_t offset) const {
    const io::bytes_view here = own(id, offset);
    if (!here.empty()) co_return io::bytes{here.begin(), here.end()};
    const io::answers<io::bytes> others =
        co_await server_.template server_side_emit_with_ack<io::bytes>("download", id, offset);
    for (const io::bytes& part : others) {
      if (!part.empty()) co_return part;
    }
    co_return io::bytes{};
  }

 private:
  static constexpr std::size_t most_bytes = 64 << 20, piece = 128 * 1024;

  struct upload {
    file_info file;
    io::bytes content;
  };

  void add(const std::string& id, io::bytes content) {
    size_ += content.size();
    ids_.push_back(id);
    files_.emplace(id, std::move(content));
    for (; size_ > most_bytes; ids_.pop_front()) {
      const auto oldest = files_.find(ids_.front());
      size_ -= oldest->second.size();
      files_.erase(oldest);
    }
  }

  io::bytes_view own(const std::string& id, std::size_t offset) const {
    const auto file = files_.find(id);
    if (file == files_.end() || offset >= file->second.size()) return {};
    return io::bytes_view{file->second}.subspan(offset,
                                                std::min(piece, file->second.size() - offset));
  }

  Server& server_;
  std::map<std::string, upload> uploads_;  // of sockets
  std::map<std::string, io::bytes> files_;
  std::deque<std::string> ids_;  // the oldest first
  std::size_t size_ = 0;         // bytes of all
  std::int64_t last_ = 0;
};
