// layer 4 (hub): bodies of cluster/session_relay.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <new>
#include <vector>

#include <asio/error.hpp>
#include <asio/post.hpp>

#include "socketio/cluster/session_relay.hpp"
#include "socketio/core/random.hpp"

namespace socketio {

namespace detail {

/// Bytes of one message: less than a broker or a slow link would notice.
inline constexpr std::size_t relay_chunk = 32 * 1024;

/// Servers that are known at the same time. Who speaks on the bus is trusted, but not with memory;
/// and half of the places are not for marks that only clients have named.
inline constexpr std::size_t most_relay_nodes = 4096;

/// Whether a text has the form of a session id with a server's mark behind it.
inline bool may_be_relayed(std::string_view sid) noexcept {
  constexpr std::size_t end = 1 + cluster::relay_mark_size;
  if (sid.size() <= end || sid.size() > engine::id_room) return false;
  const std::string_view own = sid.substr(0, sid.size() - end);
  const std::string_view mark = sid.substr(own.size() + 1);
  return sid[own.size()] == '.' && engine::is_session_id(own) && cluster::is_relay_mark(mark);
}

}  // namespace detail

/// Another server, with the tunnels that lead to it or come from it. Each key is the tunnel's
/// number, twice, and one more if it was opened here.
struct session_relay::node {
  std::string mark;
  std::unordered_map<std::uint64_t, ref<line>> lines;
  std::uint64_t sent = 0;   ///< the number of the last message to it
  std::uint64_t heard = 0;  ///< and of the last from it; 0 before the first
  time_point sent_at{};
  time_point heard_at{};
  time_point absent_until{};  ///< nobody has that mark
};

/// A tunnel, as the loop of the relay knows it.
struct session_relay::line final : detail::tunnel {
  line(session_relay& r, const asio::any_io_executor& near, std::string address, bool secure)
      : tunnel{near, ref<detail::carrier>{&r}, std::move(address), secure}, timer{*this, r} {}

  struct patience : deadline {
    patience(line& l, session_relay& r)
        : deadline{[](deadline& d) {
            auto& self = static_cast<patience&>(d);
            const ref<line> keep{&self.owner};
            self.relay.timed_out(self.owner);
          }},
          owner{l},
          relay{r} {}
    line& owner;
    session_relay& relay;
  };

  ~line() override {
    if (counted) --*counted;
  }

  std::uint64_t key() const noexcept { return 2 * number + (ours ? 1 : 0); }

  node* at = nullptr;  ///< while it is carried
  std::uint64_t number = 0;
  bool ours = false;    ///< opened here
  bool judged = false;  ///< the owner has answered
  bool over = false;    ///< only its near user does not know yet
  int waited = 0;       ///< so often, for the owner's connection
  std::string sid;
  std::atomic<std::size_t>* counted = nullptr;  ///< where it is, if its end came with it
  patience timer;
};

SOCKETIO_DECL session_relay::session_relay(std::unique_ptr<cluster::relay_bus> bus,
                                           const relay_options& o)
    : options_{o},
      id_end_{std::string{"."}.append(random_id(), 0, cluster::relay_mark_size)},
      bus_{std::move(bus)},
      strangers_{o.strangers_per_second},
      unheard_{std::max(1U, o.strangers_per_second / 2)} {}

SOCKETIO_DECL std::string_view validate(const relay_options& o) {
  if (o.answer_timeout <= duration::zero()) return "answer_timeout: must be positive";
  if (o.heartbeat <= duration::zero()) return "heartbeat: must be positive";
  if (o.most_requests == 0) return "most_requests: must be positive";
  if (o.strangers_per_second == 0) return "strangers_per_second: must be positive";
  return {};
}

SOCKETIO_DECL session_relay::~session_relay() = default;

SOCKETIO_DECL bool session_relay::is_here(std::string_view sid) const noexcept {
  return detail::may_be_relayed(sid) && sid.ends_with(id_end_);
}

SOCKETIO_DECL bool session_relay::is_elsewhere(std::string_view sid) const noexcept {
  return detail::may_be_relayed(sid) && !sid.ends_with(id_end_);
}

SOCKETIO_DECL void session_relay::start(std::unique_ptr<detail::relay_host> host) {
  host_ = std::move(host);
  loop_ = host_->loop();
  for (const duration each :
       {options_.answer_timeout, options_.answer_timeout / 4, options_.heartbeat}) {
    host_->environment().timers.prepare(each);
  }
  bus_->open(loop_, std::string_view{id_end_}.substr(1),
             [this](std::string_view text) { enter([&] { receive(text); }); });
}

// ---- turns of the loop
// --------------------------------------------------------------------------------

SOCKETIO_DECL void session_relay::later(unique_function<void()> work) {
  asio::post(loop_, [self = ref<session_relay>{this}, w = std::move(work)]() mutable {
    self->enter(std::move(w));
  });
}

/// What there is no memory for is lost, as it may be on its way; who waits for it finds that out.
SOCKETIO_DECL void session_relay::enter(unique_function<void()> work) {
  const ref<session_relay> keep{this};
  ++entered_;
  try {
    host_ ? host_->in_turn(std::move(work)) : work();
  } catch (const std::bad_alloc&) {
  }
  --entered_;
}

SOCKETIO_DECL time_point session_relay::now() {
  host_->environment().refresh();
  return host_->environment().now;
}

// ---- requests of this server's clients
// ----------------------------------------------------------------

SOCKETIO_DECL ref<detail::tunnel> session_relay::open(const asio::any_io_executor& near,
                                                      std::string_view sid, std::string address,
                                                      bool secure) {
  const ref<line> fresh{new line{*this, near, std::move(address), secure}};
  fresh->ours = true;
  fresh->sid = sid;
  later([this, fresh] { or_be_broken(*fresh, [&] { begin(*fresh); }); });
  return ref<detail::tunnel>{fresh.get()};
}

SOCKETIO_DECL void session_relay::begin(line& fresh) {
  const auto refuse = [&] { fresh.break_off(asio::error::connection_refused); };
  if (closed_ || finishing_ || outgoing_ >= options_.most_requests) return refuse();
  const auto mark = std::string_view{fresh.sid}.substr(fresh.sid.size() - cluster::relay_mark_size);
  const auto there = nodes_.find(mark);
  if (there != nodes_.end() && there->second->absent_until > now()) return refuse();
  if (!known_.has(fresh.sid)) {
    const bool heard = there != nodes_.end() && there->second->heard != 0;
    if (!heard && !unheard_.take(1, now())) return refuse();
    if (!strangers_.take(1, now())) return refuse();
  }
  node* const to = find(mark, detail::most_relay_nodes / 2);
  if (!to) return refuse();
  auto first = fresh.take(detail::relay_chunk);
  if (first.reset) return;  // the client has gone meanwhile
  fresh.number = ++opened_;
  add(*to, fresh);
  host_->environment().arm(fresh.timer, options_.answer_timeout);
  cluster::relay_message m{.kind = cluster::relay_kind::open, .senders = true};
  m.end = first.end;
  m.secure = fresh.secure();
  m.tunnel = fresh.number;
  m.sid = fresh.sid;
  m.address = fresh.address();
  m.bytes = first.bytes;
  send(*to, m);
  first.end ? remove(fresh) : pump(fresh);
}

// ---- bytes
// -------------------------------------------------------------------------------------------

SOCKETIO_DECL void session_relay::wake(ref<detail::tunnel> t) {
  later([this, t = std::move(t)] {
    line& l = static_cast<line&>(*t);
    or_be_broken(l, [&] { pump(l); });
  });
}

SOCKETIO_DECL void session_relay::pump(line& l) {
  const ref<line> keep{&l};
  while (l.at && !l.over) {
    const auto load = l.take(detail::relay_chunk);
    if (load.empty()) return;
    if (load.reset) {
      reset(*l.at, l.number, l.ours);
      return remove(l);
    }
    if (!l.ours) l.timer.disarm();
    cluster::relay_message m{.kind = cluster::relay_kind::flow, .senders = l.ours};
    m.end = load.end;
    m.tunnel = l.number;
    m.read = static_cast<std::uint32_t>(load.read);
    m.bytes = load.bytes;
    send(*l.at, m);
    if (load.end) return remove(l);
  }
}

/// Time is up: for the owner of the session to have answered; or, at the owner, for saying that the
/// request has come, although there is no answer yet. It has not come if the session's loop is too
/// busy to take it; who has sent it has no more patience than this either.
SOCKETIO_DECL void session_relay::timed_out(line& l) {
  if (!l.at) return;
  or_be_broken(l, [&] {
    if (l.ours) return break_one(l, true);
    if (!l.adopted()) {
      if (++l.waited == 4) return break_one(l, true);
      return host_->environment().arm(l.timer, options_.answer_timeout / 4);
    }
    cluster::relay_message m{.kind = cluster::relay_kind::flow};
    m.tunnel = l.number;
    send(*l.at, m);
  });
}

// ---- what other servers say
// ---------------------------------------------------------------------------

SOCKETIO_DECL void session_relay::receive(std::string_view text) {
  if (closed_) return;
  const auto m = cluster::decode_relay(text);
  if (!m || id_end_.ends_with(m->from)) return;
  node* const from = find(m->from, detail::most_relay_nodes);
  if (!from) return;
  // Something has been lost, and nobody knows of which tunnel.
  if (m->sequence != from->heard + 1 && !from->lines.empty()) break_all(*from, true);
  from->heard = m->sequence;
  from->heard_at = now();
  from->absent_until = {};
  switch (m->kind) {
    case cluster::relay_kind::open:
      return accept(*from, *m);
    case cluster::relay_kind::flow:
    case cluster::relay_kind::reset:
      return flow(*from, *m);
    case cluster::relay_kind::alive:
      break;
  }
}

/// A client of another server asks for a session here.
SOCKETIO_DECL void session_relay::accept(node& from, const cluster::relay_message& m) {
  if (finishing_ || incoming_ + ended_ >= options_.most_requests ||
      m.bytes.size() > detail::relay_chunk || !is_here(m.sid) ||
      from.lines.contains(2 * m.tunnel)) {
    return reset(from, m.tunnel, false);
  }
  const ref<line> fresh{new line{*this, host_->loop_of(m.sid), std::string{m.address}, m.secure}};
  fresh->number = m.tunnel;
  fresh->deliver(m.bytes, m.end);
  if (m.end) {  // there is nothing more to be carried, but it may wait for a busy loop
    fresh->counted = &ended_;
    ++ended_;
    return host_->accept(m.sid, ref<detail::tunnel>{fresh.get()});
  }
  add(from, *fresh);
  or_be_broken(*fresh, [&] {
    host_->environment().arm(fresh->timer, options_.answer_timeout / 4);
    host_->accept(m.sid, ref<detail::tunnel>{fresh.get()});
  });
}

SOCKETIO_DECL void session_relay::flow(node& from, const cluster::relay_message& m) {
  const auto found = from.lines.find(2 * m.tunnel + (m.senders ? 0 : 1));
  if (found == from.lines.end() || found->second->over) {
    const bool goes_on = m.kind == cluster::relay_kind::flow && !m.end;
    if (goes_on) reset(from, m.tunnel, !m.senders);
    return;
  }
  const ref<line> l = found->second;
  if (m.kind == cluster::relay_kind::reset) return break_one(*l, false);
  or_be_broken(*l, [&] { take(*l, m); });
}

SOCKETIO_DECL void session_relay::take(line& l, const cluster::relay_message& m) {
  if (l.ours) {
    l.timer.disarm();
    if (!l.judged && !m.bytes.empty()) {
      l.judged = true;
      const bool good = m.bytes.starts_with("HTTP/1.1 2") || m.bytes.starts_with("HTTP/1.1 1");
      good ? known_.add(l.sid) : known_.remove(l.sid);
    }
  }
  if (!l.grant(m.read) || !l.deliver(m.bytes, m.end)) return break_one(l, true);
  if (m.end) end(l);
}

// ---- other servers
// --------------------------------------------------------------------------------------

/// Null if it is not known, and would not be one of the first `most`.
SOCKETIO_DECL session_relay::node* session_relay::find(std::string_view mark, std::size_t most) {
  const auto found = nodes_.find(mark);
  if (found != nodes_.end()) return found->second.get();
  if (nodes_.size() >= most) return nullptr;
  auto fresh = std::make_unique<node>();
  fresh->mark = mark;
  fresh->heard_at = fresh->sent_at = now();
  if (!heart_.armed()) host_->environment().arm(heart_, options_.heartbeat);
  return nodes_.emplace(std::string{mark}, std::move(fresh)).first->second.get();
}

/// What was to be said to others when the last tunnel ended is of no interest any more.
SOCKETIO_DECL void session_relay::send(node& to, cluster::relay_message m) {
  if (closed_) return;
  m.from = std::string_view{id_end_}.substr(1);
  m.sequence = ++to.sent;
  to.sent_at = now();
  std::array<char, cluster::relay_mark_size> mark;
  std::copy(to.mark.begin(), to.mark.end(), mark.begin());
  try {
    bus_->send(to.mark, encode(m), [self = ref<session_relay>{this}, mark](bool arrives) {
      if (!arrives) self->enter([&] { self->unreachable({mark.data(), mark.size()}); });
    });
  } catch (const std::bad_alloc&) {
    --to.sent;  // nobody is to miss it
    throw;
  }
}

SOCKETIO_DECL void session_relay::reset(node& to, std::uint64_t number, bool ours) {
  cluster::relay_message m{.kind = cluster::relay_kind::reset, .senders = ours};
  m.tunnel = number;
  send(to, m);
}

SOCKETIO_DECL void session_relay::add(node& at, line& l) {
  if (at.lines.empty()) at.heard_at = now();  // its silence counts from here
  at.lines.emplace(l.key(), ref<line>{&l});
  l.at = &at;
  ++(l.ours ? outgoing_ : incoming_);
}

SOCKETIO_DECL void session_relay::remove(line& l) {
  const ref<line> keep{&l};
  l.timer.disarm();
  --(l.ours ? outgoing_ : incoming_);
  std::exchange(l.at, nullptr)->lines.erase(l.key());
  close_if_done();
}

/// Nothing is carried any more. It leaves when its near user knows of that.
SOCKETIO_DECL void session_relay::end(line& l) {
  l.timer.disarm();
  l.over = true;
  if (l.near_knows()) remove(l);
}

SOCKETIO_DECL void session_relay::break_one(line& l, bool tell) {
  const ref<line> keep{&l};
  if (!l.over) l.break_off(asio::error::connection_reset);
  try {
    if (tell && !l.over) reset(*l.at, l.number, l.ours);
  } catch (const std::bad_alloc&) {
    // The other side asks for it with the next bytes.
  }
  end(l);
}

SOCKETIO_DECL void session_relay::break_all(node& at, bool tell) {
  for (auto next = at.lines.begin(); next != at.lines.end();) {
    line& each = *(next++)->second;
    break_one(each, tell);
  }
}

/// Without memory for it, the tunnel is over, but not those that it has nothing to do with.
template <class Work>
void session_relay::or_be_broken(line& l, Work&& work) {
  const ref<line> keep{&l};
  try {
    work();
  } catch (const std::bad_alloc&) {
    l.at ? break_one(l, true) : l.break_off(asio::error::no_memory);
  }
}

SOCKETIO_DECL void session_relay::unreachable(std::string_view mark) {
  const auto found = nodes_.find(mark);
  if (closed_ || found == nodes_.end()) return;
  found->second->absent_until = now() + std::chrono::seconds{1};
  break_all(*found->second, false);
}

/// Time for signs of life, to give up who gives none, and to catch up on what there was no memory
/// for.
SOCKETIO_DECL void session_relay::beat() {
  host_->environment().arm(heart_, options_.heartbeat);
  enter([this] {
    constexpr std::chrono::seconds remembered{60};
    const time_point at = now();
    for (auto next = nodes_.begin(); next != nodes_.end();) {
      const auto each = next++;
      node& n = *each->second;
      if (!n.lines.empty()) {
        look_after(n);
      } else if (at - std::max(n.heard_at, n.sent_at) >= remembered ||
                 (n.heard == 0 && at >= n.absent_until)) {
        nodes_.erase(each);
      }
      if (closed_) return;
    }
    if (nodes_.empty()) heart_.disarm();
  });
}

SOCKETIO_DECL void session_relay::look_after(node& n) {
  if (now() - n.heard_at >= 3 * options_.heartbeat) break_all(n, false);
  for (auto next = n.lines.begin(); next != n.lines.end();) {
    line& each = *(next++)->second;
    each.over ? end(each) : or_be_broken(each, [&] { each.near_knows(), pump(each); });
  }
  if (!n.lines.empty() && now() - n.sent_at >= options_.heartbeat) send(n, {});
}

// ---- the end
// -----------------------------------------------------------------------------------------

SOCKETIO_DECL void session_relay::finish() {
  try {
    later([this] {
      finishing_ = true;
      close_if_done();
    });
  } catch (const std::bad_alloc&) {
    // The deadline of closing ends it.
  }
}

SOCKETIO_DECL void session_relay::close_if_done() {
  if (!finishing_ || closed_ || outgoing_ + incoming_ != 0) return;
  closed_ = true;
  heart_.disarm();
  bus_->close();
}

SOCKETIO_DECL void session_relay::abort() {
  const ref<session_relay> keep{this};
  if (!std::exchange(closed_, true)) bus_->close();
  heart_.disarm();
  for (const auto& [mark, each] : nodes_) {
    break_all(*each, false);
    while (!each->lines.empty()) remove(*each->lines.begin()->second);
  }
  if (!host_) return;
  host_ = nullptr;
  if (entered_ == 0) {
    bus_ = nullptr;
  } else {
    asio::post(loop_, [b = std::move(bus_)] {});
  }
}

}  // namespace socketio
