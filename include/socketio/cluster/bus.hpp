// layer 4 (hub): how messages get from one server of a cluster to the others.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "socketio/cluster/message.hpp"
#include "socketio/cluster/node.hpp"
#include "socketio/cluster/sessions.hpp"
#include "socketio/core/function.hpp"

namespace socketio::cluster {

/// What io::cluster_adapter needs of a message broker. A server's part of a namespace is a member,
/// known by its `uid`. Messages of one member arrive in their order, or get lost; nobody has to
/// learn of that, the adapter finds out who is missing.
///
/// All calls come from tasks on the server's loop (node::post), and what the bus has to say is said
/// in such tasks, too.
class bus {
 public:
  /// Called with what others publish in a namespace that this server has subscribed to, and with
  /// what is sent to one of its members. What it published itself may come too.
  using receiver = unique_function<void(message)>;

  virtual ~bus() = default;

  /// Once, before everything else; the only call that may come before the loop runs.
  virtual void open(node here, receiver to) = 0;

  virtual void subscribe(std::string_view name, std::string_view uid) = 0;
  virtual void unsubscribe(std::string_view name, std::string_view uid) = 0;

  /// To all members of the message's namespace. See `encode`.
  virtual void publish(const message& m) = 0;

  /// To one of them.
  virtual void send(std::string_view to, const message& m) = 0;

  /// Whether messages go out now. While they do not, nobody is asked anything.
  virtual bool up() const { return true; }

  // ---- if the broker can do it
  // -----------------------------------------------------------------

  /// Whether it knows how many members there are, so that they need no heartbeats.
  virtual bool counts() const { return false; }

  /// How many of this namespace, this server's included; nothing if it cannot be found out now.
  /// `done` is called once, and not before the caller has returned.
  virtual void count(std::string_view name,
                     unique_function<void(std::optional<std::size_t>)> done) {
    static_cast<void>(name), static_cast<void>(done);
  }

  /// Whether events have an order that is the same on all servers, and a `position` in it. Then a
  /// message with a number comes back to who has published it, once: in its place, or without a
  /// position if it has none.
  virtual bool orders() const { return false; }

  /// Where clients' sessions are kept, so that they can be resumed on other servers. Null if
  /// nowhere.
  virtual sessions* session_store() { return nullptr; }

  /// Whether it wants to know which rooms this server's clients are in, to be sent less.
  virtual bool wants_rooms() const { return false; }

  /// A room has got its first member on this server, or has lost its last. Not of sockets' own.
  virtual void room(std::string_view name, std::string_view which, bool there) {
    static_cast<void>(name), static_cast<void>(which), static_cast<void>(there);
  }

  /// Once, at the end: what was published before still goes out, and nothing comes any more.
  virtual void close() = 0;

  /// The loop may be destroyed next: what refers to it goes. Once, after `close`.
  virtual void detach() {}
};

}  // namespace socketio::cluster
