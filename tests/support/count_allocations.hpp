// Counts how often this thread asks the C library for memory, and for how much at most, where
// malloc.hpp can. To be included by one file of a program.
#pragma once

#include <cstddef>
#include <cstdlib>

#include "support/malloc.hpp"

#ifdef OWN_MALLOC
#define COUNTS_ALLOCATIONS 1

namespace socketio::test {
inline thread_local std::size_t allocations = 0;
inline thread_local std::size_t largest_allocation = 0;  // tests set it back themselves

inline bool may_allocate(std::size_t size) noexcept {
  ++allocations;
  if (size > largest_allocation) largest_allocation = size;
  return true;
}
}  // namespace socketio::test

extern "C" {
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  socketio::test::may_allocate(size);
  return __libc_memalign(alignment, size);
}
}

#endif
