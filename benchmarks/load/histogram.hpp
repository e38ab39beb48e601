// Latencies by the million, in little memory.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace load {

/// Log-linear buckets, 128 to an octave: quantiles are off by less than 0.8 %.
class histogram {
 public:
  void add(std::uint64_t value) {
    ++buckets_[index(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  double quantile(double share) const {
    if (count_ == 0) return 0;
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1)) + 1;
    std::uint64_t seen = 0;
    std::size_t i = 0;
    while ((seen += buckets_[i]) < wanted) ++i;
    return middle(i);
  }

  void clear() {
    std::fill(buckets_.begin(), buckets_.end(), 0);
    count_ = max_ = 0;
  }

 private:
  static constexpr unsigned bits = 7;
  static constexpr std::size_t per_octave = std::size_t{1} << bits;

  static std::size_t index(std::uint64_t value) {
    if (value < per_octave) return value;
    const auto octave = static_cast<std::size_t>(std::bit_width(value)) - 1 - bits;
    return octave * per_octave + (value >> octave);
  }

  static double middle(std::size_t i) {
    if (i < per_octave) return static_cast<double>(i);
    const std::size_t octave = i / per_octave - 1;
    const auto width = static_cast<double>(std::uint64_t{1} << octave);
    return (static_cast<double>(i % per_octave + per_octave) + 0.5) * width;
  }

  std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>((65 - bits) * per_octave);
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace load
