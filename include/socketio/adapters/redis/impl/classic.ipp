// layer 5 (adapters): the bodies of redis/classic.hpp.
#pragma once

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "socketio/adapters/redis/classic.hpp"
#include "socketio/cluster/collecting.hpp"

namespace socketio::redis {

SOCKETIO_DECL void classic_bus::subscribe(std::string_view name, std::string_view uid) {
  rooms_.try_emplace(std::string{name});
  const std::string n{name};
  hear(channel_kind::pattern, channels_.pattern(name),
       [this, n, all = channels_.broadcasts(name)](const message& m) {
         if (!m.channel.starts_with(all)) return;
         std::string_view room = m.channel.substr(all.size());
         if (room.ends_with('#')) room.remove_suffix(1);
         if (!concerns(n, room)) return;
         enter([&] {
           here().post([this, n, text = std::string{m.payload}]() mutable {
             receive(classic::decode_broadcast(std::move(text), n));
           });
         });
       });
  const auto take_answer = [this, n](std::string text) {
    receive(classic::decode_answer(std::move(text), n));
  };
  listen(channel_kind::plain, channels_.answers(name), take_answer);
  listen(channel_kind::plain, channels_.answers(name, uid), take_answer);
  // This one is counted, so who is asked is ready to answer.
  listen(channel_kind::plain, channels_.requests(name),
         [this, n](std::string text) { requested(n, std::move(text)); });
}

SOCKETIO_DECL void classic_bus::unsubscribe(std::string_view name, std::string_view uid) {
  client().unsubscribe(channel_kind::pattern, channels_.pattern(name));
  client().unsubscribe(channel_kind::plain, channels_.requests(name));
  client().unsubscribe(channel_kind::plain, channels_.answers(name));
  client().unsubscribe(channel_kind::plain, channels_.answers(name, uid));
  if (const auto found = rooms_.find(name); found != rooms_.end()) rooms_.erase(found);
}

SOCKETIO_DECL void classic_bus::room(std::string_view name, std::string_view which, bool there) {
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) return;
  if (there) {
    found->second.try_emplace(std::string{which}, true);
  } else {
    found->second.erase(std::string{which});
  }
}

/// Sockets are rooms, too, which nobody tells of: what may be the id of one is let pass. Those of
/// clients 2.x have the namespace before them.
inline bool classic_bus::concerns(std::string_view name, std::string_view room) const {
  if (room.empty() || room.size() == detail::id_size) return true;
  if (room.starts_with(name) && room.substr(name.size()).starts_with('#')) return true;
  const auto found = rooms_.find(name);
  return found != rooms_.end() && found->second.contains(room);
}

inline void classic_bus::answer(std::string_view name, std::string_view to, std::string_view text) {
  const bool to_one = to_each_ && !to.empty();
  client().command(
      {"PUBLISH", to_one ? channels_.answers(name, to) : channels_.answers(name), text});
}

// ---- what others ask
// --------------------------------------------------------------------------------

inline void classic_bus::requested(const std::string& name, std::string text) {
  auto read = classic::decode_request(std::move(text), name);
  if (!read) return ignore();
  if (auto* const m = std::get_if<socketio::cluster::message>(&*read)) {
    return receive(std::move(*m));
  }
  requested(name, std::get<classic::old_request>(std::move(*read)));
}

/// What older servers are told, when all loops have looked.
inline void classic_bus::report(const std::string& name, const classic::old_request& asked,
                                std::vector<socketio::cluster::found_socket> found) {
  if (!rooms_.contains(name)) return;
  std::vector<std::string> names;
  for (auto& each : found) {
    if (asked.what == classic::number::all_rooms) {
      std::move(each.rooms.begin(), each.rooms.end(), std::back_inserter(names));
    } else {
      names.push_back(std::move(each.id));
    }
  }
  const bool about_one = !asked.sid.empty();
  if (about_one && names.empty()) return;  // somebody else has it
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  answer(name, asked.uid, classic::encode_answer(asked, names));
}

/// This server never asks so, so it is not its own question.
inline void classic_bus::requested(const std::string& name, classic::old_request r) {
  using classic::number;
  audience whose;
  if (r.sid.empty()) {
    whose.rooms = r.rooms;
  } else {
    whose.rooms.add(r.sid);
  }
  const bool answered = !r.request_id.empty();
  const auto what = r.what;
  const bool close = r.close;
  name_list room;
  room.add(r.room);
  if (answered) {  // before anything is done, as who is disconnected is not found
    using socketio::cluster::found_socket;
    auto tell = [this, name, asked = std::move(r)](std::vector<found_socket> all) {
      report(name, asked, std::move(all));
    };
    using finder = socketio::cluster::collecting<found_socket>;
    here().receive(
        socketio::cluster::search{name, whose, ref{new finder{here(), std::move(tell)}}});
  }
  if (what == number::join || what == number::leave) {
    here().receive(socketio::cluster::membership{name, whose, room, what == number::join});
  } else if (what == number::disconnect) {
    here().receive(socketio::cluster::disconnection{name, whose, close});
  }
}

}  // namespace socketio::redis
