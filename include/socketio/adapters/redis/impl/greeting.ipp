// layer 5 (adapters): the bodies of redis/greeting.hpp.
#pragma once

#include <string_view>

#include "socketio/adapters/redis/greeting.hpp"

namespace socketio::redis::detail {

SOCKETIO_DECL void greeting::begin(connection& on, const options& o, const address& as, bool resp2,
                                   greeted done) {
  const ref<greeting> g{new greeting{on, o, as, std::move(done)}};
  if (resp2) return g->say_rest();
  g->say_hello();
}

inline void greeting::say_hello() {
  const bool auth = !password_.empty();
  resp::writer w{connection_->out()};
  w.begin(2 + (auth ? 3 : 0) + (name_.empty() ? 0 : 2));
  w.argument("HELLO");
  w.argument("3");
  if (auth) {
    w.argument("AUTH");
    w.argument(user_.empty() ? "default" : std::string_view{user_});
    w.argument(password_);
  }
  if (!name_.empty()) {
    w.argument("SETNAME");
    w.argument(name_);
  }
  const auto answered = [self = ref{this}](std::error_code ec, resp::reply_view reply) {
    if (ec && ec != error::no_such_command && ec != error::no_such_protocol) {
      return self->finish(ec, reply);
    }
    if (!ec) {
      self->info_.protocol = 3;
      self->info_.version = reply["version"].text();
      self->info_.role = reply["role"].text();
      self->info_.mode = reply["mode"].text();
    }
    self->say_rest();
  };
  connection_->expect({answered, connection_->due()});
}

/// All in one write. The first refusal that matters ends it; otherwise the last answer does.
inline void greeting::say_rest() {
  const auto matters = [self = ref{this}](std::error_code ec, resp::reply_view reply) {
    if (ec) self->finish(ec, reply);
  };
  if (info_.protocol == 2) {
    if (!password_.empty() && !user_.empty()) {
      connection_->command(matters, "AUTH", user_, password_);
    } else if (!password_.empty()) {
      connection_->command(matters, "AUTH", password_);
    }
    if (!name_.empty()) connection_->command({}, "CLIENT", "SETNAME", name_);
  }
  if (database_ != 0) connection_->command(matters, "SELECT", database_);
  const auto read = [self = ref{this}](std::error_code ec, resp::reply_view reply) {
    if (!ec) self->read_info(reply.text());
  };
  connection_->command(read, "INFO");
  connection_->command(
      [self = ref{this}](std::error_code ec, resp::reply_view reply) { self->finish(ec, reply); },
      "PING");
}

inline void greeting::read_info(std::string_view text) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string_view key = line.substr(0, colon), value = line.substr(colon + 1);
    if (key == "redis_version") info_.version = value;
    if (key == "redis_mode") info_.mode = value;
    if (key == "run_id") info_.run_id = value;
    if (key == "role") info_.role = value;
  }
}

inline void greeting::finish(std::error_code ec, resp::reply_view reply) {
  if (ec && !reply.is_error()) return;  // the connection has ended, and says so itself
  if (auto done = std::exchange(done_, nullptr)) done(ec, std::move(info_));
}

}  // namespace socketio::redis::detail
