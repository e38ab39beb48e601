// layer 4 (hub): how an event is sent.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/engine/replaceable.hpp"
#include "socketio/when_slow.hpp"

namespace socketio::detail {

/// What may become of an event while its receiver is slow, as far as the emit itself says.
struct delivery {
  bool lossy = false;
  when_slow rule = {};
  ref<const engine::latest_key> key = {};  ///< it is a value, of which only the latest counts

  /// Whether it is an event like most.
  bool plain() const noexcept { return !lossy && !rule.said() && !key; }
};

/// Keys of different namespaces are different ones.
inline ref<const engine::latest_key> make_key(std::string_view nsp, std::string_view key) {
  std::string name{nsp};
  name.append(1, ',').append(key);
  return ref<const engine::latest_key>{new engine::latest_key{std::move(name)}};
}

}  // namespace socketio::detail
