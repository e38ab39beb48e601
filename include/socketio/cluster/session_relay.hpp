// layer 4 (hub): relays requests to the servers that have their sessions, and serves those relayed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <asio/any_io_executor.hpp>

#include "socketio/cluster/relay_bus.hpp"
#include "socketio/cluster/relay_message.hpp"
#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/core/token_bucket.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/transport/tunnel.hpp"

namespace socketio {

/// How `server.relay` behaves. What is beyond a limit is refused as a session id that nobody knows,
/// and its client connects anew.
struct relay_options {
  /// How long the owner of a session may say nothing to a request that has come to another server.
  duration answer_timeout = std::chrono::seconds{1};

  /// Servers with requests of each other say so often that they are there. Who has said nothing for
  /// three times as long is gone.
  duration heartbeat = std::chrono::seconds{2};

  /// At the same time, of this server's clients and of those of others each: held requests and
  /// WebSockets. One may keep 256 KiB waiting on each side.
  std::size_t most_requests = 10'000;

  /// Requests that go to another server although none with this session id has been served there
  /// lately: what somebody who makes up ids can make the bus carry. Half as many to servers that
  /// have said nothing lately either, and may be made up themselves.
  std::uint32_t strangers_per_second = 1000;
};

/// What is wrong with the options, in a sentence that begins with the name of the first that is;
/// empty if nothing is.
SOCKETIO_DECL std::string_view validate(const relay_options& o);

namespace detail {

/// The server, as its relay sees it.
class relay_host {
 public:
  virtual ~relay_host() = default;

  virtual engine::environment& environment() noexcept = 0;

  /// The loop of the relay, and everything that it does happens in a turn of it.
  virtual asio::any_io_executor loop() = 0;
  virtual void in_turn(unique_function<void()> work) = 0;

  /// The loop of the session of this id.
  virtual asio::any_io_executor loop_of(std::string_view sid) = 0;

  /// A connection for it has come from another server.
  virtual void accept(std::string_view sid, ref<tunnel> from) = 0;
};

}  // namespace detail

/// The tunnels between this server and others: one for each request that has come to the wrong one,
/// from the connection that has brought it to one that the owner of its session makes for it.
///
/// Belongs to one loop, except where it says so. A server's mark stands at the end of its session
/// ids, behind a dot.
class session_relay final : public detail::carrier {
 public:
  SOCKETIO_DECL session_relay(std::unique_ptr<cluster::relay_bus> bus, const relay_options& o);
  SOCKETIO_DECL ~session_relay() override;

  /// What the session ids of this server end in. From any thread.
  const std::string& id_end() const noexcept { return id_end_; }

  /// Whether a session of this id would be this server's, or another's; neither, if no server could
  /// have made the id. From any thread.
  SOCKETIO_DECL bool is_here(std::string_view sid) const noexcept;
  SOCKETIO_DECL bool is_elsewhere(std::string_view sid) const noexcept;

  /// Once, before the loop runs.
  SOCKETIO_DECL void start(std::unique_ptr<detail::relay_host> host);

  /// A tunnel to the server that has this session, for a request to be written into; its near end
  /// is for the caller, which is on the loop `near`. From any thread.
  SOCKETIO_DECL ref<detail::tunnel> open(const asio::any_io_executor& near, std::string_view sid,
                                         std::string address, bool secure);

  SOCKETIO_DECL void wake(ref<detail::tunnel> t) override;

  /// There are no sessions here any more: once there are no tunnels either, nothing of the relay is
  /// left in the loop. From any thread.
  SOCKETIO_DECL void finish();

  /// Breaks off everything, now.
  SOCKETIO_DECL void abort();

 private:
  struct node;
  struct line;
  struct heart : deadline {
    explicit heart(session_relay& r)
        : deadline{[](deadline& d) { static_cast<heart&>(d).owner.beat(); }}, owner{r} {}
    session_relay& owner;
  };

  /// Which sessions have been served elsewhere lately, and well, as far as there is room: hashes
  /// that nobody outside can foresee, in two generations.
  class acquaintances {
   public:
    bool has(std::string_view sid) const {
      return young_.contains(seeded_hash{}(sid)) || old_.contains(seeded_hash{}(sid));
    }
    void add(std::string_view sid) {
      if (young_.size() >= 32'768) old_ = std::exchange(young_, {});
      young_.insert(seeded_hash{}(sid));
    }
    void remove(std::string_view sid) noexcept {
      young_.erase(seeded_hash{}(sid));
      old_.erase(seeded_hash{}(sid));
    }

   private:
    std::unordered_set<std::size_t> young_;
    std::unordered_set<std::size_t> old_;
  };

  void later(unique_function<void()> work);
  void enter(unique_function<void()> work);
  time_point now();

  void begin(line& fresh);
  void pump(line& l);
  void receive(std::string_view text);
  void accept(node& from, const cluster::relay_message& m);
  void flow(node& from, const cluster::relay_message& m);
  void take(line& l, const cluster::relay_message& m);
  void timed_out(line& l);

  node* find(std::string_view mark, std::size_t most);
  void send(node& to, cluster::relay_message m);
  void reset(node& to, std::uint64_t number, bool ours);
  void add(node& at, line& l);
  void remove(line& l);
  void end(line& l);
  void break_one(line& l, bool tell);
  void break_all(node& at, bool tell);
  template <class Work>
  void or_be_broken(line& l, Work&& work);
  void unreachable(std::string_view mark);
  void beat();
  void look_after(node& n);
  void close_if_done();

  const relay_options options_;
  const std::string id_end_;
  std::unique_ptr<cluster::relay_bus> bus_;
  std::unique_ptr<detail::relay_host> host_;
  asio::any_io_executor loop_;
  string_map<std::unique_ptr<node>> nodes_;
  std::uint64_t opened_ = 0;            ///< the number of the tunnel that was opened last
  std::size_t outgoing_ = 0;            ///< tunnels of this server's connections
  std::size_t incoming_ = 0;            ///< and those from others
  std::atomic<std::size_t> ended_ = 0;  ///< that came whole, until their near users let go of them
  token_bucket strangers_;
  token_bucket unheard_;  ///< for those of them whose servers have not been heard of
  acquaintances known_;
  heart heart_{*this};
  int entered_ = 0;  ///< a call of the loop or of the bus is under way
  bool finishing_ = false;
  bool closed_ = false;
};

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/cluster/impl/session_relay.ipp"
#endif
