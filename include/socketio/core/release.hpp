// layer 0 (core): containers that give their memory back.
#pragma once

#include <cstddef>

namespace socketio {

/// Empties a container, which then owns no memory. `clear()` would keep it, and so would `c = {}`:
/// that assigns an empty list of elements.
template <class Container>
void release(Container& c) noexcept {
  Container{}.swap(c);
}

/// The same, but room for `kept` elements may stay.
template <class Container>
void release(Container& c, std::size_t kept) noexcept {
  c.capacity() > kept ? release(c) : c.clear();
}

}  // namespace socketio
