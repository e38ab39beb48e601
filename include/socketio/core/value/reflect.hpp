// layer 0 (core): the names and types of an aggregate's members, without help from its author.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <type_traits>
#include <utility>

#include "socketio/core/value/bindings.hpp"

namespace socketio::detail {

/// Initialisers of any type, for expressions that are never evaluated. Their conversions have
/// bodies because no other translation unit could have them for types without linkage.
struct initialiser {};

struct any_initialiser : initialiser {
  template <class Member>
  operator Member() const noexcept {
    std::abort();
  }
};

/// Nothing but numbers, because the two elements that are tried on a member would otherwise also
/// make a container of anything, and some do not compile.
struct number_initialiser : initialiser {
  template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
  operator Number() const noexcept {
    std::abort();
  }
};

template <class T>
struct base_initialiser : initialiser {
  template <class Base>
    requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>)
  operator Base() const noexcept {
    std::abort();
  }
};

template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), any_initialiser{})...}; };
}

/// Whether T takes initialisers in the form {before..., {a, b}, after...}.
template <class T, std::size_t... Before, std::size_t... After>
constexpr bool takes_pair(std::index_sequence<Before...>, std::index_sequence<After...>) {
  return requires {
    T{(static_cast<void>(Before), any_initialiser{})...,
      {number_initialiser{}, number_initialiser{}},
      (static_cast<void>(After), any_initialiser{})...};
  };
}

/// The number of initialisers without inner braces: the members, but each element of a C array
/// counts. At most one more than we can handle.
template <class T, std::size_t N = 0>
consteval std::size_t count_initialisers() {
  if constexpr (N <= most_members && takes<T>(std::make_index_sequence<N + 1>{})) {
    return count_initialisers<T, N + 1>();
  } else {
    return N;
  }
}

/// The number of initialisers that belong to the member where number `at` of `total` goes. Once
/// that member has got its inner braces, the fewer follow it the more were its own.
template <class T, std::size_t At, std::size_t Total, std::size_t After = Total - At - 1>
consteval std::size_t count_elements() {
  using before = std::make_index_sequence<At>;
  if constexpr (!takes_pair<T>(before{}, std::index_sequence<>{})) {
    return 1;
  } else if constexpr (takes_pair<T>(before{}, std::make_index_sequence<After>{})) {
    return Total - At - After;
  } else {
    return count_elements<T, At, Total, After - 1>();
  }
}

template <class T, std::size_t Total, std::size_t At = 0>
consteval std::size_t count_members() {
  if constexpr (At == Total) {
    return 0;
  } else {
    return 1 + count_members<T, Total, At + count_elements<T, At, Total>()>();
  }
}

/// The language takes no object apart whose members are spread over base classes.
template <class T>
concept has_bases = requires { T{base_initialiser<T>{}}; };

template <class T>
concept aggregate = std::is_aggregate_v<T> && std::is_class_v<T>;

template <class T>
concept reflectable = aggregate<T> && !has_bases<T> && count_initialisers<T>() <= most_members;

template <reflectable T>
inline constexpr std::size_t member_count = count_members<T, count_initialisers<T>()>();

#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

/// An object whose members have addresses, which is all that is needed of it: it does not exist.
template <class T>
struct nowhere {
  T object;
};
template <class T>
extern const nowhere<T> nowhere_object;

template <class Member>
struct address {
  const Member* value;
};

template <std::size_t I>
struct address_of_member {
  template <class Member, class... Members>
  constexpr auto operator()(const Member& member, const Members&... members) const {
    if constexpr (I == 0) {
      return address<Member>{&member};
    } else {
      return address_of_member<I - 1>{}(members...);
    }
  }
};

template <class T, std::size_t I>
constexpr auto member_address() {
  return with_members<member_count<T>>(nowhere_object<T>.object, address_of_member<I>{});
}

#ifdef __clang__
#pragma clang diagnostic pop
#endif

/// Compilers spell the address as `{(& nowhere_object<T>.nowhere<T>::object.T::name)}` (g++) or
/// `{&nowhere_object.object.name}` (clang), among other text.
template <auto Address>
consteval std::string_view spelling() {
  std::string_view text = __PRETTY_FUNCTION__;
  text = text.substr(0, text.rfind('}'));
  if (text.back() == ')') text.remove_suffix(1);
  return text.substr(text.find_last_of(".:") + 1);
}

/// The name alone, so that the compiler's text does not get into the program.
template <auto Address>
inline constexpr auto name_storage = [] {
  constexpr std::string_view name = spelling<Address>();
  std::array<char, name.size()> storage{};
  std::copy(name.begin(), name.end(), storage.begin());
  return storage;
}();

template <class T, class = std::make_index_sequence<member_count<T>>>
inline constexpr std::array<std::string_view, 0> member_names{};

template <class T, std::size_t... I>
inline constexpr std::array<std::string_view, sizeof...(I)>
    member_names<T, std::index_sequence<I...>>{
        std::string_view{name_storage<member_address<T, I>()>.data(),
                         name_storage<member_address<T, I>()>.size()}...};

template <class... T>
struct type_list {};

struct types_of {
  template <class... Members>
  constexpr type_list<std::remove_const_t<Members>...> operator()(Members&...) const {
    return {};
  }
};

template <class T>
using member_types = decltype(with_members<member_count<T>>(std::declval<T&>(), types_of{}));

}  // namespace socketio::detail
