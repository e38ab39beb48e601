// layer 5 (adapters): a cluster over Redis streams, whose clients can go on with another server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/adapter.hpp"
#include "socketio/adapters/redis/pubsub_bus.hpp"
#include "socketio/adapters/redis/stream_reader.hpp"
#include "socketio/adapters/redis/stream_sessions.hpp"
#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/config.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio::redis {

/// The names and defaults are those of the official adapter.
struct streams_options {
  redis::options connection = {};

  /// The stream; with a `stream_count` above 1, what the names of all of them begin with.
  std::string stream_name = "socket.io";
  std::size_t stream_count = 1;

  /// Of the channels for questions and answers. Not the one that servers with a classic adapter
  /// have on the same Redis: those would read each other's messages.
  std::string channel_prefix = "socket.io";
  bool use_sharded_pub_sub = false;

  std::size_t max_len = 10'000;  ///< about so many entries are kept
  std::size_t read_count = 100;  ///< at most so many are read at once
  std::chrono::milliseconds block_time{5'000};

  std::string session_key_prefix = "sio:session:";

  socketio::cluster_options cluster = {};

  /// When Redis can be reached and all streams are read, and when that is so no more, or Redis
  /// refuses it; on the server's (first) loop. Meanwhile clients of this server are served as
  /// before, and, without Redis, questions to others end at once. A channel that Redis has refused
  /// is not asked for again: `on_up` is not told any more.
  unique_function<void()> on_up = {};
  unique_function<void(std::error_code)> on_down = {};

  /// What other servers have emitted may have been missed: the stream was trimmed before this
  /// server could read on, or has begun anew.
  unique_function<void()> on_gap = {};
};

/// The bus of the official adapter for streams (`createAdapter` of the package
/// @socket.io/redis-streams-adapter 0.3). What changes something is an entry of a stream, which
/// all servers read in the same order; questions and answers go over pub/sub.
class streams_bus : public pubsub_bus {
 public:
  explicit streams_bus(streams_options o)
      : pubsub_bus{std::move(o.connection), std::move(o.on_up), std::move(o.on_down)},
        options_{std::move(o)},
        streams_of_{options_.stream_name, options_.stream_count, options_.max_len},
        sessions_{*this, options_.session_key_prefix} {}

  SOCKETIO_DECL void open(socketio::cluster::node here, receiver to) override;
  SOCKETIO_DECL void subscribe(std::string_view name, std::string_view uid) override;
  SOCKETIO_DECL void unsubscribe(std::string_view name, std::string_view uid) override;
  SOCKETIO_DECL void publish(const socketio::cluster::message& m) override;
  SOCKETIO_DECL void send(std::string_view to, const socketio::cluster::message& m) override;
  SOCKETIO_DECL void count(std::string_view name,
                           unique_function<void(std::optional<std::size_t>)> done) override;
  bool orders() const override { return true; }
  socketio::cluster::sessions* session_store() override { return &sessions_; }
  SOCKETIO_DECL void close() override;
  SOCKETIO_DECL void detach() override;

  /// Whether it hears what others add: to this stream, or to all.
  SOCKETIO_DECL bool hears(std::string_view name) const;
  SOCKETIO_DECL bool hears_all() const;

  /// Up to where this server's clients have got what is in it.
  SOCKETIO_DECL entry_id delivered(std::string_view name) const;

 private:
  friend class detail::stream_sessions;

  /// An event that is on its way into the stream, and back. Its number is in the entry: what is in
  /// the stream although nobody waits for it any more is known by that.
  struct own_entry {
    std::uint64_t number;
    std::string uid, nsp;
  };

  struct stream {
    std::string name;
    ref<detail::stream_reader> reader;
    bool reads = false;
    bool missed = false;  ///< something, of which nobody has been told yet
    entry_id delivered;
    std::deque<own_entry> own;  ///< in the order in which they were added
    std::set<std::string, std::less<>> namespaces;
  };

  struct entry {
    entry_id id;
    socketio::cluster::message what;
  };
  struct page : counted<page> {
    std::vector<entry> entries;
    entry_id last;
  };

  std::string channel(std::string_view name) const {
    return std::string{options_.channel_prefix}.append("#").append(name).append("#");
  }
  std::string channel(std::string_view name, std::string_view uid) const {
    return channel(name).append(uid).append("#");
  }
  static bool is_read(const stream& s) noexcept;
  stream& open_stream(const std::string& name);
  SOCKETIO_DECL void connected() override;
  SOCKETIO_DECL void disconnected(std::error_code why) override;
  void read(stream& from, resp::reply_view entries, std::size_t first);
  void begin_events(stream& of, std::string_view name);
  void begins(stream& of, entry_id place);
  void deliver(stream& from, page& what);
  void not_added(stream& to, std::uint64_t number);
  void came_back(stream& of, const socketio::cluster::message& m);
  void give_back(const own_entry& own);
  void give_all_back(stream& of);
  void lost(stream& of, std::error_code why);
  void missed_some(stream& of);

  streams_options options_;
  detail::streams streams_of_;
  string_map<std::unique_ptr<stream>> streams_;
  detail::stream_sessions sessions_;
  std::optional<asio::any_io_executor> executor_;
  bool closed_ = false;
  bool told_up_ = false;
  std::string run_id_;  ///< of the Redis that has the sessions
  std::error_code told_down_;
};

/// Makes a server a member of a cluster over Redis (5 or later). With connection state recovery
/// (see io::options), a client that loses its server goes on with another one:
///
///     server.adapter(io::redis::streams_adapter(
///         {.connection = {.address = io::redis::address{"redis://127.0.0.1"}}}));
inline std::unique_ptr<adapter> streams_adapter(streams_options o) {
  const socketio::cluster_options times = o.cluster;
  return std::make_unique<cluster_adapter>(std::make_unique<streams_bus>(std::move(o)), times);
}

}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/stream_sessions.ipp"
#include "socketio/adapters/redis/impl/streams.ipp"
#endif
