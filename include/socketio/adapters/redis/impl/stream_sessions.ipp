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

/// Others neither write nor read `by`, `nsp` and `since`. The first is what all texts of one loop
/// begin with.
inline std::string encode_session(std::string_view nsp, const socketio::cluster::session& s) {
  std::string packed;
  msgpack::writer<std::string> out{packed};
  out.begin_object();
  out.key("by"), out.string(s.by);
  out.key("sid"), out.string(s.id);
  out.key("pid"), out.string(s.pid);
  out.key("rooms"), out.begin_array();
  for (const auto& each : s.rooms) out.string(each.room);
  out.end_array();
  out.key("data");
  const value_view data = s.data;
  if (data.is_null()) {
    out.begin_object(), out.end_object();  // what others attach to a socket is never nothing
  } else {
    to_writer(out, data);
  }
  out.key("nsp"), out.string(nsp);
  out.key("since"), out.begin_array();
  for (const auto& each : s.rooms) out.unsigned_integer(each.since);
  out.end_array();
  out.end_object();
  std::string text;
  base64_append(text, packed);
  return text;
}

/// Nothing, too, for one of another namespace. The rooms are in the order of their names.
inline std::optional<socketio::cluster::found_session> decode_session(std::string_view text,
                                                                      std::string_view nsp) {
  std::string packed{text};
  const auto size = base64_decode(packed, packed.data());
  if (!size) return {};
  packed.resize(*size);
  tape values = socketio::cluster::codec::message_tape();
  if (!socketio::cluster::codec::read_text(packed, values)) return {};
  const value_view root = values.root();
  const auto id = root["sid"].as_string(), pid = root["pid"].as_string();
  if (!id || !pid || !root["rooms"].is_array()) return {};
  const auto of = root["nsp"].as_string(), by = root["by"].as_string();
  if (of && *of != nsp) return {};
  socketio::cluster::found_session s;
  static_cast<socketio::cluster::session&>(s) = {
      std::string{by.value_or("")}, std::string{*pid}, std::string{*id}, {}, value{root["data"]}};
  s.of_namespace = of.has_value();
  const auto times = root["since"].elements();
  auto since = times.begin();
  for (const value_view each : root["rooms"].elements()) {
    const bool known = since != times.end();
    const auto from = known ? (*since).as_uint64().value_or(0) : 0;
    if (known) ++since;
    s.rooms.push_back(
        {socketio::cluster::codec::room_name(each), static_cast<std::uint32_t>(from)});
  }
  std::sort(s.rooms.begin(), s.rooms.end(),
            [](const auto& a, const auto& b) { return a.room < b.room; });
  return s;
}

// ---- written
// ------------------------------------------------------------------------------------------------

inline std::string text_of(duration kept) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(kept).count());
}

/// What all texts begin with that one loop has written: three bytes are four characters. A map, the
/// key "by", and a string of so many.
inline std::string_view author_in(std::string_view content) noexcept {
  constexpr std::size_t before = 1 + 3 + 1;
  return content.substr(0, (before + id_size) / 3 * 4);
}

SOCKETIO_DECL void stream_sessions::create(std::string_view nsp, const session& s, duration kept,
                                           on_unwritten told) {
  bus_.client().command({"SET", prefix_ + s.pid, encode_session(nsp, s), "PX", text_of(kept)},
                        [this, t = std::move(told)](std::error_code ec, resp::reply_view) mutable {
                          if (ec) failed(ec, std::move(t));
                        });
}

/// Soon again if there were too many at once; otherwise with all, when there is a connection again.
inline void stream_sessions::failed(std::error_code why, on_unwritten told) {
  if (why != error::queue_full || !bus_.up()) return not_written();
  write_as_new();
  bus_.enter([&] { bus_.here().post([t = std::move(told)]() mutable { t(unwritten::failed); }); });
}

SOCKETIO_DECL void stream_sessions::not_written() {
  some_unwritten_ = true;
  write_as_new();
}

/// Updates would leave alone what is not there. At least until all have been due.
inline void stream_sessions::write_as_new() {
  const duration window = bus_.here().recovery_window();
  anew_until_ = time_point::clock::now() + std::max<duration>(window, std::chrono::minutes{10});
}

/// Who has taken it keeps it: it is not there while it is on its way, and another's after that.
SOCKETIO_DECL void stream_sessions::update(std::string_view nsp, const session& s, duration kept,
                                           on_unwritten told) {
  constexpr std::string_view script =
      "local v = redis.call('GET', KEYS[1]) "
      "if v and string.sub(v, 1, #ARGV[1]) ~= ARGV[1] then return 0 end "
      "if v or ARGV[4] == '1' then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end "
      "return 1";
  const std::string content = encode_session(nsp, s);
  const bool anew = time_point::clock::now() < anew_until_;
  bus_.client().command(
      {"EVAL", script, "1", prefix_ + s.pid, author_in(content), content, text_of(kept),
       anew ? "1" : "0"},
      [this, t = std::move(told)](std::error_code ec, resp::reply_view written) mutable {
        if (ec) return failed(ec, std::move(t));
        if (written.as_integer() != 0) return;
        bus_.enter(
            [&] { bus_.here().post([t = std::move(t)]() mutable { t(unwritten::taken); }); });
      });
}

SOCKETIO_DECL void stream_sessions::remove(std::string_view nsp, const session& s) {
  const duration good_for = bus_.here().recovery_window() * 2;
  remove(
      {s.pid, std::string{author_in(encode_session(nsp, s))}, time_point::clock::now() + good_for});
}

inline void stream_sessions::remove(removal r) {
  constexpr std::string_view script =
      "local v = redis.call('GET', KEYS[1]) "
      "if v and string.sub(v, 1, #ARGV[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end";
  const std::string key = prefix_ + r.pid, author = r.author;
  bus_.client().command(
      {"EVAL", script, "1", key, author},
      [this, again = std::move(r)](std::error_code ec, resp::reply_view reply) mutable {
        bus_.enter([&] {
          if (!ec) return remove_again(1);
          if (!reply.is_error() || passes(ec)) not_removed(std::move(again));
        });
      });
}

/// It is good for a while yet, and who comes back with it elsewhere is let in.
inline void stream_sessions::not_removed(removal r) {
  constexpr std::size_t most = 10'000;
  if (unremoved_.size() == most) unremoved_.pop_front();
  unremoved_.push_back(std::move(r));
}

/// At most so many. Each that succeeds makes room for another.
inline void stream_sessions::remove_again(std::size_t most) {
  const time_point now = time_point::clock::now();
  for (std::size_t n = std::min(most, unremoved_.size()); n != 0; --n) {
    if (unremoved_.front().until > now) remove(removal{unremoved_.front()});
    unremoved_.pop_front();
  }
}

SOCKETIO_DECL void stream_sessions::begin_anew() {
  not_written();
  for_each_running([this](const search_ptr& each) { give_up_events(each); });
  bus_.here().forget_events();
  if (bus_.hears_all()) write_again();
}

SOCKETIO_DECL void stream_sessions::write_again() {
  remove_again(unremoved_.size());
  if (some_unwritten_) bus_.here().write_sessions();
  some_unwritten_ = false;
}

SOCKETIO_DECL void stream_sessions::lost(std::string_view stream) {
  for_each_running([&](const search_ptr& each) {
    if (each->stream == stream) give_up_events(each);
  });
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
  const bool removed = std::any_of(unremoved_.begin(), unremoved_.end(),
                                   [&](const removal& each) { return each.pid == pid; });
  if (!sensible || removed) return give_up(s, {});
  if (!bus_.hears(s->stream)) return give_up(s, error::disconnected);
  constexpr std::size_t most_waiting = 10'000;  // less than a second's
  if (waiting_.size() >= most_waiting) return give_up(s, error::queue_full);
  s->after = s->last = *id;
  waiting_.push_back(s);
  start();
}

inline void stream_sessions::start() {
  if (std::exchange(starting_, true)) return;  // whoever has begun goes on
  while (running_.size() < at_once && !waiting_.empty()) {
    const search_ptr s = waiting_.front();
    waiting_.pop_front();
    if (!bus_.hears(s->stream)) {
      give_up(s, error::disconnected);
      continue;
    }
    running_.push_back(s);
    if (!bus_.enter([&] { ask(s); })) give_up_events(s);
  }
  starting_ = false;
}

inline void stream_sessions::ask(const search_ptr& s) {
  s->until = bus_.delivered(s->stream);
  const std::string key = prefix_ + s->pid, from = s->after.text();
  // In the order in which they are answered: that its last event is still known is known first.
  bus_.client().command({"XRANGE", s->stream, from, from},
                        [s](std::error_code ec, resp::reply_view reply) {
                          s->offset_known = !ec && reply.size() == 1;
                        });
  bus_.client().transaction({{"GET", key}, {"DEL", key}},
                            [this, s](std::error_code ec, resp::reply_view reply) {
                              if (!bus_.enter([&] { got_session(s, ec, reply); }))
                                give_up_events(s);
                            });
}

inline void stream_sessions::got_session(const search_ptr& s, std::error_code ec,
                                         resp::reply_view reply) {
  if (s->over) return;  // nobody waits for it any more
  if (ec) return give_up(s, ec);
  auto read = decode_session(reply[0].text(), s->nsp);
  if (!read || read->pid != s->pid) return give_up(s, {});
  s->found = std::move(*read);
  s->offset_known ? range(s) : give_up_events(s);
}

/// As many as a reader takes by default: of the largest events that clients can send, several
/// hundred were more than redis::options::replies allow, and would end the connection.
inline constexpr std::size_t read_at_once = 100;

/// From the last entry that was read on, which has to be there still: what came behind it may have
/// been trimmed otherwise. Not to the end of the stream, which others may fill faster than it can
/// be read.
inline void stream_sessions::range(const search_ptr& s) {
  if (s->last >= s->until) return ended(s);
  const std::string from = s->last.text(), to = s->until.text(),
                    most = std::to_string(read_at_once);
  bus_.client().command({"XRANGE", s->stream, from, to, "COUNT", most},
                        [this, s](std::error_code ec, resp::reply_view entries) {
                          if (!bus_.enter([&] { got_range(s, ec, entries); })) give_up_events(s);
                        });
}

inline void stream_sessions::got_range(const search_ptr& s, std::error_code ec,
                                       resp::reply_view entries) {
  if (s->over) return;
  if (ec || entry_id::read(entries[0][0].text()) != s->last) return give_up_events(s);
  bool first = true;
  for (const resp::reply_view each : entries) {
    if (std::exchange(first, false)) continue;
    const auto id = entry_id::read(each[0].text());
    if (!id) continue;
    s->last = *id;
    // Most are read by all who come back, and are for none of them.
    if (field_of(each[1], "nsp") != s->nsp || field_of(each[1], "type") != "3") continue;
    auto m = message_of(each[1]);
    if (m && !consider(*s, *id, *m)) return give_up_events(s);
  }
  entries.size() == read_at_once ? range(s) : ended(s);
}

inline void stream_sessions::ended(const search_ptr& s) {
  s->ended = true;
  bus_.here().post([this, s] { complete(s); });
}

/// Takes an event that was for this client. False if there is too much of them.
inline bool stream_sessions::consider(search& s, entry_id id, socketio::cluster::message& m) {
  if (m.type != message_type::broadcast || !m.request_id.empty()) return true;
  if (m.nsp != s.nsp || m.to.lossy) return true;
  const auto position = sio::offset::of_entry(id.milliseconds, id.sequence);
  if (!position) return false;
  const auto in = [&](std::string_view room) {
    if (m.to.direct) return room == s.found.id;
    const auto& all = s.found.rooms;
    const auto found = std::lower_bound(
        all.begin(), all.end(), room, [](const auto& each, auto name) { return each.room < name; });
    return found != all.end() && found->room == room && found->since <= position->age();
  };
  bool meant = m.to.rooms.empty();
  m.to.rooms.for_each([&](std::string_view room) { meant = meant || in(room); });
  m.to.except.for_each([&](std::string_view room) { meant = meant && !in(room); });
  if (!meant) return true;
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
  for_each_running([&](const search_ptr& each) {
    if (each->stream == stream) complete(each);
  });
}

/// The client is to be in its rooms at one certain place of the stream: it has got what is before
/// that place by then, or with its session, and gets what is behind it as all others do. That is
/// where this server is now, as soon as that is not before what the client has got elsewhere.
inline void stream_sessions::complete(const search_ptr& s) {
  if (s->over || !s->ended || bus_.delivered(s->stream) < s->last) return;
  if (s->live.size() > s->most.packets) return give_up_events(s);
  for (auto& [id, what] : s->live) {
    if (id > s->last && !consider(*s, id, what)) return give_up_events(s);
  }
  s->found.complete = true;
  end(s);
  tell(s);  // at this very place
}

inline void stream_sessions::end(const search_ptr& s) noexcept {
  s->over = true;
  std::erase(running_, s);
}

inline void stream_sessions::tell(const search_ptr& s) {
  const socketio::cluster::node::keep alive{bus_.here()};  // who asked may end the server
  if (auto done = std::exchange(s->done, nullptr)) {
    std::optional<found_session> found;
    if (!s->found.pid.empty()) found = std::move(s->found);
    done(s->why, std::move(found));
  }
  start();
}

/// There is no such session, or nobody can be asked. Said in a task; at once if there is no memory
/// for one: otherwise it would be waited for, and be among the few that are asked for.
inline void stream_sessions::give_up(const search_ptr& s, std::error_code ec) noexcept {
  s->why = ec;
  end(s);
  if (bus_.enter([&] { bus_.here().post([this, s] { tell(s); }); })) return;
  bus_.enter([&] { tell(s); });
}

/// It is not known what the client has missed; whose the session was is, if it has been read.
inline void stream_sessions::give_up_events(const search_ptr& s) noexcept {
  if (s->over) return;
  s->found.missed.clear();
  give_up(s, s->found.pid.empty() ? make_error_code(error::disconnected) : std::error_code{});
}

SOCKETIO_DECL void stream_sessions::close() {
  for (const search_ptr& each : running_) {
    each->over = true;
    each->done = nullptr;
  }
  running_.clear();
  waiting_.clear();
}

}  // namespace socketio::redis::detail
