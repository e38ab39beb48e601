// Where a program may put itself between its own code and the C library's heap: frames come from
// malloc rather than from operator new. OWN_MALLOC is defined there, and so are malloc and realloc:
// to be included by one file of a program, which defines `may_allocate`. (Sanitizers have replaced
// them already.)
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
#define OWN_MALLOC 1

namespace socketio::test {
/// Whether there is to be memory for so many bytes.
inline bool may_allocate(std::size_t size) noexcept;
}  // namespace socketio::test

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_realloc(void* block, std::size_t size);

void* malloc(std::size_t size) {
  return socketio::test::may_allocate(size) ? __libc_malloc(size) : nullptr;
}
void* realloc(void* block, std::size_t size) {
  return socketio::test::may_allocate(size) ? __libc_realloc(block, size) : nullptr;
}
}

#endif
