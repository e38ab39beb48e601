// layer 0 (core): what a C++ type is in a message, and which types it is made of.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "socketio/core/bytes.hpp"
#include "socketio/core/value/reflect.hpp"
#include "socketio/core/value/view.hpp"

namespace socketio {

class value;
struct raw_json;

/// The hook for types of your own: see convert.hpp.
template <class T>
struct convert {
  using not_specialised = void;
};

namespace detail {

enum class kind {
  unsupported,
  hook,          // io::convert<T> is specialised
  null,          // nullptr, std::monostate, std::nullopt
  boolean,       //
  integer,       //
  enumeration,   //
  real,          //
  text,          // std::string
  text_view,     // std::string_view
  other_text,    // literals and what else converts to std::string_view; only written
  binary,        // io::bytes
  binary_view,   // io::bytes_view
  other_binary,  // other contiguous bytes; only written
  view,          // io::value_view
  value,         // io::value
  raw,           // io::raw_json; only written
  time,          // std::chrono::system_clock::time_point; only written
  optional,      //
  pointer,       // std::unique_ptr
  variant,       //
  tuple,         // pair, tuple
  fixed_array,   // std::array, C array
  map,           // containers with text as keys
  list,          // other ranges
  object,        // aggregates
};

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <class... Arguments, template <class...> class Template>
inline constexpr bool is_a<Template<Arguments...>, Template> = true;

template <class T>
inline constexpr bool is_system_time = false;
template <class Duration>
inline constexpr bool is_system_time<std::chrono::time_point<std::chrono::system_clock, Duration>> =
    true;

template <class T>
inline constexpr bool is_fixed_array = std::is_array_v<T>;
template <class T, std::size_t N>
inline constexpr bool is_fixed_array<std::array<T, N>> = true;

/// Single characters are no numbers to most people and no text to others: they are not supported.
template <class T>
concept character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class T>
concept range = requires(const T& t) {
  std::begin(t) != std::end(t);
  *std::begin(t);
};

template <range T>
using element_of = std::remove_cvref_t<decltype(*std::begin(std::declval<const T&>()))>;

/// vector<bool> yields an object that stands for a bool.
template <class T>
struct element_type : std::type_identity<element_of<T>> {};
template <class T>
  requires requires { typename T::value_type; }
struct element_type<T> : std::type_identity<typename T::value_type> {};
template <class T>
using element_t = std::remove_const_t<typename element_type<T>::type>;

template <class T>
concept associative = range<T> && requires {
  typename T::key_type;
  typename T::mapped_type;
};

template <class T>
concept text_like = std::is_convertible_v<const T&, std::string_view>;

template <class T>
consteval kind kind_of() {
  if constexpr (std::is_base_of_v<initialiser, T>) {
    return kind::unsupported;
  } else if constexpr (!requires { typename convert<T>::not_specialised; }) {
    return kind::hook;
  } else if constexpr (std::same_as<T, std::nullptr_t> || std::same_as<T, std::monostate> ||
                       std::same_as<T, std::nullopt_t>) {
    return kind::null;
  } else if constexpr (std::same_as<T, bool>) {
    return kind::boolean;
  } else if constexpr (std::integral<T>) {
    return character<T> || sizeof(T) > 8 ? kind::unsupported : kind::integer;
  } else if constexpr (std::floating_point<T>) {
    return kind::real;
  } else if constexpr (std::is_enum_v<T>) {
    return std::same_as<T, std::byte> ? kind::unsupported : kind::enumeration;
  } else if constexpr (std::same_as<T, value>) {
    return kind::value;
  } else if constexpr (std::same_as<T, value_view>) {
    return kind::view;
  } else if constexpr (std::same_as<T, raw_json>) {
    return kind::raw;
  } else if constexpr (is_a<T, std::basic_string> && text_like<T>) {
    return kind::text;
  } else if constexpr (std::same_as<T, std::string_view>) {
    return kind::text_view;
  } else if constexpr (text_like<T>) {
    return kind::other_text;
  } else if constexpr (std::same_as<T, bytes>) {
    return kind::binary;
  } else if constexpr (std::same_as<T, bytes_view>) {
    return kind::binary_view;
  } else if constexpr (std::is_convertible_v<const T&, bytes_view>) {
    return kind::other_binary;
  } else if constexpr (is_system_time<T>) {
    return kind::time;
  } else if constexpr (is_a<T, std::optional>) {
    return kind::optional;
  } else if constexpr (is_a<T, std::unique_ptr>) {
    return kind::pointer;
  } else if constexpr (is_a<T, std::variant>) {
    return kind::variant;
  } else if constexpr (is_fixed_array<T>) {
    return kind::fixed_array;
  } else if constexpr (is_a<T, std::pair> || is_a<T, std::tuple>) {
    return kind::tuple;
  } else if constexpr (associative<T>) {
    return text_like<typename T::key_type> ? kind::map : kind::unsupported;
  } else if constexpr (range<T>) {
    return std::same_as<element_t<T>, T> ? kind::unsupported : kind::list;
  } else if constexpr (reflectable<T>) {
    return kind::object;
  } else {
    return kind::unsupported;
  }
}

/// The types that a value of type T directly consists of.
template <class T, kind = kind_of<T>()>
struct parts : std::type_identity<type_list<>> {};
template <class T>
struct parts<T, kind::optional> : std::type_identity<type_list<typename T::value_type>> {};
template <class T>
struct parts<T, kind::pointer> : std::type_identity<type_list<typename T::element_type>> {};
template <class... T>
struct parts<std::variant<T...>, kind::variant> : std::type_identity<type_list<T...>> {};
template <class... T>
struct parts<std::tuple<T...>, kind::tuple> : std::type_identity<type_list<T...>> {};
template <class A, class B>
struct parts<std::pair<A, B>, kind::tuple> : std::type_identity<type_list<A, B>> {};
template <class T>
struct parts<T, kind::fixed_array> : std::type_identity<type_list<element_of<T>>> {};
template <class T>
struct parts<T, kind::map>
    : std::type_identity<type_list<typename T::key_type, typename T::mapped_type>> {};
template <class T>
struct parts<T, kind::list> : std::type_identity<type_list<element_t<T>>> {};
template <class T>
struct parts<T, kind::object> : std::type_identity<member_types<T>> {};

/// All types that a value of type T consists of, each once: types may contain themselves, like
/// `struct tree { std::vector<tree> children; }`.
template <class Done, class Open>
struct closure;
template <class... Done>
struct closure<type_list<Done...>, type_list<>> : std::type_identity<type_list<Done...>> {};
template <class... Done, class T, class... Open>
  requires(std::same_as<T, Done> || ...)
struct closure<type_list<Done...>, type_list<T, Open...>>
    : closure<type_list<Done...>, type_list<Open...>> {};

template <class A, class B>
struct concatenation;
template <class... A, class... B>
struct concatenation<type_list<A...>, type_list<B...>> : std::type_identity<type_list<A..., B...>> {
};

template <class... Done, class T, class... Open>
  requires(!(std::same_as<T, Done> || ...))
struct closure<type_list<Done...>, type_list<T, Open...>>
    : closure<type_list<Done..., T>,
              typename concatenation<typename parts<T>::type, type_list<Open...>>::type> {};

template <class T>
using closure_t = typename closure<type_list<>, type_list<T>>::type;

}  // namespace detail
}  // namespace socketio
