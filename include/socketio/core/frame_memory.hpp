// layer 0 (core): where frames live.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

namespace socketio::detail {

/// Most frames are small and short-lived, and a busy loop has more of them at once than the general
/// allocator keeps at hand. So each thread keeps some blocks of one size; a frame may be given back
/// on another thread than the one that made it. (Under AddressSanitizer nothing is kept, so that it
/// sees each block's end.)
class frame_memory {
 public:
  static constexpr std::size_t small = 256;  ///< bytes of a block that is kept

  /// The size of the block that `size` bytes get.
  static constexpr std::size_t rounded(std::size_t size) noexcept {
    return size < small ? small : size;
  }

  /// `size` is a rounded one.
  static void* allocate(std::size_t size) {
    if (size == small && kept_) {
      kept* const block = kept_;
      kept_ = block->next;
      --count_;
      return block;
    }
    void* const fresh = std::malloc(size);
    if (!fresh) throw std::bad_alloc{};
    return fresh;
  }

  static void release(void* block, std::size_t size) noexcept {
    if (size != small || count_ >= most) return std::free(block);
    if (!kept_) thread_end.touch();
    kept_ = ::new (block) kept{kept_};
    ++count_;
  }

 private:
  struct kept {
    kept* next;
  };

  /// Frees what the thread has kept. Frames that die after it, as static ones do, are not kept.
  struct cleaner {
    ~cleaner() {
      while (kept_) std::free(std::exchange(kept_, kept_->next));
      count_ = most;
    }
    void touch() noexcept {}
  };

#if defined(__SANITIZE_ADDRESS__)
  static constexpr std::size_t most = 0;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  static constexpr std::size_t most = 0;
#else
  static constexpr std::size_t most = 128;
#endif
#else
  static constexpr std::size_t most = 128;
#endif

  static inline thread_local kept* kept_ = nullptr;
  static inline thread_local std::size_t count_ = 0;
  static inline thread_local cleaner thread_end;
};

}  // namespace socketio::detail
