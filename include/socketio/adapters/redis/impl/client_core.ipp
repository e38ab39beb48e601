// layer 5 (adapters): the bodies of redis/client_core.hpp.
#pragma once

#include <asio/post.hpp>

#include "socketio/adapters/redis/client_core.hpp"

namespace socketio::redis::detail {

SOCKETIO_DECL void client_core::open() {
  if (state_ != state::idle) return;
  state_ = state::connecting;
  asio::post(executor_, [self = ref{this}] {
    if (self->state_ == state::connecting) self->connect();
  });
}

SOCKETIO_DECL void client_core::close() {
  if (state_ == state::closed) return;
  const ref<client_core> self{this};
  state_ = state::closed;
  timer_.cancel();
  end_connections(error::closed);
  offline_.fail_all(error::closed);
  auto all = std::exchange(subscriptions_, {});
  all.for_each([](channel_kind, std::string_view, const ref<subscription>& each) {
    each->tell(error::closed);
  });
}

SOCKETIO_DECL void client_core::abandon() {
  state_ = state::closed;
  timer_.cancel();
  abandon_connections();
  offline_.drop_all();
  subscriptions_ = {};
}

// ---- commands
// -------------------------------------------------------------------------------------------

/// Where the next commands go, followed by `commit`; null if there may be none, which `done` will
/// hear.
SOCKETIO_DECL std::string* client_core::admit(reply_handler& done) {
  error why{};
  if (up()) {
    const auto& most = options_.queue;
    if (commands_->owed() < most.commands && commands_->unsent() < most.bytes) {
      return &commands_->out();
    }
    why = error::queue_full;
  } else if (state_ == state::closed) {
    why = error::closed;
  } else if (offline_.takes_none()) {
    why = error::disconnected;
  } else if (!offline_.full()) {
    return &offline_.out();
  } else {
    why = error::queue_full;
  }
  if (done) {
    asio::post(executor_, [why, done = std::move(done)]() mutable { done(why, {}); });
  }
  return nullptr;
}

SOCKETIO_DECL void client_core::commit(reply_handler done, std::uint32_t replies) {
  const time_point due = time_point::clock::now() + options_.command_timeout;
  expected answer{std::move(done), due, replies};
  if (up()) {
    commands_->expect(std::move(answer));
  } else {
    offline_.push(std::move(answer), *this);
  }
}

// ---- subscriptions
// --------------------------------------------------------------------------------------

SOCKETIO_DECL void client_core::subscribe(channel_kind kind, std::string_view name,
                                          message_handler on_message,
                                          unique_function<void(std::error_code)> done) {
  if (state_ == state::closed) {
    asio::post(executor_, [done = std::move(done)]() mutable {
      if (done) done(error::closed);
    });
    return;
  }
  const ref<subscription> s{new subscription{std::move(on_message), std::move(done)}};
  subscriptions_.at(kind, name) = s;
  if (state_ == state::up || state_ == state::subscribing) send_subscription(kind, name, s);
}

SOCKETIO_DECL void client_core::unsubscribe(channel_kind kind, std::string_view name) {
  if (!subscriptions_.erase(kind, name)) return;
  if (state_ == state::up || state_ == state::subscribing) {
    subscriber_->subscribe(unsubscribing(kind), name, {});
  }
}

inline void client_core::send_subscription(channel_kind kind, std::string_view name,
                                           ref<subscription> s) {
  const auto done = [self = ref{this}, s = std::move(s), kind, name = std::string{name}](
                        std::error_code ec, resp::reply_view reply) {
    // Without an answer it will be sent again over the next connection.
    if (!ec || reply.is_error()) self->confirmed(s, kind, name, ec);
  };
  if (state_ == state::subscribing) ++unconfirmed_;
  subscriber_->subscribe(subscribing(kind), name, done);
}

/// One that the server has refused is forgotten if it was never in force. Otherwise, or where the
/// server says what passes, something is wrong that the next connection may not have: without it we
/// must not seem to be up.
inline void client_core::confirmed(ref<subscription> s, channel_kind kind, std::string_view name,
                                   std::error_code ec) {
  const auto found = subscriptions_.find(kind, name);
  const bool wanted = found && *found == s;
  const bool again = ec && wanted && (s->confirmed || passes(ec));
  if (!ec) s->confirmed = true;
  if (ec && wanted && !again) subscriptions_.erase(kind, name);
  if (!again) s->tell(ec);
  if (state_ == state::closed) return;
  if (again && !lose(kind, name)) return fail(ec);
  if (state_ == state::subscribing && --unconfirmed_ == 0) go_up();
}

/// Whether there was somebody to tell.
inline bool client_core::lose(channel_kind kind, std::string_view name) {
  if (!on_subscription_lost) return false;
  subscriptions_.erase(kind, name);
  on_subscription_lost(kind, name);
  return true;
}

// ---- connecting
// -----------------------------------------------------------------------------------------

inline void client_core::connect() {
  state_ = state::connecting;
  const std::uint32_t attempt = ++attempt_;
  if (!options_.locator) return connect_to(options_.address);
  options_.locator->locate(executor_,
                           [self = ref{this}, attempt](std::error_code ec, const address& found) {
                             if (self->state_ != state::connecting || self->attempt_ != attempt)
                               return;
                             if (ec) return self->fail(ec);
                             address where = self->options_.address;
                             where.host = found.host;
                             where.port = found.port;
                             where.path = found.path;
                             self->connect_to(where);
                           });
}

inline void client_core::connect_to(const address& where) {
  where_ = where;
  commands_ = make_connection();
  if (commands_) commands_->open(where_);
}

/// Null after it has failed.
inline ref<connection> client_core::make_connection() {
  std::error_code ec;
  auto l = make_link(executor_, where_, options_.tls.get(), ec);
  if (!l) return fail(ec), nullptr;
  return ref{new connection{executor_, std::move(l), options_, *this}};
}

SOCKETIO_DECL void client_core::connected(connection& c) {
  const bool second = &c != commands_.get();
  const bool resp2 = options_.resp2 || second;
  greeting::begin(c, options_, where_, resp2,
                  [self = ref{this}, of = ref{&c}, second](std::error_code ec, server_info&& info) {
                    const auto& now = second ? self->subscriber_ : self->commands_;
                    if (now.get() != of.get()) return;
                    if (ec) return self->fail(ec);
                    of->greeted();
                    if (second) return self->subscribe_all();
                    self->server_ = std::move(info);
                    if (self->is_no_master()) return self->fail(error::read_only);
                    if (self->server_.protocol == 2) return self->open_subscriber();
                    self->subscriber_ = self->commands_;
                    self->subscribe_all();
                  });
}

/// Who asks where the master is has no use for a replica.
inline bool client_core::is_no_master() const noexcept {
  return options_.locator && !server_.role.empty() && server_.role != "master";
}

inline void client_core::open_subscriber() {
  subscriber_ = make_connection();
  if (!subscriber_) return;
  subscriber_->set_resp2_subscriber();
  subscriber_->open(where_);
}

inline void client_core::subscribe_all() {
  state_ = state::subscribing;
  unconfirmed_ = 0;
  subscriptions_.for_each([this](channel_kind k, std::string_view name, ref<subscription>& each) {
    send_subscription(k, name, each);
  });
  if (unconfirmed_ == 0) go_up();
}

inline void client_core::go_up() {
  state_ = state::up;
  up_since_ = time_point::clock::now();
  told_ = {};
  if (on_up) on_up(server_);
  if (up()) offline_.send(*commands_);
}

// ---- failing
// --------------------------------------------------------------------------------------------

/// Says so once, and tries again after a pause.
inline void client_core::fail(std::error_code why) {
  const ref<client_core> self{this};
  const bool lasted = up() && time_point::clock::now() - up_since_ > options_.backoff.longest;
  if (lasted) pause_.reset();
  const bool news = up() || why != told_;
  state_ = state::pausing;
  told_ = why;
  timer_.expires_after(pause_.next());
  timer_.async_wait([self](std::error_code ec) {
    if (!ec && self->state_ == state::pausing) self->connect();
  });
  if (news && on_down) on_down(why);  // which may close or destroy the client
  end_connections(why);
}

/// Handlers that hear of it may give commands, which find no connection any more.
inline void client_core::end_connections(std::error_code why) {
  const auto commands = std::exchange(commands_, nullptr);
  const auto subscriber = std::exchange(subscriber_, nullptr);
  for (const auto& each : {commands, subscriber}) {
    if (each) each->end(why);
  }
}

inline void client_core::abandon_connections() {
  for (auto* const each : {&commands_, &subscriber_}) {
    if (const auto c = std::exchange(*each, nullptr)) c->abandon();
  }
}

SOCKETIO_DECL void client_core::pushed(connection& c, resp::reply_view message) {
  const std::string_view word = message[0].text();
  if (word != "sunsubscribe") return subscriptions_.deliver(message);
  // The slot has gone to another node.
  const std::string name{message[1].text()};
  const auto found = subscriptions_.find(channel_kind::shard, name);
  if (!found || &c != subscriber_.get() || lose(channel_kind::shard, name)) return;
  send_subscription(channel_kind::shard, name, *found);
}

SOCKETIO_DECL void client_core::refused(connection&, std::error_code why) {
  if (why == error::read_only && options_.locator) fail(why);
}

SOCKETIO_DECL void client_core::ended(connection& c, std::error_code why) {
  if (&c == commands_.get() || &c == subscriber_.get()) fail(why);
}

}  // namespace socketio::redis::detail
