// layer 5 (adapters): the bodies of adapters/redis/stream_sessions.hpp.
#pragma once

#include <algorithm>
#include <utility>

#include "socketio/adapters/redis/channels.hpp"
#include "socketio/adapters/redis/error.hpp"
#include "socketio/adapters/redis/stream_sessions.hpp"
#include "socketio/adapters/redis/streams.hpp"
#include "socketio/cluster/wire.hpp"
#include "socketio/core/base64.hpp"
#include "socketio/proto/msgpack/writer.hpp"
#include "socketio/proto/sio/offset.hpp"

namespace socketio::redis::detail {

using socketio::cluster::message_type;

inline std::string encode_session(const socketio::cluster::session& s) {
  std::string packed;
  msgpack::writer<std::string> out{packed};
  out.begin_object();
  out.key("sid"), out.string(s.id);
  out.key("pid"), out.string(s.pid);
  out.key("rooms"), out.begin_array();
  for (const auto& each : s.rooms) out.string(each);
  out.end_array();
  out.key("data");
  const value_view data = s.data;
  if (data.is_null()) {
    out.begin_object(), out.end_object();  // what others attach to a socket is never nothing
  } else {
    to_writer(out, data);
  }
  out.end_object();
  std::string text;
  base64_append(text, packed);
  return text;
}

inline std::optional<socketio::cluster::session> decode_session(std::string_view text) {
  std::string packed{text};
  const auto size = base64_decode(packed, packed.data());
  if (!size) return {};
  packed.resize(*size);
  tape values = socketio::cluster::codec::message_tape();
  if (!socketio::cluster::codec::read_text(packed, values)) return {};
  const value_view root = values.root();
  const auto id = root["sid"].as_string(), pid = root["pid"].as_string();
  if (!id || !pid || !root["rooms"].is_array()) return {};
  socketio::cluster::session s{std::string{*pid}, std::string{*id}, {}, value{root["data"]}};
  for (const value_view each : root["rooms"].elements()) {
    s.rooms.push_back(std::string{socketio::cluster::codec::room_name(each)});
  }
  return s;
}

// ---- written
// ------------------------------------------------------------------------------------------------

SOCKETIO_DECL void stream_sessions::create(std::string_view, const session& s, duration kept) {
  set(s, kept, false);
}

SOCKETIO_DECL void stream_sessions::update(std::string_view, const session& s, duration kept) {
  set(s, kept, time_point::clock::now() >= anew_until_);
}

inline void stream_sessions::set(const session& s, duration kept, bool only_if_there) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(kept).count();
  const std::string key = prefix_ + s.pid, content = encode_session(s), life = std::to_string(ms);
  if (only_if_there) {  // whoever has taken it keeps it
    bus_.client().command({"SET", key, content, "PX", life, "XX"});
  } else {
    bus_.client().command({"SET", key, content, "PX", life});
  }
}

SOCKETIO_DECL void stream_sessions::remove(std::string_view, std::string_view pid) {
  bus_.client().command({"DEL", prefix_ + std::string{pid}});
}

SOCKETIO_DECL void stream_sessions::begin_anew() {
  anew_until_ = time_point::clock::now() + std::chrono::minutes{10};
  const auto all = running_;
  for (const search_ptr& each : all) finish(each, {}, false);
}

// ---- read
// ---------------------------------------------------------------------------------------------------

SOCKETIO_DECL void stream_sessions::claim(std::string_view nsp, std::string_view pid,
                                          sio::offset after, bounds most, claimed done) {
  const search_ptr s{new search};
  s->nsp = nsp;
  s->pid = pid;
  s->most = most;
  s->done = std::move(done);
  s->stream = bus_.streams_of_.of(nsp);
  const auto id = entry_id::read(after.text());
  // Secrets are as long as ids; whatever else a client says is none.
  const bool sensible = id && pid.size() == id_size;
  if (!sensible) return finish(s, {}, false);
  if (!bus_.up()) return finish(s, error::disconnected, false);
  s->after = s->last = *id;
  waiting_.push_back(s);
  start();
}

/// A few at a time: all clients of a lost server come at once.
inline void stream_sessions::start() {
  constexpr std::size_t at_once = 16;
  while (running_.size() < at_once && !waiting_.empty()) {
    const search_ptr s = waiting_.front();
    waiting_.pop_front();
    running_.push_back(s);
    const std::string key = prefix_ + s->pid, from = s->after.text();
    // In the order in which they are answered: that its last event is still known is known first.
    bus_.client().command({"XRANGE", s->stream, from, from},
                          [s](std::error_code ec, resp::reply_view reply) {
                            s->offset_known = !ec && reply.size() == 1;
                          });
    bus_.client().transaction({{"GET", key}, {"DEL", key}},
                              [this, s](std::error_code ec, resp::reply_view reply) {
                                bus_.enter([&] { got_session(s, ec, reply); });
                              });
  }
}

inline void stream_sessions::got_session(const search_ptr& s, std::error_code ec,
                                         resp::reply_view reply) {
  if (ec) return finish(s, ec, false);
  auto read = decode_session(reply[0].text());
  if (!read || !s->offset_known || read->pid != s->pid) return finish(s, {}, false);
  static_cast<session&>(s->found) = std::move(*read);
  range(s);
}

inline void stream_sessions::range(const search_ptr& s) {
  const entry_id next{s->last.milliseconds, s->last.sequence + 1};
  bus_.client().command({"XRANGE", s->stream, next.text(), "+", "COUNT", "500"},
                        [this, s](std::error_code ec, resp::reply_view entries) {
                          bus_.enter([&] { got_range(s, ec, entries); });
                        });
}

inline void stream_sessions::got_range(const search_ptr& s, std::error_code ec,
                                       resp::reply_view entries) {
  if (ec) return finish(s, {}, false);
  for (const resp::reply_view each : entries) {
    const auto id = entry_id::read(each[0].text());
    if (!id) continue;
    s->last = *id;
    auto m = message_of(each[1]);
    if (m && !consider(*s, *id, *m)) return finish(s, {}, false);
  }
  if (!entries.empty()) return range(s);
  s->ended = true;
  bus_.here().post([this, s] { complete(s); });
}

/// Takes an event that was for this client. False if there is too much of them.
inline bool stream_sessions::consider(search& s, entry_id id, socketio::cluster::message& m) {
  if (m.type != message_type::broadcast || !m.request_id.empty()) return true;
  if (m.nsp != s.nsp || m.to.lossy) return true;
  const auto in = [&](std::string_view room) {
    const auto& all = s.found.rooms;
    return std::find(all.begin(), all.end(), room) != all.end();
  };
  bool meant = m.to.rooms.empty();
  m.to.rooms.for_each([&](std::string_view room) { meant = meant || in(room); });
  m.to.except.for_each([&](std::string_view room) { meant = meant && !in(room); });
  if (!meant) return true;
  const auto position = sio::offset::of_entry(id.milliseconds, id.sequence);
  if (!position) return false;
  s.bytes += m.packet.text.packet().size();
  for (const frame& each : m.packet.attachments) s.bytes += each.packet().size();
  s.found.missed.push_back({.nsp = s.nsp,
                            .to = std::move(m.to),
                            .packet = std::move(m.packet),
                            .position = position->number});
  return s.found.missed.size() <= s.most.packets && s.bytes <= s.most.bytes;
}

SOCKETIO_DECL void stream_sessions::note(std::string_view stream, entry_id id,
                                         const socketio::cluster::message& what) {
  for (const search_ptr& each : running_) {
    if (each->stream != stream || each->nsp != what.nsp) continue;
    if (each->live.size() <= each->most.packets) each->live.emplace_back(id, what);
  }
}

SOCKETIO_DECL void stream_sessions::delivered_more(std::string_view stream) {
  const auto all = running_;
  for (const search_ptr& each : all) {
    if (each->stream == stream) complete(each);
  }
}

/// The client is to be in its rooms at one certain place of the stream: it has got what is before
/// that place by then, or with its session, and gets what is behind it as all others do. That is
/// where this server is now, as soon as that is not before what was read for the session.
inline void stream_sessions::complete(const search_ptr& s) {
  if (!s->done || !s->ended || bus_.delivered(s->stream) < s->last) return;
  if (s->live.size() > s->most.packets) return finish(s, {}, false);
  for (auto& [id, what] : s->live) {
    if (id > s->last && !consider(*s, id, what)) return finish(s, {}, false);
  }
  finish(s, {}, true);
}

inline void stream_sessions::finish(const search_ptr& s, std::error_code ec, bool with_session) {
  std::erase(running_, s);
  if (!s->done) return;
  auto done = std::exchange(s->done, nullptr);
  if (with_session) {
    done(ec, std::move(s->found));  // at this very place
  } else {
    bus_.here().post([d = std::move(done), ec]() mutable { d(ec, std::nullopt); });
  }
  if (!waiting_.empty()) bus_.here().post([this] { start(); });
}

SOCKETIO_DECL void stream_sessions::close() {
  running_.clear();
  waiting_.clear();
}

}  // namespace socketio::redis::detail
