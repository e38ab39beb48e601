// layer 5 (adapters): what the buses over Redis have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "socketio/adapter.hpp"
#include "socketio/adapters/redis/client.hpp"
#include "socketio/cluster/bus.hpp"
#include "socketio/core/function.hpp"

namespace socketio::redis {

/// Members are counted by their subscriptions, so they need no heartbeats; and each server needs a
/// client of its own.
class pubsub_bus : public socketio::cluster::bus {
 public:
  void open(socketio::cluster::node here, receiver to) override {
    here_ = here;
    receive_ = std::move(to);
    client_.emplace(here.executor(), connection_);
    client_->on_up([this](const server_info&) {
      if (on_up_) on_up_();
    });
    client_->on_down([this](std::error_code why) {
      if (on_down_) on_down_(why);
    });
    client_->open();
  }

  bool up() const override { return client_->up(); }
  bool counts() const override { return true; }

  /// The last command says when those before it have left.
  void close() override {
    if (!client_->up()) return client_->close();
    client_->command({"PING"}, [this](std::error_code, resp::reply_view) { client_->close(); });
  }

  void detach() override { client_.reset(); }

  /// The connection, for commands of the program's own. Null while it has no server.
  redis::client* connection() noexcept { return client_ ? &*client_ : nullptr; }

  /// How much has come that is no message. On the server's loop.
  std::uint64_t ignored() const noexcept { return ignored_; }

 protected:
  pubsub_bus(redis::options connection, unique_function<void()> on_up,
             unique_function<void(std::error_code)> on_down)
      : connection_{std::move(connection)},
        on_up_{std::move(on_up)},
        on_down_{std::move(on_down)} {}

  /// How many listen to this channel: `how` is NUMSUB or SHARDNUMSUB.
  void count_listeners(std::string_view how, std::string_view channel,
                       unique_function<void(std::optional<std::size_t>)> done) {
    client_->command(
        {"PUBSUB", how, channel},
        [this, d = std::move(done)](std::error_code ec, resp::reply_view reply) mutable {
          std::optional<std::size_t> members;
          if (const auto n = reply[1].as_integer(); !ec && n && *n >= 0) {
            members = static_cast<std::size_t>(*n);
          }
          enter([&] { here_.post([members, then = std::move(d)]() mutable { then(members); }); });
        });
  }

  /// Has `f(text)` called with what comes, in a task.
  template <class F>
  void listen(channel_kind kind, std::string_view where, F f) {
    client_->subscribe(kind, where, [this, f = std::move(f)](const message& m) {
      enter([&] {
        here_.post([f, text = std::string{m.payload}]() mutable { f(std::move(text)); });
      });
    });
  }

  /// Handlers of the client throw nothing: what there is no memory for is lost, as it may be on its
  /// way.
  template <class F>
  void enter(F&& work) {
    try {
      work();
    } catch (const std::bad_alloc&) {
    }
  }

  redis::client& client() { return *client_; }
  const redis::options& connection_options() const noexcept { return connection_; }
  const socketio::cluster::node& here() const noexcept { return here_; }
  void receive(std::optional<socketio::cluster::message> m) {
    if (!m) return ignore();
    receive_(std::move(*m));
  }
  void ignore() noexcept { ++ignored_; }

 private:
  redis::options connection_;
  unique_function<void()> on_up_;
  unique_function<void(std::error_code)> on_down_;
  socketio::cluster::node here_;
  receiver receive_;
  std::optional<redis::client> client_;
  std::uint64_t ignored_ = 0;
};

}  // namespace socketio::redis
