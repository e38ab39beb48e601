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

/// A `T` for each channel that is listened to, by its kind and name.
template <class T>
class by_channel {
 public:
  T& at(channel_kind k, std::string_view name) { return of(k)[std::string{name}]; }

  /// Null if there is none. It stays where it is until it is erased.
  T* find(channel_kind k, std::string_view name) {
    const auto found = of(k).find(name);
    return found == of(k).end() ? nullptr : &found->second;
  }

  /// Whether there was one.
  bool erase(channel_kind k, std::string_view name) {
    const auto found = of(k).find(name);
    if (found == of(k).end()) return false;
    of(k).erase(found);
    return true;
  }

  /// `f(kind, name, value)` for all; it adds and erases none.
  template <class F>
  void for_each(F&& f) {
    for (const auto k : {channel_kind::plain, channel_kind::pattern, channel_kind::shard}) {
      for (auto& [name, each] : of(k)) f(k, name, each);
    }
  }

 private:
  string_map<T>& of(channel_kind k) noexcept { return tables_[static_cast<std::size_t>(k)]; }

  std::array<string_map<T>, 3> tables_;
};

class subscriptions : public by_channel<ref<subscription>> {
 public:
  /// Gives the message to whom it is for; a push of another kind, and what nobody listens to any
  /// more, to nobody.
  void deliver(resp::reply_view push) {
    const std::string_view word = push[0].text();
    const bool by_pattern = word == "pmessage";
    if (!by_pattern && word != "message" && word != "smessage") return;
    const auto kind = by_pattern          ? channel_kind::pattern
                      : word == "message" ? channel_kind::plain
                                          : channel_kind::shard;
    const auto found = find(kind, push[1].text());
    if (!found) return;
    const ref<subscription> to = *found;
    if (by_pattern) {
      to->on_message({push[2].text(), push[3].text(), push[1].text()});
    } else {
      to->on_message({push[1].text(), push[2].text(), {}});
    }
  }
};

}  // namespace detail
}  // namespace socketio::redis
