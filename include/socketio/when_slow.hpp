// layer 0 (core): what becomes of an event whose client reads slowly.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace socketio {

/// What to do with an event when too many bytes wait for its client already:
///
///     socket.when_slow(io::when_slow::drop_oldest).emit("frame", picture);
///     server.of("/prices").default_when_slow(io::when_slow::drop_oldest.above(64 * 1024));
///
/// It is for events alone: acknowledgements, events that are to be acknowledged and heartbeats are
/// never dropped. Made of what was not said, the rule of the socket holds, else that of its
/// namespace, else `options::when_slow`.
class when_slow {
 public:
  enum class rule : std::uint8_t { unsaid, wait, drop_newest, drop_oldest, disconnect };

  static const when_slow wait;         ///< it waits, up to `limits::hard_queue`: the default
  static const when_slow drop_newest;  ///< it is not sent: `emit` answers `dropped`
  static const when_slow drop_oldest;  ///< those go that wait the longest under this rule
  static const when_slow disconnect;   ///< the client goes, as `reason::slow_consumer`

  constexpr when_slow() noexcept = default;

  /// The same for so many bytes, instead of `limits::soft_queue`. One event is taken whatever its
  /// size when nothing waits.
  [[nodiscard]] constexpr when_slow above(std::size_t size) const noexcept {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    return {rule_, static_cast<std::uint32_t>(std::clamp<std::size_t>(size, 1, most))};
  }

  constexpr rule which() const noexcept { return rule_; }
  constexpr bool said() const noexcept { return rule_ != rule::unsaid; }

  /// Bytes, `otherwise` if `above` was not used.
  constexpr std::size_t limit(std::size_t otherwise) const noexcept {
    return limit_ == 0 ? otherwise : limit_;
  }

  /// This one, or if nothing was said another.
  constexpr when_slow or_else(when_slow other) const noexcept { return said() ? *this : other; }

  friend constexpr bool operator==(when_slow, when_slow) noexcept = default;

 private:
  constexpr when_slow(rule r, std::uint32_t limit) noexcept : limit_{limit}, rule_{r} {}

  std::uint32_t limit_ = 0;  // 0: not given
  rule rule_ = rule::unsaid;
};

inline constexpr when_slow when_slow::wait{when_slow::rule::wait, 0};
inline constexpr when_slow when_slow::drop_newest{when_slow::rule::drop_newest, 0};
inline constexpr when_slow when_slow::drop_oldest{when_slow::rule::drop_oldest, 0};
inline constexpr when_slow when_slow::disconnect{when_slow::rule::disconnect, 0};

}  // namespace socketio
