// layer 5 (adapters): the bodies of redis/sentinel.hpp.
#pragma once

#include <charconv>
#include <memory>
#include <string_view>

#include <asio/post.hpp>

#include "socketio/adapters/redis/connection.hpp"
#include "socketio/adapters/redis/sentinel.hpp"
#include "socketio/adapters/redis/socket_link.hpp"

namespace socketio::redis {

namespace detail {

/// A connection with one Sentinel for one question. In RESP2, which all of them speak: so it takes
/// one exchange. The operations on it are all that keeps it.
class sentinel_question final : public connection, private connection::listener {
 public:
  static void ask(const asio::any_io_executor& executor, const address& whom,
                  const sentinel_options& o, locator::located done) {
    std::error_code ec;
    auto over = make_link(executor, whom, o.tls.get(), ec);
    if (!over) {
      asio::post(executor, [ec, done = std::move(done)]() mutable { done(ec, {}); });
      return;
    }
    options few;
    few.connect_timeout = o.timeout;  // it is never greeted, so this is for all of it
    const ref<sentinel_question> q{
        new sentinel_question{executor, std::move(over), few, whom, o.master, std::move(done)}};
    q->open(whom);
  }

 private:
  sentinel_question(const asio::any_io_executor& executor, ref<link> over, const options& few,
                    const address& whom, std::string master, locator::located done)
      : connection{executor, std::move(over), few, *this},
        whom_{whom},
        master_{std::move(master)},
        done_{std::move(done)} {}

  void connected(connection&) override {
    const auto authenticated = [this](std::error_code ec, resp::reply_view reply) {
      if (ec && reply.is_error()) finish(ec, {});
    };
    if (!whom_.password.empty() && !whom_.user.empty()) {
      command(authenticated, "AUTH", whom_.user, whom_.password);
    } else if (!whom_.password.empty()) {
      command(authenticated, "AUTH", whom_.password);
    }
    command(
        [this](std::error_code ec, resp::reply_view reply) {
          if (ec) return finish(ec, {});
          address found;
          found.host = reply[0].text();
          const std::string_view port = reply[1].text();
          std::from_chars(port.data(), port.data() + port.size(), found.port);
          // A null is the answer of one that does not know the master.
          if (reply.size() != 2 || found.host.empty()) ec = error::no_master;
          finish(ec, found);
        },
        "SENTINEL", "GET-MASTER-ADDR-BY-NAME", master_);
  }
  void pushed(connection&, resp::reply_view) override {}
  void refused(connection&, std::error_code) override {}
  void ended(connection&, std::error_code why) override { finish(why, {}); }

  void finish(std::error_code ec, const address& found) {
    auto done = std::exchange(done_, nullptr);
    if (!done) return;
    abandon();
    done(ec, found);
  }

  address whom_;
  std::string master_;
  locator::located done_;
};

class sentinels final : public locator {
 public:
  explicit sentinels(sentinel_options o) : options_{std::move(o)} {}

  void locate(const asio::any_io_executor& executor, located done) override {
    ask(executor, options_.sentinels.size(), std::move(done));
  }

 private:
  /// `left` of them have not been asked yet.
  void ask(const asio::any_io_executor& executor, std::size_t left, located done) {
    if (left == 0) {
      asio::post(executor, [done = std::move(done)]() mutable { done(error::no_master, {}); });
      return;
    }
    const auto& whom = options_.sentinels[next_];
    sentinel_question::ask(executor, whom, options_,
                           [self = ref{this}, executor, left, done = std::move(done)](
                               std::error_code ec, const address& found) mutable {
                             if (!ec) return done({}, found);
                             self->next_ = (self->next_ + 1) % self->options_.sentinels.size();
                             self->ask(executor, left - 1, std::move(done));
                           });
  }

  sentinel_options options_;
  std::size_t next_ = 0;
};

}  // namespace detail

SOCKETIO_DECL ref<locator> make_sentinel(sentinel_options o) {
  return ref<locator>{new detail::sentinels{std::move(o)}};
}

}  // namespace socketio::redis
