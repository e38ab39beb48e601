// Which rooms there are, and how many are in each, on all servers together. Clients are told
// whenever it changes.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <socketio.hpp>

#include "history.hpp"
#include "protocol.hpp"

template <class Server>
class room_list {
 public:
  room_list(Server& server, history<Server>& what_was_said)
      : server_{server}, history_{what_was_said} {
    server.on_server_side("rooms changed", [this] { show(); });
    server.on_server_side("rooms", [this] { return own(); });
  }

  const std::vector<room_info>& all() const { return rooms_; }

  /// Somebody has entered or left a room on this server.
  void changed() {
    server_.server_side_emit("rooms changed");
    show();
  }

 private:
  using head_counts = std::map<std::string, std::size_t>;

  /// Each server asks all others, and tells its own clients: once more at the end if there was
  /// another change meanwhile, however many there were.
  void show() {
    if (std::exchange(asking_, true)) {
      ask_again_ = true;
      return;
    }
    server_.server_side_emit("rooms", [this](std::error_code, std::vector<head_counts> others) {
      head_counts people = own();
      for (const head_counts& other : others) {
        for (const auto& [name, count] : other) people[name] += count;
      }
      rooms_.clear();
      for (const auto& [name, count] : people) rooms_.push_back({name, count});
      history_.keep_only(people);
      server_.local().emit("rooms", rooms_);
      asking_ = false;
      if (std::exchange(ask_again_, false)) show();
    });
  }

  head_counts own() const {
    head_counts people{{"lobby", 0}};
    server_.for_each([&](auto& each) {
      if (const auto& room = each.data().room; !room.empty()) ++people[room];
    });
    return people;
  }

  Server& server_;
  history<Server>& history_;
  bool asking_ = false, ask_again_ = false;
  std::vector<room_info> rooms_{{"lobby", 0}};
};
