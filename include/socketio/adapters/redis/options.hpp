// layer 5 (adapters): what a Redis client may be told.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "socketio/adapters/redis/address.hpp"
#include "socketio/adapters/redis/backoff.hpp"
#include "socketio/adapters/redis/link.hpp"
#include "socketio/adapters/redis/locator.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/proto/resp/reader.hpp"

namespace socketio::redis {

/// What may wait. Commands beyond that fail at once, with `error::queue_full`.
struct queue_limits {
  std::size_t commands = 100'000;
  std::size_t bytes = 64 << 20;  ///< not yet taken by the system; one command may go beyond
};

struct options {
  redis::address address = {};

  /// Says where the server is before each attempt, instead of `address`, of which the rest (user,
  /// password, database, TLS) still counts. See <socketio/adapters/redis/sentinel.hpp>.
  ref<redis::locator> locator = {};

  /// How `rediss://` connects: see <socketio/adapters/redis/tls.hpp>.
  ref<const secure_links> tls = {};

  /// The name that CLIENT LIST shows.
  std::string name = "socketio";

  /// Speak RESP2 even to a server that knows RESP3. Subscriptions take a second connection then.
  bool resp2 = false;

  /// For all of: the name's addresses, TCP, TLS, AUTH and the rest of the greeting.
  duration connect_timeout = std::chrono::seconds{5};

  /// How long the server may say nothing while it owes an answer. The connection is given up then,
  /// as nobody would know which answer is whose. Longer than any BLOCK that you send.
  duration command_timeout = std::chrono::seconds{5};

  /// An idle connection is tried so often.
  duration ping_interval = std::chrono::seconds{15};

  backoff_limits backoff = {};

  /// Sent, or to be sent, and not answered.
  queue_limits queue = {};

  /// What waits while there is no connection, for `command_timeout` at most. 0 commands: those
  /// given while there is none fail at once, with `error::disconnected`.
  queue_limits offline{.commands = 10'000, .bytes = 16 << 20};

  /// What the server's answers and messages may be.
  resp::limits replies = {};
};

}  // namespace socketio::redis
