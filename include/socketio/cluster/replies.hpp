// layer 4 (hub): where what others find and answer is brought together.
#pragma once

#include <cstddef>
#include <system_error>

#include "socketio/core/intrusive.hpp"

namespace socketio::cluster {

/// Takes what those find or answer who were asked something, on any thread. It is complete when
/// nobody holds a reference any more: whoever still owes a reply keeps one, whoever does not lets
/// go, so that nobody waits for what cannot come.
template <class T>
class replies : public counted<replies<T>, shared_count> {
 public:
  virtual ~replies() = default;

  virtual void add(T reply) = 0;

  /// Not everything came. The first reason counts.
  virtual void fail(std::error_code why) = 0;

  /// One server has asked so many of its clients; called once by each server that is asked.
  virtual void asked(std::size_t clients) { static_cast<void>(clients); }
};

}  // namespace socketio::cluster
