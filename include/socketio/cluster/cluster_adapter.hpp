// layer 4 (hub): the official cluster protocol: who is there, who is asked, who has answered.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "socketio/adapter.hpp"
#include "socketio/cluster/bus.hpp"
#include "socketio/cluster/message.hpp"
#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio {

/// When the servers of a cluster give each other up.
struct cluster_options {
  /// A server that has had nothing to say for so long says that it is there.
  std::chrono::milliseconds heartbeat_interval{5'000};

  /// A server that has not been heard of for so long is gone.
  std::chrono::milliseconds heartbeat_timeout{10'000};

  /// For answers of other servers, where the question has no time of its own.
  std::chrono::milliseconds request_timeout{5'000};
};

/// An adapter for any bus that carries bytes. It speaks the protocol that most of the official
/// adapters have in common (package socket.io-adapter, ClusterAdapter); with heartbeats, unless the
/// bus knows how many members there are.
class cluster_adapter final : public adapter {
 public:
  /// Throws std::invalid_argument if the times make no sense.
  SOCKETIO_DECL explicit cluster_adapter(std::unique_ptr<cluster::bus> b,
                                         const cluster_options& o = {});
  SOCKETIO_DECL ~cluster_adapter() override;

  SOCKETIO_DECL void start(cluster::node here) override;
  SOCKETIO_DECL void opened(std::string_view name) override;
  SOCKETIO_DECL void closed(std::string_view name) override;
  SOCKETIO_DECL void send(cluster::request asked) override;
  bool orders() const override { return bus_->orders(); }
  cluster::sessions* session_store() override { return bus_->session_store(); }
  SOCKETIO_DECL void stop() override;
  SOCKETIO_DECL void detach() override;

 private:
  struct member;
  struct place;
  struct peer;
  struct inquiry;
  struct terms;
  struct answerer;
  using uid = std::string;

  // ---- on the server's loop, as everything below
  // -------------------------------------------------

  void join(std::string name);
  void leave(std::string_view name);
  void watch_rooms(member& m);
  void changed(member& of, const std::string& name, bool there);
  void vanished(place& r);

  void ask(member& from, cluster::emission& r);
  void ask(member& from, cluster::question& r);
  void ask(member& from, cluster::membership& r);
  void ask(member& from, cluster::disconnection& r);
  void ask(member& from, cluster::search& r);
  void ask(member& from, cluster::server_event& r);
  std::string inquire(member& from, terms t);
  void expect(std::string_view name, const std::string& id, std::optional<std::size_t> others);
  void finish_if_done(member& by, inquiry& waiting);

  void received(cluster::message m);
  void returned(const cluster::message& m);
  void requested(member& by, cluster::message& m);
  void answered(member& by, cluster::message& m);

  void publish(member& from, cluster::message m);
  void answer(std::string_view name, std::string_view to, cluster::message m);
  void heard_of(member& by, std::string_view who);
  void lost(member& by, std::string_view who, bool silently);

  std::unique_ptr<cluster::bus> bus_;
  cluster_options options_;
  cluster::node here_;
  string_map<std::unique_ptr<member>> members_;                     ///< this server's, by namespace
  std::unordered_map<std::uint64_t, cluster::emission> returning_;  ///< events that will come back
  std::uint64_t numbers_ = 0;
  bool stopped_ = false;
};

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/cluster/impl/cluster_adapter.ipp"
#include "socketio/cluster/impl/cluster_requests.ipp"
#endif
