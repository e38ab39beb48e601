// layer 0 (core): C++ values to and from messages.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "socketio/core/value/explain.hpp"
#include "socketio/core/value/iso_time.hpp"
#include "socketio/core/value/kind.hpp"
#include "socketio/core/value/tape.hpp"

namespace socketio {

/// JSON that exists as text already: it is sent as it is. Nobody checks it, so it must be valid.
struct raw_json {
  std::string text;
};

// What arrives and is sent, and as which C++ types:
//
//   null             nullptr, std::monostate, an empty std::optional or std::unique_ptr
//   true, false      bool
//   number           integers (read: 3 and 3.0 if they fit, never 3.5), enums, float, double
//   string           std::string, std::string_view; sent: literals, whatever converts to
//   string_view,
//                    system_clock::time_point (in the form of JavaScript's Date)
//   binary           io::bytes, io::bytes_view; sent: any contiguous std::byte. All other
//   containers
//                    are arrays: a std::vector<unsigned char> is an array of numbers
//   array            vector, list, set and other containers; std::array, pair, tuple (read: of
//                    exactly that length, but missing std::optionals at the end are empty)
//   object           containers with text as keys; aggregates (read: every member must be there
//                    unless it is a std::optional; what is not a member is ignored)
//   any of them      io::value, io::value_view; std::variant (read: the first alternative that
//                    fits, but 3 is an int rather than a double); sent: io::raw_json
//
// Not: single characters, raw pointers, maps with other keys, and classes that are no aggregates.
// For these, and to have an aggregate look different, specialise io::convert, the one hook:
//
//   template <>
//   struct io::convert<money> {
//     static bool from(io::value_view v, money& m) { return io::from_value(v, m.cents); }
//     template <class Writer>
//     static void to(Writer& w, const money& m) { io::to_writer(w, m.cents); }
//   };
//
// It may be a partial specialisation, a friend of the class, and lack `from` or `to`; what `to`
// writes must be one value. A Writer has null, boolean, integer, unsigned_integer, real, string,
// binary, begin_array, end_array, begin_object, key, end_object. A type that contains views says
// `static constexpr bool holds_view = true;`, one that never writes binary gains a little from
// `static constexpr bool may_hold_binary = false;`.

/// Reads the value into `out`; false, and something unspecified in `out`, if it does not fit.
template <class T>
bool from_value(value_view v, T& out);

/// Writes one value.
template <class Writer, class T>
void to_writer(Writer& w, const T& x);

namespace detail {

template <class T>
consteval bool is_readable() {
  constexpr kind k = kind_of<T>();
  if constexpr (!std::default_initializable<T>) {
    return false;
  } else if constexpr (k == kind::hook) {
    return requires(value_view v, T& out) {
      { convert<T>::from(v, out) } -> std::convertible_to<bool>;
    };
  } else if constexpr (k == kind::list) {
    return requires(T& out, element_t<T> element) {
      out.clear();
      out.insert(out.end(), std::move(element));
    };
  } else if constexpr (k == kind::map) {
    return std::constructible_from<typename T::key_type, std::string_view>;
  } else {
    return k != kind::unsupported && k != kind::other_text && k != kind::other_binary &&
           k != kind::raw && k != kind::time;
  }
}

template <class T>
consteval bool is_writable() {
  constexpr kind k = kind_of<T>();
  if constexpr (k == kind::hook) {
    return requires(tape& w, const T& x) { convert<T>::to(w, x); };
  } else {
    return k != kind::unsupported;
  }
}

template <class T>
consteval bool is_view() {
  constexpr kind k = kind_of<T>();
  if constexpr (k == kind::hook && requires { convert<T>::holds_view; }) {
    return convert<T>::holds_view;
  } else {
    return k == kind::text_view || k == kind::other_text || k == kind::binary_view ||
           k == kind::other_binary || k == kind::view;
  }
}

template <class T>
consteval bool is_maybe_binary() {
  constexpr kind k = kind_of<T>();
  if constexpr (k == kind::hook && requires { convert<T>::may_hold_binary; }) {
    return convert<T>::may_hold_binary;
  } else {
    return k == kind::hook || k == kind::binary || k == kind::binary_view ||
           k == kind::other_binary || k == kind::view || k == kind::value;
  }
}

template <class... T>
consteval bool all_readable(type_list<T...>) {
  return (is_readable<T>() && ...);
}
template <class... T>
consteval bool all_writable(type_list<T...>) {
  return (is_writable<T>() && ...);
}
template <class... T>
consteval bool any_view(type_list<T...>) {
  return (is_view<T>() || ...);
}
template <class... T>
consteval bool any_maybe_binary(type_list<T...>) {
  return (is_maybe_binary<T>() || ...);
}

}  // namespace detail

/// Types that `from_value` reads.
template <class T>
concept readable = detail::all_readable(detail::closure_t<T>{});

/// Types that `to_writer` writes.
template <class T>
concept writable = detail::all_writable(detail::closure_t<std::remove_cvref_t<T>>{});

/// Whether a T refers to memory of the message it was read from, like std::string_view: valid only
/// until the handler returns, and so forbidden where that is not the end of its use.
template <class T>
inline constexpr bool holds_view_v = detail::any_view(detail::closure_t<std::remove_cvref_t<T>>{});

/// Whether binary may be found anywhere in a T.
template <class T>
inline constexpr bool may_hold_binary_v =
    detail::any_maybe_binary(detail::closure_t<std::remove_cvref_t<T>>{});

}  // namespace socketio

#include "socketio/core/value/from_value.hpp"
#include "socketio/core/value/to_writer.hpp"
