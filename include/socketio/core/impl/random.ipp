// layer 0 (core): the random pool of each thread.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <string_view>

#include "socketio/core/base64.hpp"
#include "socketio/core/random.hpp"

#if defined(_WIN32)
#pragma comment(lib, "bcrypt")
// Declared here because <windows.h> would give every user its macros.
extern "C" __declspec(dllimport) long __stdcall BCryptGenRandom(void*, unsigned char*,
                                                                unsigned long, unsigned long);
#else
#include <pthread.h>
#include <unistd.h>
#if __has_include(<sys/random.h>)
#include <sys/random.h>
#endif
#endif

namespace socketio {
namespace detail {

/// At most 256 bytes, which is what getentropy gives in one call.
inline bool system_random_block(std::span<unsigned char> out) noexcept {
#if defined(_WIN32)
  constexpr unsigned long use_system_preferred_rng = 2;
  return ::BCryptGenRandom(nullptr, out.data(), static_cast<unsigned long>(out.size()),
                           use_system_preferred_rng) == 0;
#else
  return ::getentropy(out.data(), out.size()) == 0;
#endif
}

/// Counts the forks in this process's line, so that a child does not go on with its parent's pool
/// and give out the same ids.
inline unsigned fork_count() noexcept {
#if defined(_WIN32)
  return 0;
#else
  static std::atomic<unsigned> count{0};
  [[maybe_unused]] static const int registered =
      ::pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });
  return count.load(std::memory_order_relaxed);
#endif
}

/// Random bytes in stock, so that an id costs no system call. Bytes given out are erased: what is
/// found in memory later tells nothing about ids already in use.
struct random_pool {
  std::array<unsigned char, 240> bytes;  // 16 ids
  std::size_t left = 0;
  unsigned fork = 0;

  void take(std::span<unsigned char> out) {
    const unsigned now = fork_count();
    if (left < out.size() || fork != now) {
      system_random(bytes);
      left = bytes.size();
      fork = now;
    }
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(left - out.size());
    std::copy_n(first, out.size(), out.begin());
    std::fill_n(first, out.size(), static_cast<unsigned char>(0));
    left -= out.size();
  }
};

inline random_pool& this_thread_random_pool() noexcept {
  static thread_local random_pool pool;
  return pool;
}

}  // namespace detail

SOCKETIO_DECL void system_random(std::span<unsigned char> out) {
  while (!out.empty()) {
    const auto block = out.first(std::min<std::size_t>(out.size(), 256));
    if (!detail::system_random_block(block)) {
      std::random_device device;
      std::generate(block.begin(), block.end(),
                    [&device] { return static_cast<unsigned char>(device()); });
    }
    out = out.subspan(block.size());
  }
}

SOCKETIO_DECL std::string random_id() {
  std::array<unsigned char, 15> bits;
  detail::this_thread_random_pool().take(bits);
  std::string id(20, '\0');
  base64url_encode({reinterpret_cast<const char*>(bits.data()), bits.size()}, id.data());
  return id;
}

SOCKETIO_DECL std::uint64_t random_seed() {
  std::array<unsigned char, 8> bits;
  detail::this_thread_random_pool().take(bits);
  std::uint64_t seed = 0;
  for (const unsigned char byte : bits) seed = seed << 8 | byte;
  return seed;
}

}  // namespace socketio
