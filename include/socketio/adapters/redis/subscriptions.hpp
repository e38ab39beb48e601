// layer 5 (adapters): what a client listens to, which outlives connections.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/adapters/redis/connection.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"

namespace socketio::redis {

enum class channel_kind : std::uint8_t {
  plain,    ///< SUBSCRIBE, PUBLISH
  pattern,  ///< PSUBSCRIBE: globs over the names of plain channels
  shard,    ///< SSUBSCRIBE, SPUBLISH: Redis 7
};

/// What somebody has published. Valid during the call.
struct message {
  std::string_view channel;
  std::string_view payload;
  std::string_view pattern;  ///< that it came by, if it did
};

using message_handler = unique_function<void(const message&)>;

namespace detail {

constexpr verb subscribing(channel_kind k) noexcept {
  return static_cast<verb>(static_cast<int>(verb::subscribe) + static_cast<int>(k));
}
constexpr verb unsubscribing(channel_kind k) noexcept {
  return static_cast<verb>(static_cast<int>(verb::unsubscribe) + static_cast<int>(k));
}

/// Counted, as a handler may end its own subscription.
struct subscription : counted<subscription> {
  subscription(message_handler handler, unique_function<void(std::error_code)> in_force)
      : on_message{std::move(handler)}, done{std::move(in_force)} {}

  message_handler on_message;
  unique_function<void(std::error_code)> done;  // until it has been called
  bool confirmed = false;                       // at least once

  void tell(std::error_code ec) {
    if (auto f = std::exchange(done, nullptr)) f(ec);
  }
};

/// By kind and name.
class subscriptions {
 public:
  using table = string_map<ref<subscription>>;

  table& of(channel_kind k) noexcept { return tables_[static_cast<std::size_t>(k)]; }

  std::size_t size() const noexcept {
    return tables_[0].size() + tables_[1].size() + tables_[2].size();
  }

  ref<subscription> find(channel_kind k, std::string_view name) {
    const auto found = of(k).find(name);
    return found == of(k).end() ? nullptr : found->second;
  }

  /// `f(kind, name, subscription)` for all; it may change nothing here.
  template <class F>
  void for_each(F&& f) {
    for (const auto k : {channel_kind::plain, channel_kind::pattern, channel_kind::shard}) {
      for (auto& [name, each] : of(k)) f(k, std::string_view{name}, each);
    }
  }

  /// Gives the message to whom it is for; a push of another kind, and what nobody listens to any
  /// more, to nobody.
  void deliver(resp::reply_view push) {
    const std::string_view word = push[0].text();
    const bool by_pattern = word == "pmessage";
    if (!by_pattern && word != "message" && word != "smessage") return;
    const auto kind = by_pattern          ? channel_kind::pattern
                      : word == "message" ? channel_kind::plain
                                          : channel_kind::shard;
    const ref<subscription> to = find(kind, push[1].text());
    if (!to) return;
    if (by_pattern) {
      to->on_message({push[2].text(), push[3].text(), push[1].text()});
    } else {
      to->on_message({push[1].text(), push[2].text(), {}});
    }
  }

 private:
  std::array<table, 3> tables_;
};

}  // namespace detail
}  // namespace socketio::redis
