// layer 1 (proto): the arguments of an event as they came, to be passed on.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "socketio/config.hpp"
#include "socketio/core/bytes.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/core/value/value.hpp"
#include "socketio/proto/sio/encode.hpp"

namespace socketio {

/// A handler that takes its arguments as an io::raw_args gets the bytes that the client sent. They
/// have been found to be JSON, but nothing of them has been decoded, and nothing is encoded when
/// they are emitted:
///
///     server.on("draw", [](io::socket& socket, io::raw_args stroke) {
///       socket.to("board").emit("draw", stroke);
///     });
///
/// They stand for as many arguments as there were. A view of the message: valid until the handler
/// returns. Where other handlers, listeners or middlewares need the event decoded, and from clients
/// that speak MessagePack, it has been decoded, and is encoded when it is emitted.
class raw_args {
 public:
  raw_args() = default;
  explicit raw_args(args decoded) noexcept : decoded_{decoded} {}

  /// `text`: valid JSON values with commas between them, and what their placeholders stand for.
  raw_args(std::string_view text, std::span<const bytes_view> attachments) noexcept
      : text_{text}, attachments_{attachments} {}

  bool empty() const noexcept { return text_.empty() && decoded_.empty(); }

  /// JSON as it came, the values with commas between them; empty if the event has been decoded.
  /// Binary is a placeholder in it (Socket.IO protocol v5, "Binary event").
  std::string_view text() const noexcept { return text_; }
  std::span<const bytes_view> attachments() const noexcept { return attachments_; }

  /// Takes the first argument off, as a T; false, and nothing is taken, if it does not fit. The
  /// rest stays raw. A missing one is a null.
  template <class T>
  bool take(T& out) {
    static_assert(readable<T> && !holds_view_v<T>,
                  "socketio: an argument that is taken off is no view: what it is a view of goes "
                  "before it. Take a std::string, io::bytes or io::value.");
    first_value first;
    read_first(first);
    if (!from_value(first.value, out)) return false;
    drop_first(first);
    return true;
  }

  /// All of them, decoded, as an array.
  SOCKETIO_DECL value values() const;

  /// As they were decoded, if they have been.
  args decoded() const noexcept { return decoded_; }

  /// Whether they can be emitted as they are, behind this many attachments of other arguments.
  bool can_follow(std::size_t attachments) const noexcept {
    return !taken_binary_ && (attachments == 0 || attachments_.empty());
  }

 private:
  struct first_value {
    std::string copy;
    tape values{{.depth = 0xffff'ffff, .nodes = 0xffff'ffff}};
    value_view value;
    std::size_t size = 0;
    bool has_binary = false;
  };

  SOCKETIO_DECL void read_first(first_value& out) const;
  SOCKETIO_DECL void drop_first(const first_value& read) noexcept;

  friend std::size_t likely_size(const raw_args& a) noexcept { return a.text_.size() + 16; }

  std::string_view text_;
  std::span<const bytes_view> attachments_;
  args decoded_;
  bool taken_binary_ = false;  // the placeholders that are left do not begin at 0
};

template <>
struct convert<raw_args> {
  static constexpr bool holds_view = true;

  template <class Writer>
  static void to(Writer& w, const raw_args& a) {
    to_writer(w, a.values());
  }
};

namespace sio::detail {

/// The same text, if its placeholders keep their numbers.
SOCKETIO_DECL void write_argument(packet_writer& out, const raw_args& a);

}  // namespace sio::detail
}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/sio/impl/raw_args.ipp"
#endif
