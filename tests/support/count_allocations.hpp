// Counts how often this thread asks the C library for memory, and for how much at most. Frames come
// from malloc rather than from operator new, so malloc itself is counted: where the C library lets
// a program replace it, and no sanitizer has. Defines `malloc`: to be included by one file of a
// program.
#pragma once

#include <cstddef>
#include <cstdlib>

#if defined(__has_feature)
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !HAS_FEATURE(address_sanitizer) && !HAS_FEATURE(thread_sanitizer) &&                     \
    !HAS_FEATURE(memory_sanitizer)
#define COUNTS_ALLOCATIONS 1

namespace socketio::test {
inline thread_local std::size_t allocations = 0;
inline thread_local std::size_t largest_allocation = 0;  // tests set it back themselves

inline void count_allocation(std::size_t size) noexcept {
  ++allocations;
  if (size > largest_allocation) largest_allocation = size;
}
}  // namespace socketio::test

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  socketio::test::count_allocation(size);
  return __libc_malloc(size);
}

void* realloc(void* block, std::size_t size) {
  socketio::test::count_allocation(size);
  return __libc_realloc(block, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  socketio::test::count_allocation(size);
  return __libc_memalign(alignment, size);
}
}

#endif
