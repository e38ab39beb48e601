// layer 4 (hub): the bodies of cluster/cluster_adapter.hpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
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
    : bus_{std::move(b)}, options_{o} {}

SOCKETIO_DECL cluster_adapter::~cluster_adapter() = default;

SOCKETIO_DECL void cluster_adapter::start(cluster::node here) {
  here_ = here;
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
          if (from != members_.end()) ask(*from->second, each);
        },
        r);
  });
}

SOCKETIO_DECL void cluster_adapter::stop() {
  while (!members_.empty()) leave(std::string{members_.begin()->first});
  stopped_ = true;
  bus_->close();
}

SOCKETIO_DECL void cluster_adapter::detach() { bus_->detach(); }

// ---- members
// ----------------------------------------------------------------------------------------

SOCKETIO_DECL void cluster_adapter::join(std::string name) {
  if (stopped_ || members_.contains(name)) return;
  auto fresh = std::make_unique<member>(*this, name);
  member& m = *members_.emplace(std::move(name), std::move(fresh)).first->second;
  bus_->subscribe(m.nsp, m.name);
  if (bus_->wants_rooms()) watch_rooms(m);
  if (!bus_->counts()) publish(m, {.type = cluster::message_type::initial_heartbeat});
}

SOCKETIO_DECL void cluster_adapter::watch_rooms(member& m) {
  here_.watch_rooms(m.nsp, [this, name = m.nsp](std::string_view room, bool there) {
    here_.post([this, name, r = std::string{room}, there] {
      const auto found = members_.find(name);
      if (found != members_.end()) changed(*found->second, r, there);
    });
  });
}

/// A room is there as long as any shard has members of it, or somebody may come back who was one.
SOCKETIO_DECL void cluster_adapter::changed(member& of, const std::string& name, bool there) {
  auto found = of.rooms.find(name);
  if (there) {
    if (found == of.rooms.end()) {
      found = of.rooms.emplace(name, std::make_unique<place>(of, name)).first;
      bus_->room(of.nsp, name, true);
    }
    ++found->second->shards;
    found->second->disarm();
  } else if (found != of.rooms.end() && --found->second->shards == 0) {
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
  if (!bus_->counts()) publish(*gone, {.type = cluster::message_type::adapter_close});
  gone->heartbeat.disarm();
  for (const auto& [room, each] : gone->rooms) bus_->room(gone->nsp, room, false);
  bus_->unsubscribe(gone->nsp, gone->name);
  for (const auto& [id, each] : gone->inquiries) each->fail();
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
  by.peers.erase(found);
  std::vector<inquiry*> waiting;
  for (const auto& [id, each] : by.inquiries) waiting.push_back(each.get());
  for (inquiry* const each : waiting) {
    if (each->debts.erase(std::string{who}) == 0) continue;
    --*each->expected;
    if (silently) each->fail();
    finish_if_done(by, *each);
  }
}

SOCKETIO_DECL void cluster_adapter::publish(member& from, cluster::message m) {
  m.uid = from.name;
  m.nsp = from.nsp;
  bus_->publish(m);
  if (!bus_->counts()) here_.arm(from.heartbeat, options_.heartbeat_interval);
}

// ---- this server asks
// -------------------------------------------------------------------------------

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::emission& r) {
  publish(from, {.type = cluster::message_type::broadcast,
                 .to = std::move(r.to),
                 .packet = std::move(r.packet)});
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

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::question& r) {
  const duration limit = r.timeout.value_or(options_.request_timeout);
  inquiry* const waiting = inquire(from, limit);
  if (!waiting) return;
  waiting->answers = std::move(r.answers);
  publish(from, {.type = cluster::message_type::broadcast,
                 .to = std::move(r.to),
                 .timeout = limit,
                 .packet = std::move(r.packet),
                 .request_id = waiting->id});
}

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::search& r) {
  inquiry* const waiting = inquire(from, options_.request_timeout);
  if (!waiting) return;
  waiting->found = std::move(r.found);
  publish(from, {.type = cluster::message_type::fetch_sockets,
                 .to = std::move(r.whose),
                 .request_id = waiting->id});
}

SOCKETIO_DECL void cluster_adapter::ask(member& from, cluster::server_event& r) {
  cluster::message m{.type = cluster::message_type::server_side_emit, .data = std::move(r.data)};
  if (r.answers) {
    inquiry* const waiting = inquire(from, options_.request_timeout);
    if (!waiting) return;
    waiting->answers = std::move(r.answers);
    m.request_id = waiting->id;
  }
  publish(from, std::move(m));
}

/// A question to all who are there now; null if nobody is.
SOCKETIO_DECL cluster_adapter::inquiry* cluster_adapter::inquire(member& from, duration limit) {
  if (!bus_->counts() && from.peers.empty()) return nullptr;
  auto fresh = std::make_unique<inquiry>(from);
  inquiry* const waiting = fresh.get();
  for (const auto& [name, each] : from.peers) waiting->debts.emplace(name, inquiry::debt{});
  from.inquiries.emplace(waiting->id, std::move(fresh));
  here_.arm(*waiting, limit);
  if (!bus_->counts()) {
    waiting->expected = waiting->debts.size();
  } else {
    bus_->count(from.nsp,
                [this, name = from.nsp, id = waiting->id](std::optional<std::size_t> all) {
                  if (all && *all > 0) --*all;  // without this one
                  expect(name, id, all);
                });
  }
  return waiting;
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
  if (m.uid == by.name) return;
  if (m.type == cluster::message_type::adapter_close) return lost(by, m.uid, false);
  // Programs without a server may publish, too. They all have the same name.
  if (m.uid != "emitter" && !m.uid.empty()) heard_of(by, m.uid);
  requested(by, m);
  answered(by, m);
}

/// What other servers are told that wait for acknowledgements, or for the answer of a program.
struct cluster_adapter::answerer final : cluster::replies<value> {
  answerer(cluster_adapter& o, const cluster::message& question, cluster::message_type t)
      : owner{o},
        alive{o.here_},
        type{t},
        nsp{question.nsp},
        to{question.uid},
        id{question.request_id} {}

  void add(value reply) override {
    using enum cluster::message_type;
    if (type == server_side_emit_response && said.exchange(true)) return;  // one from each server
    tell({.type = type, .request_id = id, .data = std::move(reply)});
  }

  void asked(std::size_t clients) override {
    tell({.type = cluster::message_type::broadcast_client_count,
          .request_id = id,
          .clients = clients});
  }

  void fail(std::error_code) override {}  // the official protocol has no words for it

  void tell(cluster::message m) const {
    owner.here_.post([this_ = &owner, n = nsp, u = to, m = std::move(m)]() mutable {
      this_->answer(n, u, std::move(m));
    });
  }

  cluster_adapter& owner;
  const cluster::node::keep alive;
  const cluster::message_type type;
  const std::string nsp, to, id;
  std::atomic<bool> said = false;
};

/// What other servers are told that look for sockets.
struct cluster_adapter::finder final : cluster::replies<cluster::found_socket> {
  finder(cluster_adapter& o, const cluster::message& question)
      : owner{o}, alive{o.here_}, nsp{question.nsp}, to{question.uid}, id{question.request_id} {}

  ~finder() override {
    try {
      owner.here_.post([this_ = &owner, n = std::move(nsp), u = std::move(to), i = std::move(id),
                        s = std::move(all)]() mutable {
        this_->answer(n, u,
                      {.type = cluster::message_type::fetch_sockets_response,
                       .request_id = std::move(i),
                       .sockets = std::move(s)});
      });
    } catch (const std::bad_alloc&) {
      // Whoever has asked will not wait for ever.
    }
  }

  void add(cluster::found_socket one) override {
    const std::lock_guard lock{mutex};
    all.push_back(std::move(one));
  }

  void fail(std::error_code) override {}

  cluster_adapter& owner;
  const cluster::node::keep alive;
  std::string nsp, to, id;
  std::mutex mutex;  // all shards look at the same time
  std::vector<cluster::found_socket> all;
};

SOCKETIO_DECL void cluster_adapter::requested(member& by, cluster::message& m) {
  using enum cluster::message_type;
  const auto answers_as = [&](cluster::message_type type) {
    return ref<cluster::replies<value>>{new answerer{*this, m, type}};
  };
  switch (m.type) {
    case initial_heartbeat:
      return publish(by, {.type = heartbeat});
    case broadcast:
      if (m.request_id.empty()) {
        return here_.receive(cluster::emission{by.nsp, std::move(m.to), std::move(m.packet)});
      }
      return here_.receive(cluster::question{by.nsp, std::move(m.to), std::move(m.packet),
                                             m.timeout.value_or(options_.request_timeout),
                                             answers_as(broadcast_ack)});
    case sockets_join:
    case sockets_leave:
      return here_.receive(
          cluster::membership{by.nsp, std::move(m.to), std::move(m.rooms), m.type == sockets_join});
    case disconnect_sockets:
      return here_.receive(cluster::disconnection{by.nsp, std::move(m.to), m.close});
    case fetch_sockets:
      return here_.receive(
          cluster::search{by.nsp, std::move(m.to),
                          ref<cluster::replies<cluster::found_socket>>{new finder{*this, m}}});
    case server_side_emit: {
      const auto to = m.request_id.empty() ? nullptr : answers_as(server_side_emit_response);
      return here_.receive(cluster::server_event{by.nsp, std::move(*m.data), to});
    }
    default:
      return;
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
      if (!waiting.found) return;
      for (auto& each : m.sockets) waiting.found->add(std::move(each));
      ++owed.answers;
      break;
    case server_side_emit_response:
      if (!waiting.answers) return;
      waiting.answers->add(m.data ? std::move(*m.data) : value{});
      ++owed.answers;
      break;
    case broadcast_client_count:
      ++owed.answers;
      owed.clients += static_cast<std::int64_t>(m.clients);
      break;
    case broadcast_ack:
      if (!waiting.answers) return;
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
