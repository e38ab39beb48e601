// Lets this thread run out of memory at a chosen allocation: malloc itself where malloc.hpp can,
// elsewhere only operator new. (aligned_alloc does not fail: Asio, which takes the frames of its
// own coroutines from there, ends the process then.) To be included by one file of a program.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>

#include "support/malloc.hpp"

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

#ifdef OWN_MALLOC

inline bool socketio::test::may_allocate(std::size_t) noexcept {
  return !memory_shortage.next_fails();
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
