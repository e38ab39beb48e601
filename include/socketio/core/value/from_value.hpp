// layer 0 (core): the body of io::from_value, one rule for each kind of type.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include "socketio/core/value/convert.hpp"

namespace socketio {
namespace detail {

/// What is left of an array or an argument list while it is read.
using element_cursor = item_range<value_view>::iterator;

template <class Integer>
bool read_integer(value_view v, Integer& out) noexcept {
  if constexpr (std::is_signed_v<Integer>) {
    const auto i = v.as_int64();
    if (!i) return false;
    out = static_cast<Integer>(*i);
    return out == *i;
  } else {
    const auto i = v.as_uint64();
    if (!i) return false;
    out = static_cast<Integer>(*i);
    return out == *i;
  }
}

template <class Real>
bool read_real(value_view v, Real& out) noexcept {
  const auto d = v.as_double();
  if (!d) return false;
  // Infinity is, but a number is never turned into it.
  if (std::isfinite(*d) && std::abs(*d) > static_cast<double>(std::numeric_limits<Real>::max())) {
    return false;
  }
  out = static_cast<Real>(*d);
  return true;
}

/// `exact`: a number must also be of the right kind.
template <std::size_t I, class Variant>
bool read_alternative(value_view v, Variant& out, bool exact) {
  using T = std::variant_alternative_t<I, Variant>;
  constexpr kind k = kind_of<T>();
  if (exact) {
    if (k == kind::real && v.is_number() && v.type() != value_type::real) return false;
    if ((k == kind::integer || k == kind::enumeration) && v.type() == value_type::real) {
      return false;
    }
  }
  T alternative{};
  if (!from_value(v, alternative)) return false;
  out.template emplace<I>(std::move(alternative));
  return true;
}

template <class Variant, std::size_t... I>
bool read_variant(value_view v, Variant& out, std::index_sequence<I...>) {
  return (read_alternative<I>(v, out, true) || ...) || (read_alternative<I>(v, out, false) || ...);
}

/// An element of a tuple or a member of an aggregate. Only an optional one may be missing.
template <class T>
bool read_part(std::optional<value_view> v, T& out) {
  if (v) return from_value(*v, out);
  if constexpr (kind_of<T>() == kind::optional) {
    out.reset();
    return true;
  } else {
    return false;
  }
}

template <class Tuple, std::size_t... I>
bool read_tuple(value_view v, Tuple& out, std::index_sequence<I...>) {
  if (!v.is_array() || v.size() > sizeof...(I)) return false;
  const auto elements = v.elements();
  auto at = elements.begin();
  [[maybe_unused]] const auto next = [&]() -> std::optional<value_view> {
    if (at == elements.end()) return {};
    return *at++;
  };
  return (read_part(next(), std::get<I>(out)) && ...);
}

template <class Array>
bool read_fixed_array(value_view v, Array& out) {
  if (!v.is_array() || v.size() != std::size(out)) return false;
  auto element = std::begin(out);
  for (value_view e : v.elements()) {
    if (!from_value(e, *element++)) return false;
  }
  return true;
}

template <class List>
bool read_list(value_view v, List& out) {
  if (!v.is_array()) return false;
  out.clear();
  if constexpr (requires { out.reserve(v.size()); }) out.reserve(v.size());
  for (value_view e : v.elements()) {
    element_t<List> element{};
    if (!from_value(e, element)) return false;
    out.insert(out.end(), std::move(element));
  }
  return true;
}

template <class Map>
bool read_map(value_view v, Map& out) {
  if (!v.is_object()) return false;
  out.clear();
  for (const member& m : v.members()) {
    typename Map::key_type key{m.key};
    typename Map::mapped_type mapped{};
    if (!from_value(m.value, mapped)) return false;
    if constexpr (requires { out.insert_or_assign(std::move(key), std::move(mapped)); }) {
      out.insert_or_assign(std::move(key), std::move(mapped));
    } else {
      out.emplace(std::move(key), std::move(mapped));
    }
  }
  return true;
}

/// Puts the members of an object into the places of their names; the last one of a name wins.
/// Senders keep to an order, so the search begins where the last one has ended.
template <std::size_t N>
void sort_members(value_view v, const std::array<std::string_view, N>& names,
                  std::array<std::optional<value_view>, N>& found) noexcept {
  std::size_t next = 0;
  for (auto [key, value] : v.members()) {
    for (std::size_t tried = 0; tried != N; ++tried) {
      const std::size_t i = next;
      next = next + 1 == N ? 0 : next + 1;
      if (names[i] == key) {
        found[i] = value;
        break;
      }
    }
  }
}

template <class T>
bool read_object(value_view v, T& out) {
  constexpr std::size_t count = member_count<T>;
  if (!v.is_object()) return false;
  std::array<std::optional<value_view>, count> found;
  sort_members(v, member_names<T>, found);
  auto next = found.begin();
  return with_members<count>(
      out, [&next](auto&... members) { return (read_part(*next++, members) && ...); });
}

}  // namespace detail

template <class T>
bool from_value(value_view v, T& out) {
  using detail::kind;
  constexpr kind k = detail::kind_of<T>();
  if constexpr (k == kind::hook) {
    static_assert(detail::is_readable<T>(),
                  "socketio: to be received, this type needs a default constructor and its "
                  "io::convert a `static bool from(io::value_view, T&)`.");
    return convert<T>::from(v, out);
  } else if constexpr (k == kind::null) {
    return v.is_null();
  } else if constexpr (k == kind::boolean) {
    const auto b = v.as_bool();
    if (b) out = *b;
    return b.has_value();
  } else if constexpr (k == kind::integer) {
    return detail::read_integer(v, out);
  } else if constexpr (k == kind::enumeration) {
    std::underlying_type_t<T> underlying{};
    if (!detail::read_integer(v, underlying)) return false;
    out = static_cast<T>(underlying);
    return true;
  } else if constexpr (k == kind::real) {
    return detail::read_real(v, out);
  } else if constexpr (k == kind::text || k == kind::text_view) {
    const auto text = v.as_string();
    if (text) out = *text;
    return text.has_value();
  } else if constexpr (k == kind::binary) {
    const auto data = v.as_binary();
    if (data) out.assign(data->begin(), data->end());
    return data.has_value();
  } else if constexpr (k == kind::binary_view) {
    const auto data = v.as_binary();
    if (data) out = *data;
    return data.has_value();
  } else if constexpr (k == kind::view || k == kind::value) {
    out = v;
    return true;
  } else if constexpr (k == kind::optional) {
    if (v.is_null()) {
      out.reset();
      return true;
    }
    return from_value(v, out.emplace());
  } else if constexpr (k == kind::pointer) {
    if (v.is_null()) {
      out.reset();
      return true;
    }
    out = std::make_unique<typename T::element_type>();
    return from_value(v, *out);
  } else if constexpr (k == kind::variant) {
    return detail::read_variant(v, out, std::make_index_sequence<std::variant_size_v<T>>{});
  } else if constexpr (k == kind::tuple) {
    return detail::read_tuple(v, out, std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (k == kind::fixed_array) {
    return detail::read_fixed_array(v, out);
  } else if constexpr (k == kind::map) {
    return detail::read_map(v, out);
  } else if constexpr (k == kind::list) {
    static_assert(detail::is_readable<T>(),
                  "socketio: this range can be sent but not received: only containers that grow "
                  "can. Use std::vector.");
    return detail::read_list(v, out);
  } else if constexpr (k == kind::object) {
    return detail::read_object(v, out);
  } else if constexpr (k == kind::unsupported) {
    detail::explain_unsupported<T>();
    return false;
  } else {
    static_assert(detail::dependent_false<T>,
                  "socketio: this type can be sent but not received. Use std::string for text and "
                  "for dates, io::bytes for binary, io::value for anything.");
    return false;
  }
}

template <class T>
std::optional<T> value_view::to() const {
  std::optional<T> result{std::in_place};
  if (!from_value(*this, *result)) result.reset();
  return result;
}

}  // namespace socketio
