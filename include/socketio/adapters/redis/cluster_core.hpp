// layer 5 (adapters): how a cluster client finds the nodes, and who is where.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/steady_timer.hpp>

#include "socketio/adapters/redis/client_core.hpp"
#include "socketio/adapters/redis/cluster_slots.hpp"
#include "socketio/adapters/redis/options.hpp"
#include "socketio/adapters/redis/subscriptions.hpp"
#include "socketio/config.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio::redis {

struct cluster_client_options {
  /// Any nodes of it: they know the others. User, password and TLS of the first are for all nodes.
  std::vector<address> seeds = {};

  /// For the connection with each node; address and locator are not used.
  options node = {};

  /// How soon the map of slots is asked for again while something is missing.
  duration refresh_pause = std::chrono::milliseconds{200};
};

namespace detail {

/// One client for each master. Which slots it has, CLUSTER SLOTS of any of them says: asked for
/// when something has moved, and again and again while a master is missing.
class cluster_core final : public counted<cluster_core> {
 public:
  using replied = unique_function<void(std::error_code, resp::reply_view)>;

  cluster_core(const asio::any_io_executor& executor, cluster_client_options o)
      : executor_{executor}, options_{std::move(o)}, timer_{executor} {}

  unique_function<void()> on_up;
  unique_function<void(std::error_code)> on_down;

  SOCKETIO_DECL void open();
  SOCKETIO_DECL void close();
  SOCKETIO_DECL void abandon();
  bool up() const noexcept { return up_; }
  std::size_t size() const noexcept { return nodes_.size(); }

  /// `encoded` is a whole command.
  SOCKETIO_DECL void command(std::string_view key, std::string encoded, reply_handler done);
  SOCKETIO_DECL void command_everywhere(std::string_view encoded, replied each,
                                        unique_function<void()> done);

  SOCKETIO_DECL void subscribe(channel_kind kind, std::string_view name, message_handler on_message,
                               unique_function<void(std::error_code)> done);
  SOCKETIO_DECL void unsubscribe(channel_kind kind, std::string_view name);

 private:
  struct node {
    address where;
    ref<client_core> client;
    bool listed = false;  // has slots
  };

  /// A command, kept in case it has to go elsewhere.
  struct request : counted<request> {
    std::size_t slot = 0;
    int redirections = 0;
    std::string encoded;
    std::string asked;  // the host that it has been sent to
    reply_handler done;
  };

  /// A subscription, and the node that has it; null for the moment if none.
  struct placed {
    ref<subscription> what;
    node* on = nullptr;
  };

  node& add(const std::string& host, std::uint16_t port);
  node* find_up() noexcept;
  node* any() noexcept;
  void add_seeds();
  void node_up();
  void node_down(std::error_code why);
  void check_up();
  void refresh();
  void refresh_soon();
  void read_map(resp::reply_view map, const std::string& asked);
  void drop_unlisted();

  void send(node& to, const ref<request>& r, bool asking);
  void answered(const ref<request>& r, std::error_code ec, resp::reply_view reply);
  bool redirect(const ref<request>& r, std::error_code ec, resp::reply_view reply);

  void place_all();
  void place(channel_kind kind, const std::string& name, placed& p, node* on);
  void subscribed(const ref<subscription>& what, channel_kind kind, const std::string& name,
                  std::error_code ec);
  void lost(channel_kind kind, std::string_view name);

  asio::any_io_executor executor_;
  cluster_client_options options_;
  asio::steady_timer timer_;
  string_map<std::unique_ptr<node>> nodes_;  // by host:port
  std::vector<node*> slots_ = std::vector<node*>(cluster_slots);
  by_channel<placed> subscriptions_;
  node* home_ = nullptr;  // of the plain and pattern subscriptions, which any node can have
  bool opened_ = false;
  bool closed_ = false;
  bool up_ = false;
  bool mapped_ = false;
  bool refreshing_ = false;
  bool timer_runs_ = false;
};

}  // namespace detail
}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/cluster_core.ipp"
#endif
