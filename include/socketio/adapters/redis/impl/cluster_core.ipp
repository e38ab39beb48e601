// layer 5 (adapters): the bodies of redis/cluster_core.hpp.
#pragma once

#include <algorithm>
#include <charconv>

#include <asio/post.hpp>

#include "socketio/adapters/redis/cluster_core.hpp"

namespace socketio::redis::detail {

SOCKETIO_DECL void cluster_core::open() {
  if (opened_ || closed_) return;
  opened_ = true;
  add_seeds();
}

SOCKETIO_DECL void cluster_core::close() {
  if (closed_) return;
  const ref<cluster_core> self{this};
  closed_ = true;
  up_ = false;
  timer_.cancel();
  const auto nodes = std::exchange(nodes_, {});
  for (const auto& [name, each] : nodes) each->client->close();
  auto all = std::exchange(subscriptions_, {});
  all.for_each(
      [](channel_kind, std::string_view, const placed& each) { each.what->tell(error::closed); });
}

SOCKETIO_DECL void cluster_core::abandon() {
  closed_ = true;
  up_ = false;
  timer_.cancel();
  const auto nodes = std::exchange(nodes_, {});
  for (const auto& [name, each] : nodes) each->client->abandon();
  subscriptions_ = {};
}

// ---- nodes
// ---------------------------------------------------------------------------------------------

inline cluster_core::node& cluster_core::add(const std::string& host, std::uint16_t port) {
  auto& place = nodes_[host + ":" + std::to_string(port)];
  if (place) return *place;
  options o = options_.node;
  o.locator = nullptr;
  o.address = options_.seeds.front();
  o.address.host = host;
  o.address.port = port;
  o.address.path.clear();
  o.address.database = 0;  // a cluster has no other
  place = std::make_unique<node>();
  place->where = o.address;
  place->client = ref{new client_core{executor_, std::move(o)}};
  client_core& c = *place->client;
  // None of them is called after the client has been closed or abandoned.
  c.on_up = [this](const server_info&) { node_up(); };
  c.on_down = [this](std::error_code why) { node_down(why); };
  c.on_subscription_lost = [this](channel_kind k, std::string_view name) { lost(k, name); };
  c.open();
  return *place;
}

inline void cluster_core::add_seeds() {
  for (const address& each : options_.seeds) add(each.host, each.port);
}

inline cluster_core::node* cluster_core::find_up() noexcept {
  for (const auto& [name, each] : nodes_) {
    if (each->client->up()) return each.get();
  }
  return nullptr;
}

/// One that is up, if there is one.
inline cluster_core::node* cluster_core::any() noexcept {
  node* const found = find_up();
  return found || nodes_.empty() ? found : nodes_.begin()->second.get();
}

inline void cluster_core::node_up() {
  const ref<cluster_core> self{this};
  if (mapped_) return check_up();
  refresh();
}

inline void cluster_core::node_down(std::error_code why) {
  const ref<cluster_core> self{this};
  const bool news = std::exchange(up_, false) || !mapped_;
  refresh_soon();
  if (news && on_down) on_down(why);
}

/// Up is: all slots' masters are.
inline void cluster_core::check_up() {
  if (up_ || closed_ || !mapped_) return;
  for (const auto& [name, each] : nodes_) {
    if (!each->client->up()) return refresh_soon();
  }
  up_ = true;
  if (on_up) on_up();
}

// ---- the map
// -------------------------------------------------------------------------------------------

inline void cluster_core::refresh_soon() {
  if (timer_runs_ || closed_) return;
  timer_runs_ = true;
  timer_.expires_after(options_.refresh_pause);
  timer_.async_wait([self = ref{this}](std::error_code) {
    self->timer_runs_ = false;
    self->refresh();
  });
}

inline void cluster_core::refresh() {
  if (refreshing_ || closed_) return;
  node* const whom = find_up();
  if (!whom) {
    add_seeds();
    return refresh_soon();
  }
  auto done = [self = ref{this}, asked = whom->where.host](std::error_code ec,
                                                           resp::reply_view map) {
    self->refreshing_ = false;
    if (self->closed_) return;
    if (ec || map.empty()) return self->refresh_soon();
    self->read_map(map, asked);
  };
  refreshing_ = true;
  // What it refuses comes back to `done` as well.
  whom->client->send(1, std::move(done),
                     [](std::string& out) { resp::writer{out}.command("CLUSTER", "SLOTS"); });
}

/// An array of [first slot, last slot, [host, port, …] of the master, replicas …].
inline void cluster_core::read_map(resp::reply_view map, const std::string& asked) {
  const ref<cluster_core> self{this};
  for (const auto& [name, each] : nodes_) each->listed = false;
  std::fill(slots_.begin(), slots_.end(), nullptr);
  for (const resp::reply_view range : map) {
    const auto first = range[0].as_integer(), last = range[1].as_integer();
    const auto port = range[2][1].as_integer();
    if (!first || !last || !port || *first < 0 || *last >= std::int64_t{cluster_slots}) continue;
    if (*port <= 0 || *port > 0xffff) continue;
    std::string host{range[2][0].text()};
    if (host.empty() || host == "?") host = asked;  // it does not know its own name
    node& master = add(host, static_cast<std::uint16_t>(*port));
    master.listed = true;
    for (auto slot = *first; slot <= *last; ++slot)
      slots_[static_cast<std::size_t>(slot)] = &master;
  }
  mapped_ = true;
  drop_unlisted();
  if (closed_) return;
  place_all();
  check_up();
}

inline void cluster_core::drop_unlisted() {
  std::vector<std::unique_ptr<node>> dropped;
  for (auto at = nodes_.begin(); at != nodes_.end();) {
    if (at->second->listed) {
      ++at;
      continue;
    }
    node* const gone = at->second.get();
    if (home_ == gone) home_ = nullptr;
    subscriptions_.for_each([gone](channel_kind, std::string_view, placed& each) {
      if (each.on == gone) each.on = nullptr;
    });
    dropped.push_back(std::move(at->second));
    at = nodes_.erase(at);
  }
  for (const auto& each : dropped) each->client->close();
}

// ---- commands
// -------------------------------------------------------------------------------------------

SOCKETIO_DECL void cluster_core::command(std::string_view key, std::string encoded,
                                         reply_handler done) {
  const ref<request> r{new request};
  r->slot = slot_of(key);
  r->encoded = std::move(encoded);
  r->done = std::move(done);
  node* const to = slots_[r->slot] && !closed_ ? slots_[r->slot] : any();
  if (to) return send(*to, r, false);
  asio::post(executor_, [self = ref{this}, r] {
    if (r->done) r->done(self->closed_ ? error::closed : error::disconnected, {});
  });
}

inline void cluster_core::send(node& to, const ref<request>& r, bool asking) {
  r->asked = to.where.host;
  auto done = [self = ref{this}, r](std::error_code ec, resp::reply_view reply) {
    self->answered(r, ec, reply);
  };
  to.client->send(asking ? 2 : 1, std::move(done), [&](std::string& out) {
    if (asking) resp::writer{out}.command("ASKING");
    out.append(r->encoded);
  });
}

inline void cluster_core::answered(const ref<request>& r, std::error_code ec,
                                   resp::reply_view reply) {
  if (!closed_ && redirect(r, ec, reply)) return;
  // The node has left the cluster.
  if (ec == error::closed && !closed_) ec = error::connection_lost;
  if (r->done) r->done(ec, reply);
}

/// `MOVED slot host:port`, and `ASK`, which is for this once.
inline bool cluster_core::redirect(const ref<request>& r, std::error_code ec,
                                   resp::reply_view reply) {
  constexpr int most = 5;
  if ((ec != error::moved && ec != error::ask) || r->redirections++ == most) return false;
  std::string_view target = reply.text();
  target.remove_prefix(target.rfind(' ') + 1);
  const auto colon = target.rfind(':');
  std::uint16_t port = 0;
  if (colon == target.npos) return false;
  const std::string_view digits = target.substr(colon + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (port == 0) return false;
  node& to = add(colon == 0 ? r->asked : std::string{target.substr(0, colon)}, port);
  if (ec == error::moved) {
    slots_[r->slot] = &to;
    refresh_soon();
  }
  send(to, r, ec == error::ask);
  return true;
}

SOCKETIO_DECL void cluster_core::command_everywhere(std::string_view encoded, replied each,
                                                    unique_function<void()> done) {
  struct gathering : counted<gathering> {
    replied each;
    unique_function<void()> done;
    std::size_t left = 0;
  };
  const ref<gathering> g{new gathering};
  g->each = std::move(each);
  g->done = std::move(done);
  g->left = nodes_.size();
  if (g->left == 0) {
    asio::post(executor_, [g] {
      if (g->done) g->done();
    });
  }
  for (const auto& [name, to] : nodes_) {
    auto answered = [g](std::error_code ec, resp::reply_view reply) {
      g->each(ec, reply);
      if (--g->left == 0 && g->done) g->done();
    };
    to->client->send(1, std::move(answered), [&](std::string& out) { out.append(encoded); });
  }
}

// ---- subscriptions
// --------------------------------------------------------------------------------------

SOCKETIO_DECL void cluster_core::subscribe(channel_kind kind, std::string_view name,
                                           message_handler on_message,
                                           unique_function<void(std::error_code)> done) {
  if (closed_) {
    asio::post(executor_, [done = std::move(done)]() mutable {
      if (done) done(error::closed);
    });
    return;
  }
  placed& p = subscriptions_.at(kind, name);
  p.what = ref{new subscription{std::move(on_message), std::move(done)}};
  node* const before = std::exchange(p.on, nullptr);
  if (!mapped_) return;  // `place_all` will
  if (kind == channel_kind::shard) return place(kind, std::string{name}, p, slots_[slot_of(name)]);
  place(kind, std::string{name}, p, before ? before : home_);
}

SOCKETIO_DECL void cluster_core::unsubscribe(channel_kind kind, std::string_view name) {
  const placed* const found = subscriptions_.find(kind, name);
  if (!found) return;
  node* const on = found->on;
  subscriptions_.erase(kind, name);
  if (on) on->client->unsubscribe(kind, name);
}

/// After the map has changed.
inline void cluster_core::place_all() {
  if (!home_ || !home_->client->up()) home_ = any();
  subscriptions_.for_each([this](channel_kind kind, const std::string& name, placed& each) {
    node* const to = kind == channel_kind::shard ? slots_[slot_of(name)] : home_;
    if (each.on != to) place(kind, name, each, to);
  });
}

inline void cluster_core::place(channel_kind kind, const std::string& name, placed& p, node* on) {
  node* const before = std::exchange(p.on, on);
  if (before) before->client->unsubscribe(kind, name);
  if (!on) return refresh_soon();
  on->client->subscribe(
      kind, name, [what = p.what](const message& m) { what->on_message(m); },
      [self = ref{this}, what = p.what, kind, name](std::error_code ec) {
        self->subscribed(what, kind, name, ec);
      });
}

inline void cluster_core::subscribed(const ref<subscription>& what, channel_kind kind,
                                     const std::string& name, std::error_code ec) {
  if (!ec) return what->tell({});
  const placed* const found = subscriptions_.find(kind, name);
  if (closed_ || !found || found->what != what) return;
  if (ec == error::closed) return;  // its node has left: it has a new place, or will have
  if (ec != error::no_permission) return lost(kind, name);
  subscriptions_.erase(kind, name);
  what->tell(ec);
}

inline void cluster_core::lost(channel_kind kind, std::string_view name) {
  placed* const found = subscriptions_.find(kind, name);
  if (!found) return;
  found->on = nullptr;
  refresh_soon();
}

}  // namespace socketio::redis::detail
