// layer 5 (adapters): Redis Sentinel: who is the master today.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "socketio/adapters/redis/address.hpp"
#include "socketio/adapters/redis/link.hpp"
#include "socketio/adapters/redis/locator.hpp"
#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"

namespace socketio::redis {

/// The Sentinels of one deployment, and which of the masters that they watch is meant.
struct sentinel_options {
  std::string master = "mymaster";
  std::vector<address> sentinels = {};         ///< with their own users and passwords
  ref<const secure_links> tls = {};            ///< for those with `rediss://`
  duration timeout = std::chrono::seconds{1};  ///< for the answer of each
};

/// For `options::locator`: the client asks before each attempt, so that it follows a failover:
///
///     redis::options o;
///     o.locator = redis::make_sentinel({.master = "mymaster",
///                                       .sentinels = {redis::address{"redis://10.0.0.1:26379"},
///                                                     redis::address{"redis://10.0.0.2:26379"}}});
///
/// The Sentinel that has answered last is asked first. A server that then says that it is no master
/// (Sentinels are the last to know) is left with `error::read_only`, and asked for again. For one
/// client.
SOCKETIO_DECL ref<locator> make_sentinel(sentinel_options o);

}  // namespace socketio::redis

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/adapters/redis/impl/sentinel.ipp"
#endif
