// layer 0 (core): what the compiler says about types that cannot be in a message.
#pragma once

#include "socketio/core/value/kind.hpp"

namespace socketio::detail {

template <class T>
inline constexpr bool dependent_false = false;

/// Fails to compile, with the reason why T is unsupported. Instantiated where T is met, so that the
/// compiler shows the way from the user's type to it.
template <class T>
constexpr void explain_unsupported() {
  if constexpr (character<T>) {
    static_assert(dependent_false<T>,
                  "socketio: a single character cannot be in a message, as it may mean text or a "
                  "number. Use std::string, or a number type such as std::int8_t.");
  } else if constexpr (std::is_same_v<T, std::byte>) {
    static_assert(dependent_false<T>,
                  "socketio: a single std::byte cannot be in a message. Use io::bytes for binary "
                  "data, or std::uint8_t for a number.");
  } else if constexpr (std::is_pointer_v<T>) {
    static_assert(dependent_false<T>,
                  "socketio: a pointer cannot be in a message. Use the object itself, "
                  "std::optional, or std::unique_ptr.");
  } else if constexpr (associative<T>) {
    static_assert(dependent_false<T>,
                  "socketio: the keys of a map become the keys of a JavaScript object, so they "
                  "must be std::string.");
  } else if constexpr (aggregate<T> && has_bases<T>) {
    static_assert(dependent_false<T>,
                  "socketio: the members of a struct with base classes cannot be found out. Make "
                  "the base a member, or specialise io::convert for the struct.");
  } else if constexpr (aggregate<T>) {
    static_assert(dependent_false<T>,
                  "socketio: this struct has more than 32 members. Group some in structs, or "
                  "specialise io::convert for it.");
  } else {
    static_assert(dependent_false<T>,
                  "socketio: this type cannot be in a message. Make it a struct with public "
                  "members and without constructors, or specialise io::convert for it (see "
                  "socketio/core/value/convert.hpp).");
  }
}

}  // namespace socketio::detail
