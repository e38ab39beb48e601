// layer 0 (core): C++ values to JSON text, written straight into the packet.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "socketio/core/bytes.hpp"
#include "socketio/core/json/number.hpp"
#include "socketio/core/json/quote.hpp"

namespace socketio::json {

/// For JSON that travels alone: binary has no place in it and becomes null.
struct no_attachments {};

/// Writes the text that JSON.stringify would (ECMA-262 §25.5.2), in one pass and without memory of
/// its own. `Sink` has the append and push_back of std::string, and perhaps the prepare and commit
/// of frame_builder. Of nesting, only the comma is tracked; that every beginning has its end is up
/// to the caller.
///
/// Binary is written as the placeholder of the Socket.IO protocol (v5, "Binary event"), and
/// `attach(bytes_view)` is called with the data that is to follow.
template <class Sink, class Attach = no_attachments>
class writer {
 public:
  explicit writer(Sink& out, Attach attach = {}) : out_{out}, attach_{std::move(attach)} {}

  void null() { raw("null"); }
  void boolean(bool b) { raw(b ? "true" : "false"); }
  void integer(std::int64_t i) { whole(i); }
  void unsigned_integer(std::uint64_t i) { whole(i); }

  void real(double d) {
    detail::number_text text;
    raw(detail::print(text, d));
  }

  /// The digits that a float has, instead of those of the double nearest to it.
  void real(float f) {
    detail::number_text text;
    raw(detail::print(text, f));
  }

  void string(std::string_view text) {
    if constexpr (requires { out_.prepare(text.size()); }) {
      if (detail::append_plain(out_, text, comma_)) [[likely]] {
        comma_ = true;
        return;
      }
    }
    separate();
    detail::append_quoted(out_, text);
  }

  void binary(bytes_view data) {
    if constexpr (std::is_same_v<Attach, no_attachments>) {
      null();
    } else {
      raw("{\"_placeholder\":true,\"num\":");
      comma_ = false;
      unsigned_integer(attachments_++);
      out_.push_back('}');
      attach_(data);
    }
  }

  [[gnu::always_inline]] void begin_array() { begin('['); }
  [[gnu::always_inline]] void end_array() { end(']'); }
  void begin_object() { begin('{'); }
  void end_object() { end('}'); }

  void key(std::string_view text) {
    string(text);
    out_.push_back(':');
    comma_ = false;
  }

  /// A value that is JSON text already.
  void raw(std::string_view text) {
    separate();
    out_.append(text.data(), text.size());
  }

  std::size_t attachments() const noexcept { return attachments_; }

  /// What a placeholder in raw text stands for; the first is number `attachments()`.
  void attach(bytes_view data) {
    ++attachments_;
    attach_(data);
  }

 private:
  [[gnu::always_inline]] void separate() {
    if (comma_) out_.push_back(',');
    comma_ = true;
  }

  [[gnu::always_inline]] void begin(char bracket) {
    separate();
    out_.push_back(bracket);
    comma_ = false;
  }

  [[gnu::always_inline]] void end(char bracket) {
    out_.push_back(bracket);
    comma_ = true;
  }

  template <class Integer>
  void whole(Integer i) {
    char text[20];
    raw({text, static_cast<std::size_t>(std::to_chars(text, text + 20, i).ptr - text)});
  }

  Sink& out_;
  [[no_unique_address]] Attach attach_;
  std::size_t attachments_ = 0;
  bool comma_ = false;  // the next value is not the first of its container
};

}  // namespace socketio::json
