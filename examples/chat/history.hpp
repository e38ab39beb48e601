// What was said last in each room: each server keeps what was said to it, and asks the others for
// the rest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include <socketio.hpp>

#include "protocol.hpp"

template <class Server>
class history {
 public:
  using messages = std::deque<message>;

  explicit history(Server& server) : server_{server} {
    server.on_server_side("history", [this](std::string room) { return own(room); });
  }

  void add(const std::string& room, message m) {
    auto& all = rooms_[room];
    all.push_back(std::move(m));
    if (all.size() > length) all.pop_front();
  }

  /// Of all servers.
  asio::awaitable<messages> of(std::string room) const {
    const io::answers<messages> others =
        co_await server_.template server_side_emit_with_ack<messages>("history", room);
    messages all = own(room);
    for (const auto& part : others) all.insert(all.end(), part.begin(), part.end());
    std::ranges::sort(all, {}, &message::id);
    while (all.size() > length) all.pop_front();
    co_return all;
  }

  /// Of rooms without people nothing is kept.
  template <class Rooms>
  void keep_only(const Rooms& inhabited) {
    std::erase_if(rooms_, [&](const auto& room) { return !inhabited.contains(room.first); });
  }

 private:
  static constexpr std::size_t length = 50;

  messages own(const std::string& room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? messages{} : found->second;
  }

  Server& server_;
  std::map<std::string, messages> rooms_;  // what was said on this server
};
