// layer 0 (core): the body of io::to_writer, one rule for each kind of type.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "socketio/core/value/convert.hpp"

namespace socketio {
namespace detail {

/// Writes the value that starts at `n` and returns its end. No deeper than the tape has allowed.
template <class Writer>
const node* write_nodes(Writer& w, const node* n) {
  const node* const end = n + span_of(n);
  switch (n->type) {
    case value_type::null:
      w.null();
      break;
    case value_type::boolean:
      w.boolean(n->boolean);
      break;
    case value_type::integer:
      w.integer(n->integer);
      break;
    case value_type::unsigned_integer:
      w.unsigned_integer(n->unsigned_integer);
      break;
    case value_type::real:
      w.real(n->real);
      break;
    case value_type::string:
      w.string({n->text, n->size});
      break;
    case value_type::binary:
      w.binary(as_bytes({n->text, n->size}));
      break;
    case value_type::array:
      w.begin_array();
      for (++n; n != end;) n = write_nodes(w, n);
      w.end_array();
      break;
    case value_type::object:
      w.begin_object();
      for (++n; n != end;) {
        w.key({n->text, n->size});
        n = write_nodes(w, n + 1);
      }
      w.end_object();
      break;
  }
  return end;
}

/// A literal or another array of char ends at its first NUL.
template <class T>
std::string_view text_of(const T& x) {
  if constexpr (std::is_array_v<T>) {
    return {x, static_cast<std::size_t>(std::find(std::begin(x), std::end(x), '\0') - x)};
  } else {
    return x;
  }
}

template <class Writer, class T>
void write_integer(Writer& w, T i) {
  if constexpr (std::is_signed_v<T>) {
    w.integer(i);
  } else {
    w.unsigned_integer(i);
  }
}

template <class Writer, class T>
void write_time(Writer& w, const T& time) {
  iso_time_text memory;
  const auto since_1970 = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const std::string_view text = print_iso_time(memory, since_1970.count());
  text.empty() ? w.null() : w.string(text);  // as JSON.stringify(new Date(NaN))
}

template <class Writer, class T>
void write_list(Writer& w, const T& list) {
  using element = std::conditional_t<is_fixed_array<T>, element_of<T>, element_t<T>>;
  w.begin_array();
  for (auto&& e : list) to_writer(w, static_cast<const element&>(e));
  w.end_array();
}

template <class Writer, class T>
void write_map(Writer& w, const T& map) {
  w.begin_object();
  for (const auto& [key, value] : map) {
    w.key(key);
    to_writer(w, value);
  }
  w.end_object();
}

/// An empty optional is left out, as JavaScript leaves out members that are undefined.
template <class Writer, class T>
void write_member(Writer& w, std::string_view name, const T& member) {
  if constexpr (kind_of<T>() == kind::optional) {
    if (!member) return;
  }
  w.key(name);
  to_writer(w, member);
}

template <class Writer, class T>
void write_object(Writer& w, const T& object) {
  w.begin_object();
  with_members<member_count<T>>(object, [&w](const auto&... members) {
    auto name = member_names<T>.begin();
    (write_member(w, *name++, members), ...);
  });
  w.end_object();
}

/// Writes nothing, and counts the binary.
struct binary_counter {
  void null() noexcept {}
  void boolean(bool) noexcept {}
  void integer(std::int64_t) noexcept {}
  void unsigned_integer(std::uint64_t) noexcept {}
  void real(double) noexcept {}
  void string(std::string_view) noexcept {}
  void binary(bytes_view) noexcept { ++count; }
  void begin_array() noexcept {}
  void end_array() noexcept {}
  void begin_object() noexcept {}
  void key(std::string_view) noexcept {}
  void end_object() noexcept {}
  void raw(std::string_view) noexcept {}

  std::size_t count = 0;
};

}  // namespace detail

template <class Writer, class T>
void to_writer(Writer& w, const T& x) {
  using detail::kind;
  constexpr kind k = detail::kind_of<T>();
  if constexpr (k == kind::hook) {
    static_assert(
        requires { convert<T>::to(w, x); },
        "socketio: to be sent, the io::convert of this type needs a `template <class "
        "Writer> static void to(Writer&, const T&)`.");
    convert<T>::to(w, x);
  } else if constexpr (k == kind::null) {
    w.null();
  } else if constexpr (k == kind::boolean) {
    w.boolean(x);
  } else if constexpr (k == kind::integer) {
    detail::write_integer(w, x);
  } else if constexpr (k == kind::enumeration) {
    detail::write_integer(w, static_cast<std::underlying_type_t<T>>(x));
  } else if constexpr (std::is_same_v<T, long double>) {
    w.real(static_cast<double>(x));
  } else if constexpr (k == kind::real) {
    w.real(x);
  } else if constexpr (std::is_pointer_v<T> && k == kind::other_text) {
    x ? w.string(x) : w.null();
  } else if constexpr (k == kind::text || k == kind::text_view || k == kind::other_text) {
    w.string(detail::text_of(x));
  } else if constexpr (k == kind::binary || k == kind::binary_view || k == kind::other_binary) {
    w.binary(x);
  } else if constexpr (k == kind::view || k == kind::value) {
    detail::write_nodes(w, x.nodes());
  } else if constexpr (k == kind::raw) {
    w.raw(x.text);
  } else if constexpr (k == kind::time) {
    detail::write_time(w, x);
  } else if constexpr (k == kind::optional || k == kind::pointer) {
    x ? to_writer(w, *x) : w.null();
  } else if constexpr (k == kind::variant) {
    std::visit([&w](const auto& alternative) { to_writer(w, alternative); }, x);
  } else if constexpr (k == kind::tuple) {
    w.begin_array();
    std::apply([&w](const auto&... elements) { (to_writer(w, elements), ...); }, x);
    w.end_array();
  } else if constexpr (k == kind::fixed_array || k == kind::list) {
    detail::write_list(w, x);
  } else if constexpr (k == kind::map) {
    detail::write_map(w, x);
  } else if constexpr (k == kind::object) {
    detail::write_object(w, x);
  } else {
    detail::explain_unsupported<T>();
  }
}

/// The number of binary values that `to_writer` meets in x.
template <class T>
constexpr std::size_t count_binary(const T& x) {
  if constexpr (may_hold_binary_v<T>) {
    detail::binary_counter counter;
    to_writer(counter, x);
    return counter.count;
  } else {
    (void)x;
    return 0;
  }
}

}  // namespace socketio
