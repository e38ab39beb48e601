// layer 5 (adapters): emitting to the clients of a cluster from a program without a server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/any_io_executor.hpp>

#include "socketio/adapters/redis/channels.hpp"
#include "socketio/adapters/redis/classic_message.hpp"
#include "socketio/adapters/redis/client.hpp"
#include "socketio/adapters/redis/stream_entry.hpp"
#include "socketio/cluster/message.hpp"
#include "socketio/core/function.hpp"
#include "socketio/nsp.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio::redis {

/// Which adapter the servers of the cluster have.
enum class cluster_kind : std::uint8_t { classic, sharded, streams };

struct emitter_options {
  redis::options connection = {};
  cluster_kind cluster = cluster_kind::classic;

  /// As the servers have it: `classic_options::key` or `sharded_options::channel_prefix`.
  std::string key = "socket.io";

  /// As the servers have it, if they have the sharded adapter.
  subscription_mode mode = subscription_mode::dynamic;

  /// As the servers have them, if they have the adapter for streams.
  std::string stream_name = "socket.io";
  std::size_t stream_count = 1;
  std::size_t max_len = 10'000;
};

/// For cron jobs, workers and the like, which have something to say to the clients of a cluster
/// (what the package @socket.io/redis-emitter is for programs in JavaScript):
///
///     io::redis::emitter emitter{loop.get_executor(),
///                                {.connection = {.address = io::redis::address{"redis://…"}}}};
///     emitter.to("lobby").emit("news", 42);
///     emitter.of("/admin").in("guests").disconnect_sockets();
///     emitter.flush([&](std::error_code) { loop.stop(); });
///
/// All calls are made on the executor, as with io::redis::client. What is emitted before there is a
/// connection waits for it, within the limits of the client's options. Nobody answers, so there are
/// no acknowledgements.
class emitter {
 public:
  /// Whom it is for, as io::broadcast selects them on a server. A value, which may be kept for as
  /// long as the emitter is there.
  class selection {
   public:
    /// Adds the members of a room, or of several. A socket's id is a room, too.
    template <class Rooms>
    selection to(const Rooms& rooms) const {
      selection copy{*this};
      copy.to_.rooms.add(rooms);
      return copy;
    }
    template <class Rooms>
    selection in(const Rooms& rooms) const {
      return to(rooms);
    }
    template <class Rooms>
    selection except(const Rooms& rooms) const {
      selection copy{*this};
      copy.to_.except.add(rooms);
      return copy;
    }

    /// Sockets that do not keep up are left out.
    selection lossy() const {
      selection copy{*this};
      copy.to_.lossy = true;
      return copy;
    }
    selection compress(bool wanted) const {
      selection copy{*this};
      copy.compress_ = wanted;
      return copy;
    }

    /// False if the name means something to the library: see io::error::reserved_event.
    template <class... Args>
    bool emit(std::string_view event, const Args&... arguments) const {
      socketio::detail::check_emitted<Args...>();
      if (sio::is_reserved_event(event)) return false;
      auto m = about(socketio::cluster::message_type::broadcast);
      m.packet = sio::encode_event(nsp_, std::nullopt, event, arguments...);
      if (!compress_) m.packet.forbid_compression();
      from_->publish(m);
      return true;
    }

    template <class Rooms>
    void sockets_join(const Rooms& rooms) const {
      change(socketio::cluster::message_type::sockets_join, rooms);
    }
    template <class Rooms>
    void sockets_leave(const Rooms& rooms) const {
      change(socketio::cluster::message_type::sockets_leave, rooms);
    }

    /// They leave the namespace; with `close`, all namespaces and their connections.
    void disconnect_sockets(bool close = false) const {
      auto m = about(socketio::cluster::message_type::disconnect_sockets);
      m.close = close;
      from_->publish(m);
    }

    /// For the programs themselves, all of them: `on_server_side` there. Rooms mean nothing to it.
    /// False if the name is reserved.
    template <class... Args>
    bool server_side_emit(std::string_view event, const Args&... arguments) const {
      if (socketio::detail::is_reserved_between_servers(event)) return false;
      auto m = about(socketio::cluster::message_type::server_side_emit);
      m.data = socketio::detail::server_data(event, arguments...);
      from_->publish(m);
      return true;
    }

   private:
    friend emitter;
    selection(emitter& e, std::string_view name) : from_{&e}, nsp_{name} {
      if (!nsp_.starts_with('/')) nsp_.insert(0, 1, '/');
    }

    template <class Rooms>
    void change(socketio::cluster::message_type type, const Rooms& rooms) const {
      auto m = about(type);
      m.rooms.add(rooms);
      from_->publish(m);
    }

    socketio::cluster::message about(socketio::cluster::message_type type) const {
      socketio::cluster::message m;
      m.type = type;
      m.uid = socketio::cluster::emitter_uid;
      m.nsp = nsp_;
      m.to = to_;
      return m;
    }

    emitter* from_;
    std::string nsp_;
    audience to_;
    bool compress_ = true;
  };

  emitter(const asio::any_io_executor& executor, emitter_options o)
      : client_{executor, std::move(o.connection)},
        cluster_{o.cluster},
        classic_{o.key},
        sharded_{o.key, o.mode},
        streams_{o.stream_name, o.stream_count, o.max_len} {
    client_.open();
  }
  emitter(const emitter&) = delete;
  emitter& operator=(const emitter&) = delete;

  /// The namespace, "/" unless one is named.
  selection of(std::string_view name) { return {*this, name}; }

  template <class Rooms>
  selection to(const Rooms& rooms) {
    return of("/").to(rooms);
  }
  template <class Rooms>
  selection in(const Rooms& rooms) {
    return of("/").to(rooms);
  }
  template <class Rooms>
  selection except(const Rooms& rooms) {
    return of("/").except(rooms);
  }
  template <class... Args>
  bool emit(std::string_view event, const Args&... arguments) {
    return of("/").emit(event, arguments...);
  }
  template <class... Args>
  bool server_side_emit(std::string_view event, const Args&... arguments) {
    return of("/").server_side_emit(event, arguments...);
  }

  /// Calls `done` when Redis has got everything so far, or when it is known that it will not.
  void flush(unique_function<void(std::error_code)> done) {
    client_.command({"PING"},
                    [d = std::move(done)](std::error_code ec, resp::reply_view) mutable { d(ec); });
  }

  /// Ends the connection, with what has not left.
  void close() { client_.close(); }

  /// The connection, to hear of what becomes of it, and for commands of the program's own.
  redis::client& connection() noexcept { return client_; }

 private:
  void publish(const socketio::cluster::message& m) {
    switch (cluster_) {
      case cluster_kind::classic:
        return client_.command({"PUBLISH", classic_.of(m), classic::encode(m)});
      case cluster_kind::sharded:
        return client_.command({"SPUBLISH", sharded_.of(m), socketio::cluster::encode(m)});
      case cluster_kind::streams:
        return streams_.add(client_, m, encode_data(m));
    }
  }

  redis::client client_;
  cluster_kind cluster_;
  detail::classic_channels classic_;
  detail::sharded_channels sharded_;
  detail::streams streams_;
};

}  // namespace socketio::redis
