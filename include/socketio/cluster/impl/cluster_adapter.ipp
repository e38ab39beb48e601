// layer 4 (hub): the bodies of cluster/cluster_adapter.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/cluster/impl/cluster_members.ipp"
#include "socketio/error.hpp"

namespace socketio {

// ---- any thread
// --------------------------------------------------------------------------------------

SOCKETIO_DECL cluster_adapter::cluster_adapter(std::unique_ptr<cluster::bus> b,
                                               const cluster_options& o)
    : bus_{std::move(b)}, options_{o} {
  using std::chrono::milliseconds;
  if (o.heartbeat_interval <= milliseconds{0} || o.heartbeat_timeout <= o.heartbeat_interval) {
    throw std::invalid_argument{
        "heartbeat_interval must be positive, and heartbeat_timeout longer"};
  }
  if (o.request_timeout <= milliseconds{0}) {
    throw std::invalid_argument{"request_timeout must be positive"};
  }
}

SOCKETIO_DECL cluster_adapter::~cluster_adapter() = default;

SOCKETIO_DECL void cluster_adapter::start(cluster::node here) {
  here_ = here;
  here_.prepare(options_.heartbeat_interval);
  here_.prepare(options_.heartbeat_timeout);
  here_.prepare(options_.request_timeout);
  bus_->open(here, [this](cluster::message m) { received(std::move(m)); });
}

SOCKETIO_DECL void cluster_adapter::opened(std::string_view name) {
  here_.post([this, n = std::string{name}]() mutable { join(std::move(n)); });
}

SOCKETIO_DECL void cluster_adapter::closed(std::string_view name) {
  here_.post([this, n = std::string{name}] { leave(n); });
}

SOCKETIO_DECL void cluster_adapter::send(cluster::request asked) {
  here_.post([this, r = std::move(asked)]() mutable {
    std::visit(
        [this](auto& each) {
          const auto from = members_.find(each.nsp);
          if (from != members_.end()) return ask(*from->second, each);
          if constexpr (requires { each.returns; }) {  // nobody else is there; its own clients are
            if (std::exchange(each.returns, false)) here_.receive(std::move(each));
          }
        },
        r);
  });
}

SOCKETIO_DECL void cluster_adapter::stop() {
  stopped_ = true;
  while (!members_.empty()) {
    const std::unique_ptr<member>& next = members_.begin()->second;
    leave(next->nsp);
  }
  bus_->close();
}

SOCKETIO_DECL void cluster_adapter::detach() { bus_->detach(); }

// ---- members
// ----------------------------------------------------------------------------------------

SOCKETIO_DECL void cluster_adapter::join(std::string name) {
  if (stopped_ || members_.contains(name)) return;
  auto fresh = std::make_unique<member>(*this, name);
  const auto entry = members_.emplace(std::move(name), std::move(fresh)).first;
  member& m = *entry->second;
  try {
    bus_->subscribe(m.nsp, m.name);
    if (bus_->wants_rooms()) watch_rooms(m);
    if (!bus_->counts()) publish(m, {.type = cluster::message_type::initial_heartbeat});
  } catch (...) {
    members_.erase(entry);  // a member that hears nothing would be waited for
    throw;
  }
}

SOCKETIO_DECL void cluster_adapter::watch_rooms(member& m) {
  // A namespace of the same name that comes later has rooms of its own.
  here_.watch_rooms(m.nsp, [this, name = m.nsp, of = m.name](std::string_view room, bool there) {
    here_.post([this, name, of, r = std::string{room}, there] {
      const auto found = members_.find(name);
      if (found == members_.end() || found->second->name != of) return;
      changed(*found->second, r, there);
    });
  });
}

/// A room is there as long as any shard has members of it, or somebody may come back who was one.
SOCKETIO_DECL void cluster_adapter::changed(member& of, const std::string& name, bool there) {
  auto found = of.rooms.find(name);
  if (there) {
    if (found == of.rooms.end()) {
      auto fresh = std::make_unique<place>(of, name);
      bus_->room(of.nsp, name, true);
      found = of.rooms.emplace(name, std::move(fresh)).first;
    }
    ++found->second->shards;
    found->second->disarm();
  } else if (found != of.rooms.end() && found->second->shards != 0 &&
             --found->second->shards == 0) {
    const duration kept = here_.recovery_window();
    if (kept == duration::zero()) return vanished(*found->second);
    here_.arm(*found->second, kept);
  }
}

SOCKETIO_DECL void cluster_adapter::vanished(place& r) {
  const std::string name = r.name;
  bus_->room(r.of.nsp, name, false);
  r.of.rooms.erase(name);
}

SOCKETIO_DECL void cluster_adapter::leave(std::string_view name) {
  const auto found = members_.find(name);
  if (found == members_.end()) return;
  const std::unique_ptr<member> gone = std::move(found->second);
  members_.erase(found);
  for (const auto& [id, each] : gone->inquiries) each->fail();
  std::erase_if(returning_, [&](const auto& each) { return each.second.nsp == gone->nsp; });
  try {
    if (!bus_->counts()) publish(*gone, {.type = cluster::message_type::adapter_close});
    for (const auto& [room, each] : gone->rooms) bus_->room(gone->nsp, room, false);
    bus_->unsubscribe(gone->nsp, gone->name);
  } catch (const std::bad_alloc&) {
    // The others find out by themselves.
  }
}

SOCKETIO_DECL void cluster_adapter::heard_of(member& by, std::string_view who) {
  if (bus_->counts()) return;
  auto found = by.peers.find(who);
  if (found == by.peers.end()) {
    found = by.peers.emplace(who, std::make_unique<peer>(by, who)).first;
  }
  here_.arm(*found->second, options_.heartbeat_timeout);
}

SOCKETIO_DECL void cluster_adapter::lost(member& by, std::string_view who, bool silently) {
  const auto found = by.peers.find(who);
  if (found == by.peers.end()) return;
  const auto gone = by.peers.extract(found);  // `who` may be a part of it
  std::vector<inquiry*> waiting;
  for (const auto& [id, each] : by.inquiries) waiting.push_back(each.get());
  for (inquiry* const each : waiting) {
    if (each->debts.erase(gone.key()) == 0) continue;
    --*each->expected;
    if (silently) each->fail();
    finish_if_done(by, *each);
  }
}

SOCKETIO_DECL void cluster_adapter::publish(member& from, cluster::message m) {
  // Before anything can fail: who does not say that he is there is given up by the others.
  if (!bus_->counts()) here_.arm(from.heartbeat, options_.heartbeat_interval);
  m.uid = from.name;
  m.nsp = from.nsp;
  bus_->publish(m);
}

// ---- this server asks
// -------------------------------------------------------------------------------

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::emission& r) {
  cluster::message m{.type = cluster::message_type::broadcast};
  const std::uint64_t number = r.returns ? ++numbers_ : 0;
  if (number == 0) {
    m.to = std::move(r.to);
    m.packet = std::move(r.packet);
    return publish(from, std::move(m));
  }
  m.to = r.to;
  m.packet = r.packet;
  m.number = number;
  returning_.emplace(number, std::move(r));
  try {
    publish(from, std::move(m));
  } catch (...) {  // the others do not get it; this server's clients do
    returned({.number = number});
    throw;
  }
}

/// In its place among the others', or as soon as it is known that it has none.
SOCKETIO_DECL void cluster_adapter::returned(const cluster::message& m) {
  auto own = returning_.extract(m.number);
  if (own.empty()) return;
  own.mapped().returns = false;
  own.mapped().position = m.position;
  here_.receive(std::move(own.mapped()));
}

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::membership& r) {
  publish(from, {.type = r.join ? cluster::message_type::sockets_join
                                : cluster::message_type::sockets_leave,
                 .to = std::move(r.whose),
                 .rooms = std::move(r.rooms)});
}

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::disconnection& r) {
  publish(from, {.type = cluster::message_type::disconnect_sockets,
                 .to = std::move(r.whose),
                 .close = r.close});
}

/// An event is for clients whether or not their servers are known already. Not while there is no
/// way: a question would arrive when nobody waits for answers any more.
SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::question& r) {
  if (!bus_->up()) return r.answers->fail(error::cluster_timeout);
  const duration limit = r.timeout.value_or(options_.request_timeout);
  const auto id = inquire(
      from,
      {.asks = cluster::message_type::broadcast, .limit = limit, .answers = std::move(r.answers)});
  publish(from, {.type = cluster::message_type::broadcast,
                 .to = std::move(r.to),
                 .timeout = limit,
                 .packet = std::move(r.packet),
                 .request_id = id.empty() ? detail::random_name() : id});
}

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::search& r) {
  if (!bus_->up()) return r.found->fail(error::cluster_timeout);
  const auto id = inquire(from, {.asks = cluster::message_type::fetch_sockets,
                                 .limit = options_.request_timeout,
                                 .found = std::move(r.found)});
  if (id.empty()) return;
  publish(
      from,
      {.type = cluster::message_type::fetch_sockets, .to = std::move(r.whose), .request_id = id});
}

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::server_event& r) {
  cluster::message m{.type = cluster::message_type::server_side_emit, .data = std::move(r.data)};
  if (r.answers) {
    if (!bus_->up()) return r.answers->fail(error::cluster_timeout);
    m.request_id = inquire(from, {.asks = cluster::message_type::server_side_emit,
                                  .limit = options_.request_timeout,
                                  .answers = std::move(r.answers)});
    if (m.request_id.empty()) return;
  }
  publish(from, std::move(m));
}

/// Waits for all who are there now. Gives the question's id; empty if nobody is there.
SOCKETIO_DECL std::string cluster_adapter::inquire(member& from, terms t) {
  auto fresh = std::make_unique<inquiry>(from, std::move(t));
  std::string id = fresh->id;
  for (const auto& [name, each] : from.peers) fresh->debts.emplace(name, inquiry::debt{});
  const bool counted = bus_->counts();
  if (!counted) {
    if (fresh->debts.empty()) return {};
    fresh->expected = fresh->debts.size();
  }
  here_.arm(*fresh, fresh->limit);
  from.inquiries.emplace(id, std::move(fresh));
  if (counted) {
    bus_->count(from.nsp, [this, name = from.nsp, id](std::optional<std::size_t> all) {
      if (all && *all > 0) --*all;  // without this one
      expect(name, id, all);
    });
  }
  return id;
}

SOCKETIO_DECL void cluster_adapter::expect(std::string_view name, const std::string& id,
                                           std::optional<std::size_t> others) {
  const auto from = members_.find(name);
  if (from == members_.end()) return;
  const auto found = from->second->inquiries.find(id);
  if (found == from->second->inquiries.end()) return;
  if (!others) {  // nobody knows whom to wait for
    found->second->fail();
    from->second->inquiries.erase(found);
    return;
  }
  found->second->expected = others;
  finish_if_done(*from->second, *found->second);
}

SOCKETIO_DECL void cluster_adapter::finish_if_done(member& by, inquiry& waiting) {
  if (!waiting.expected) return;
  std::size_t paid = waiting.nameless.paid() ? waiting.nameless.answers : 0;
  for (const auto& [name, each] : waiting.debts) paid += each.paid() ? 1 : 0;
  if (paid >= *waiting.expected) by.inquiries.erase(by.inquiries.find(waiting.id));
}

// ---- others ask, or answer
// ---------------------------------------------------------------------------

SOCKETIO_DECL void cluster_adapter::received(cluster::message m) {
  const auto found = members_.find(m.nsp);
  if (found == members_.end()) return;
  member& by = *found->second;
  if (m.uid == by.name) return returned(m);
  if (m.type == cluster::message_type::adapter_close) return lost(by, m.uid, false);
  // Programs without a server may publish, too.
  if (m.uid != cluster::emitter_uid && !m.uid.empty()) heard_of(by, m.uid);
  switch (m.type) {
    case cluster::message_type::fetch_sockets_response:
    case cluster::message_type::server_side_emit_response:
    case cluster::message_type::broadcast_client_count:
    case cluster::message_type::broadcast_ack:
      return answered(by, m);
    default:
      return requested(by, m);  // it may end the server: nothing is looked at any more
  }
}

SOCKETIO_DECL void cluster_adapter::answered(member& by, cluster::message& m) {
  using enum cluster::message_type;
  const auto found = by.inquiries.find(m.request_id);
  if (found == by.inquiries.end()) return;
  inquiry& waiting = *found->second;
  // Where they are counted, whoever answers is one of them.
  const bool nameless = bus_->counts() && m.uid.empty();
  if (bus_->counts() && !nameless) waiting.debts.try_emplace(m.uid);
  const auto debtor = waiting.debts.find(m.uid);
  if (!nameless && (debtor == waiting.debts.end() || debtor->second.paid())) return;
  inquiry::debt& owed = nameless ? waiting.nameless : debtor->second;
  switch (m.type) {
    case fetch_sockets_response:
      if (waiting.asks != fetch_sockets) return;
      for (auto& each : m.sockets) waiting.found->add(std::move(each));
      ++owed.answers;
      break;
    case server_side_emit_response:
      if (waiting.asks != server_side_emit) return;
      waiting.answers->add(m.data ? std::move(*m.data) : value{});
      ++owed.answers;
      break;
    case broadcast_client_count:
      if (waiting.asks != broadcast || (!nameless && owed.answers != 0)) return;
      ++owed.answers;
      owed.clients += static_cast<std::int64_t>(m.clients);
      break;
    case broadcast_ack:
      if (waiting.asks != broadcast) return;
      waiting.answers->add(m.data ? std::move(*m.data) : value{});
      --owed.clients;
      break;
    default:
      return;
  }
  if (owed.paid()) finish_if_done(by, waiting);
}

SOCKETIO_DECL void cluster_adapter::answer(std::string_view name, std::string_view to,
                                           cluster::message m) {
  const auto from = members_.find(name);
  if (from == members_.end()) return;
  m.uid = from->second->name;
  m.nsp = name;
  bus_->send(to, m);
}

}  // namespace socketio
