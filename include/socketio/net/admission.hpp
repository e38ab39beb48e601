// layer 5 (net): how many sessions may begin.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/ip.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/core/token_bucket.hpp"
#include "socketio/engine/counters.hpp"
#include "socketio/traffic_limits.hpp"

namespace socketio::detail {

/// What all shards of a server know of the sessions that begin and end, if the options limit them.
/// It is asked once for each, under a lock.
class admission {
 public:
  explicit admission(const traffic_limits& l) : limits_{l}, rate_{l.handshakes_per_second.most} {}
  admission(const admission&) = delete;

  bool limited() const noexcept { return limits_.of_handshakes(); }

  /// Counts for its address while it exists.
  class place {
   public:
    place(admission& all, std::string address) : all_{all}, address_{std::move(address)} {}
    place(const place&) = delete;
    ~place() { all_.leave(address_); }

   private:
    admission& all_;
    std::string address_;
  };

  struct answer {
    unsigned refused = 0;  ///< with this HTTP status; 0: let in
    std::unique_ptr<place> taken = {};
  };

  answer enter(std::string_view from, time_point now, engine::counters& count) {
    const quota& each = limits_.connections_per_address;
    const quota& all = limits_.handshakes_per_second;
    std::string address = key_of(from);
    const std::lock_guard lock{mutex_};
    std::size_t& present = sessions_[address];
    if (each.most != 0 && present >= each.most) {
      count.connections_over.add();
      if (each.above != excess::warn) return {429};
    }
    if (all.most != 0 && !rate_.take(1, now)) {
      count.handshakes_over.add();
      if (all.above != excess::warn) {
        if (present == 0) sessions_.erase(address);
        return {503};
      }
    }
    auto taken = std::make_unique<place>(*this, std::move(address));
    ++present;
    return {0, std::move(taken)};
  }

 private:
  /// Who has one address of IPv6 has, as a rule, all that begin with the same 64 bits.
  static std::string key_of(std::string_view text) {
    const auto address = ip_address::parse(text);
    if (!address || address->is_v4()) return std::string{text};
    ip_address::bytes network = address->data();
    for (std::size_t i = 8; i < network.size(); ++i) network[i] = 0;
    return ip_address{network}.to_string();
  }

  void leave(const std::string& address) noexcept {
    const std::lock_guard lock{mutex_};
    const auto found = sessions_.find(address);
    if (--found->second == 0) sessions_.erase(found);
  }

  const traffic_limits limits_;
  std::mutex mutex_;
  token_bucket rate_;
  string_map<std::size_t> sessions_;
};

}  // namespace socketio::detail
