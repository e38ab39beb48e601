// layer 5 (adapters): what the buses over Redis have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "socketio/adapter.hpp"
#include "socketio/adapters/redis/client.hpp"
#include "socketio/adapters/redis/error.hpp"
#include "socketio/cluster/bus.hpp"
#include "socketio/core/function.hpp"

namespace socketio::redis {

/// Members are counted by their subscriptions, so they need no heartbeats; and each server needs a
/// client of its own: a redis::client, or a redis::cluster.
template <class Client>
class basic_pubsub_bus : public socketio::cluster::bus {
 public:
  void open(socketio::cluster::node here, receiver to) override {
    here_ = here;
    receive_ = std::move(to);
    client_.emplace(here.executor(), connection_);
    client_->on_up([this](const auto&...) { connected(); });
    client_->on_down([this](std::error_code why) { disconnected(why); });
    client_->open();
  }

  bool up() const override { return client_ && client_->up(); }
  bool counts() const override { return true; }

  /// The last command says when those before it have left.
  void close() override {
    if (!client_->up()) return client_->close();
    ask_all({"PING"}, [](std::error_code, resp::reply_view) {}, [this] { client_->close(); });
  }

  void detach() override { client_.reset(); }

  /// The connection, for commands of the program's own. Null while it has no server.
  Client* connection() noexcept { return client_ ? &*client_ : nullptr; }

  /// How much has come that is no message. On the server's loop.
  std::uint64_t ignored() const noexcept { return ignored_; }

 protected:
  basic_pubsub_bus(typename Client::options_type connection, unique_function<void()> on_up,
                   unique_function<void(std::error_code)> on_down)
      : connection_{std::move(connection)},
        on_up_{std::move(on_up)},
        on_down_{std::move(on_down)} {}

  /// The connection is there, or is not.
  virtual void connected() { tell_up(); }
  virtual void disconnected(std::error_code why) { tell_down(why); }

  /// What the program is told may end the server, and with it this bus. That all is heard it is
  /// told no more once Redis has refused a subscription, which is forgotten then.
  void tell_up() {
    if (refused_) return;
    const socketio::cluster::node::keep alive{here_};
    if (on_up_) on_up_();
  }
  void tell_down(std::error_code why) {
    const socketio::cluster::node::keep alive{here_};
    if (on_down_) on_down_(why);
  }

  /// How many listen to this channel: `how` is NUMSUB or SHARDNUMSUB.
  void count_listeners(std::string_view how, std::string_view channel,
                       unique_function<void(std::optional<std::size_t>)> done) {
    struct sum {
      bool known = true;
      std::size_t members = 0;
    };
    auto all = std::make_unique<sum>();
    sum& count = *all;
    ask_all(
        {"PUBSUB", how, channel},
        [&count](std::error_code ec, resp::reply_view reply) {
          const auto n = reply[1].as_integer();
          if (ec || !n || *n < 0) return static_cast<void>(count.known = false);
          count.members += static_cast<std::size_t>(*n);
        },
        [this, a = std::move(all), d = std::move(done)]() mutable {
          std::optional<std::size_t> members;
          if (a->known) members = a->members;
          enter([&] { here_.post([members, then = std::move(d)]() mutable { then(members); }); });
        });
  }

  /// Has `f(text)` called with what comes, in a task.
  template <class F>
  void listen(channel_kind kind, std::string_view where, F f) {
    hear(kind, where, [this, f = std::move(f)](const message& m) {
      enter([&] {
        here_.post([f, text = std::string{m.payload}]() mutable { f(std::move(text)); });
      });
    });
  }

  /// The same for who takes messages as they come. Where Redis does not allow that, this server
  /// hears nothing, which is told as if there were no connection, and none came.
  void hear(channel_kind kind, std::string_view where, message_handler f) {
    client_->subscribe(kind, where, std::move(f), [this](std::error_code ec) {
      if (!ec || ec == error::closed) return;
      refused_ = true;
      disconnected(ec);
    });
  }

  /// Handlers of the client throw nothing: what there is no memory for is lost, as it may be on its
  /// way. False if that is so, for whom it must not be.
  template <class F>
  bool enter(F&& work) {
    try {
      work();
    } catch (const std::bad_alloc&) {
      return false;
    }
    return true;
  }

  Client& client() { return *client_; }
  const typename Client::options_type& connection_options() const noexcept { return connection_; }
  const socketio::cluster::node& here() const noexcept { return here_; }
  void receive(std::optional<socketio::cluster::message> m) {
    if (!m) return ignore();
    receive_(std::move(*m));
  }
  void ignore() noexcept { ++ignored_; }

 private:
  /// `each` gets the answer of every server that there is, then `done` is called.
  template <class Each, class Done>
  void ask_all(std::initializer_list<std::string_view> arguments, Each each, Done done) {
    if constexpr (requires { client_->command_everywhere(arguments, std::move(each)); }) {
      client_->command_everywhere(arguments, std::move(each), std::move(done));
    } else {
      client_->command(arguments, [e = std::move(each), d = std::move(done)](
                                      std::error_code ec, resp::reply_view reply) mutable {
        e(ec, reply);
        d();
      });
    }
  }

  typename Client::options_type connection_;
  unique_function<void()> on_up_;
  unique_function<void(std::error_code)> on_down_;
  socketio::cluster::node here_;
  receiver receive_;
  std::optional<Client> client_;
  std::uint64_t ignored_ = 0;
  bool refused_ = false;
};

using pubsub_bus = basic_pubsub_bus<redis::client>;

}  // namespace socketio::redis
