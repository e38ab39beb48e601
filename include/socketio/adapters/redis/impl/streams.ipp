// layer 5 (adapters): the bodies of adapters/redis/streams.hpp.
#pragma once

#include <algorithm>
#include <utility>

#include "socketio/adapters/redis/error.hpp"
#include "socketio/adapters/redis/streams.hpp"
#include "socketio/cluster/message.hpp"
#include "socketio/proto/sio/offset.hpp"

namespace socketio::redis {

using socketio::cluster::message_type;

inline std::uint64_t position_of(entry_id id) noexcept {
  const auto at = sio::offset::of_entry(id.milliseconds, id.sequence);
  return at ? at->number : 0;
}

inline std::uint32_t age_of(entry_id id) noexcept { return sio::offset{position_of(id)}.age(); }

SOCKETIO_DECL void streams_bus::open(socketio::cluster::node here, receiver to) {
  executor_ = here.executor();
  pubsub_bus::open(here, std::move(to));
}

/// Whether it is read, and clients have got what was there when that began.
inline bool streams_bus::is_read(const stream& s) noexcept {
  return s.reads && s.reader && s.reader->ready();
}

SOCKETIO_DECL bool streams_bus::hears(std::string_view name) const {
  const auto found = streams_.find(name);
  return up() && found != streams_.end() && is_read(*found->second);
}

SOCKETIO_DECL bool streams_bus::hears_all() const {
  return up() && std::all_of(streams_.begin(), streams_.end(),
                             [](const auto& each) { return is_read(*each.second); });
}

/// Once, also if another stream comes later.
SOCKETIO_DECL void streams_bus::connected() {
  if (told_up_ || closed_ || !hears_all()) return;
  told_up_ = true;
  told_down_ = {};
  // Another Redis than before may know less than that one did, without a stream that shows it.
  if (const std::string& now = client().server().run_id; now != run_id_) {
    if (!run_id_.empty()) sessions_.not_written();
    enter([&] { run_id_ = now; });
  }
  enter([&] { here().post([this] { sessions_.write_again(); }); });
  tell_up();
}

/// Several connections are lost at once.
SOCKETIO_DECL void streams_bus::disconnected(std::error_code why) {
  if (closed_ || (!std::exchange(told_up_, false) && why == told_down_)) return;
  told_down_ = why;
  tell_down(why);
}

SOCKETIO_DECL entry_id streams_bus::delivered(std::string_view name) const {
  const auto found = streams_.find(name);
  return found == streams_.end() ? entry_id{} : found->second->delivered;
}

inline streams_bus::stream& streams_bus::open_stream(const std::string& name) {
  if (const auto known = streams_.find(name); known != streams_.end()) return *known->second;
  auto fresh = std::make_unique<stream>();
  stream& s = *fresh;
  s.name = name;
  s.reader = ref{new detail::stream_reader{
      *executor_, connection_options(), name, options_.read_count, options_.block_time,
      detail::stream_reader::callbacks{
          [this, &s](resp::reply_view entries, std::size_t first) {
            return enter([&] { read(s, entries, first); });
          },
          [this, &s](entry_id place) {
            return enter([&] { here().post([this, &s, place] { begins(s, place); }); });
          },
          [this, &s](std::error_code why) {
            enter([&] { here().post([this, &s, why] { lost(s, why); }); });
          },
          [this, &s] {
            s.missed |= !enter([&] { here().post([this, &s] { missed_some(s); }); });
          }}}};
  s.reader->open();
  streams_.emplace(name, std::move(fresh));
  return s;
}

SOCKETIO_DECL void streams_bus::subscribe(std::string_view name, std::string_view uid) {
  stream& its = open_stream(streams_of_.of(name));
  its.namespaces.emplace(name);
  if (is_read(its)) begin_events(its, name);
  const auto kind = options_.use_sharded_pub_sub ? channel_kind::shard : channel_kind::plain;
  for (const std::string& each : {channel(name), channel(name, uid)}) {
    listen(kind, each,
           [this](std::string text) { receive(socketio::cluster::decode(std::move(text))); });
  }
}

SOCKETIO_DECL void streams_bus::unsubscribe(std::string_view name, std::string_view uid) {
  auto& others = open_stream(streams_of_.of(name)).namespaces;
  if (const auto found = others.find(name); found != others.end()) others.erase(found);
  const auto kind = options_.use_sharded_pub_sub ? channel_kind::shard : channel_kind::plain;
  client().unsubscribe(kind, channel(name));
  client().unsubscribe(kind, channel(name, uid));
}

/// What changes something must not be missed; who asks will ask again.
SOCKETIO_DECL void streams_bus::publish(const socketio::cluster::message& m) {
  const bool lasts = m.type == message_type::sockets_join ||
                     m.type == message_type::sockets_leave ||
                     m.type == message_type::disconnect_sockets ||
                     (m.type == message_type::broadcast && m.request_id.empty());
  if (!lasts) {
    client().command(
        {options_.use_sharded_pub_sub ? "SPUBLISH" : "PUBLISH", channel(m.nsp), encode_packed(m)});
    return;
  }
  stream& to = open_stream(streams_of_.of(m.nsp));
  const bool waits = m.number != 0 && hears(to.name);
  if (waits) to.own.push_back({m.number, m.uid, m.nsp});
  streams_of_.add(client(), m, encode_data(m),
                  [this, &to, number = m.number](std::error_code ec, resp::reply_view) {
                    if (ec && number != 0) enter([&] { not_added(to, number); });
                  });
  // This server's clients do not wait for a Redis that is away.
  if (m.number != 0 && !waits) {
    give_all_back(to);
    give_back({m.number, m.uid, m.nsp});
  }
}

SOCKETIO_DECL void streams_bus::send(std::string_view to, const socketio::cluster::message& m) {
  client().command({options_.use_sharded_pub_sub ? "SPUBLISH" : "PUBLISH", channel(m.nsp, to),
                    encode_packed(m)});
}

SOCKETIO_DECL void streams_bus::count(std::string_view name,
                                      unique_function<void(std::optional<std::size_t>)> done) {
  count_listeners(options_.use_sharded_pub_sub ? "SHARDNUMSUB" : "NUMSUB", channel(name),
                  std::move(done));
}

SOCKETIO_DECL void streams_bus::close() {
  closed_ = true;
  sessions_.close();
  for (const auto& [name, each] : streams_) each->reader->close();
  pubsub_bus::close();
}

SOCKETIO_DECL void streams_bus::detach() {
  for (const auto& [name, each] : streams_) {
    each->reader->close();
    each->reader = nullptr;
  }
  executor_.reset();
  pubsub_bus::detach();
}

// ---- from the stream
// -----------------------------------------------------------------------------------

inline void streams_bus::read(stream& from, resp::reply_view entries, std::size_t first) {
  const ref<page> p{new page};
  for (std::size_t i = first; i < entries.size(); ++i) {
    const resp::reply_view each = entries[i];
    const auto id = entry_id::read(each[0].text());
    if (!id) continue;
    p->last = *id;
    auto m = detail::message_of(each[1]);
    if (!m) {
      ignore();
      continue;
    }
    p->entries.push_back({*id, std::move(*m)});
  }
  try {
    here().post([this, &from, p] {
      const socketio::cluster::node::keep alive{here()};  // what is received may end the server
      deliver(from, *p);
      from.delivered = std::max(from.delivered, p->last);
      sessions_.delivered_more(from.name);
    });
  } catch (...) {  // the task may be there all the same; the page will be read again
    p->entries.clear();
    p->last = {};
    throw;
  }
}

inline void streams_bus::deliver(stream& from, page& what) {
  for (entry& each : what.entries) {
    if (closed_) return;
    from.delivered = each.id;
    each.what.position = position_of(each.id);
    from.missed |= !enter([&] {
      came_back(from, each.what);
      sessions_.note(from.name, each.id, each.what);
      receive(std::move(each.what));
    });
  }
  if (from.missed) missed_some(from);
}

/// They come in the order in which they were added, so those before it are not in the stream.
inline void streams_bus::came_back(stream& of, const socketio::cluster::message& m) {
  const auto found = std::lower_bound(
      of.own.begin(), of.own.end(), m.number,
      [](const own_entry& own, std::uint64_t number) { return own.number < number; });
  if (found == of.own.end() || found->number != m.number || found->uid != m.uid) return;
  std::for_each(of.own.begin(), found, [this](const own_entry& each) { give_back(each); });
  of.own.erase(of.own.begin(), found + 1);
}

/// Or nobody knows. Those before it do not wait any longer either: clients get them in their order.
inline void streams_bus::not_added(stream& to, std::uint64_t number) {
  while (!to.own.empty() && to.own.front().number <= number) {
    give_back(to.own.front());
    to.own.pop_front();
  }
}

/// Without a position.
inline void streams_bus::give_back(const own_entry& own) {
  here().post([this, m = socketio::cluster::message{.type = message_type::broadcast,
                                                    .uid = own.uid,
                                                    .nsp = own.nsp,
                                                    .number = own.number}]() mutable {
    receive(std::move(m));
  });
}

inline void streams_bus::give_all_back(stream& of) {
  for (const own_entry& each : of.own) give_back(each);
  of.own.clear();
}

/// Without memory for it, clients that come back may get more than was said to them.
inline void streams_bus::begin_events(stream& of, std::string_view name) {
  enter([&] { here().begin_events(name, age_of(of.delivered)); });
}

inline void streams_bus::begins(stream& of, entry_id place) {
  of.reads = true;
  of.delivered = place;
  for (const std::string& each : of.namespaces) begin_events(of, each);
  sessions_.delivered_more(of.name);
  connected();
}

/// It may take a while until the stream can be read again. Where the whole of Redis is away, that
/// is told by the connection for commands.
inline void streams_bus::lost(stream& of, std::error_code why) {
  of.reads = false;
  give_all_back(of);
  sessions_.lost(of.name);
  const bool refused =
      why.category() == category() && why.value() >= static_cast<int>(error::refused);
  if (told_up_ || refused) disconnected(why);
}

inline void streams_bus::missed_some(stream& of) {
  if (closed_) return;  // what was told of another stream's gap has ended the server
  const socketio::cluster::node::keep alive{here()};
  give_all_back(of);
  sessions_.begin_anew();
  of.missed = false;
  if (options_.on_gap) options_.on_gap();
}

}  // namespace socketio::redis
