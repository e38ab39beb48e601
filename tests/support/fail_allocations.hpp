// Lets this thread run out of memory at a chosen allocation. Where the C library lets a program
// replace it, malloc itself fails, from which frames come too; under sanitizers only operator new.
// Defines them: to be included by one file of a program.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>

#if defined(__has_feature)
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

namespace socketio::test {

/// Which allocations of this thread fail.
struct starvation {
  static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

  std::size_t made = 0;      ///< allocations while `applies` said so
  std::size_t from = never;  ///< the first that fails, counted from 1
  std::size_t count = 1;     ///< how many fail in a row
  bool (*applies)() = nullptr;

  bool next_fails() noexcept {
    if (!applies || !applies()) return false;
    ++made;
    return made >= from && made - from < count;
  }
};
inline thread_local starvation memory_shortage;

/// What the test itself does always gets its memory.
class well_fed {
 public:
  well_fed() noexcept : before_{memory_shortage.applies} { memory_shortage.applies = nullptr; }
  well_fed(const well_fed&) = delete;
  ~well_fed() { memory_shortage.applies = before_; }

 private:
  bool (*before_)();
};

}  // namespace socketio::test

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !HAS_FEATURE(address_sanitizer) && !HAS_FEATURE(thread_sanitizer) &&                     \
    !HAS_FEATURE(memory_sanitizer)

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_realloc(void* block, std::size_t size);

void* malloc(std::size_t size) {
  return socketio::test::memory_shortage.next_fails() ? nullptr : __libc_malloc(size);
}
void* realloc(void* block, std::size_t size) {
  return socketio::test::memory_shortage.next_fails() ? nullptr : __libc_realloc(block, size);
}
}

#else

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return socketio::test::memory_shortage.next_fails() ? nullptr : std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc{};
}
// Out of line, or g++ sees a block of one function freed by another.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif
