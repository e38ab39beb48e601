// F7: the validator agrees with a table of the Unicode standard, at every byte and every cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "socketio/core/utf8.hpp"

namespace {

void check(bool condition) {
  if (!condition) std::abort();
}

/// Unicode 15, table 3-7: the ranges of first and second bytes, and how many follow those.
struct row {
  unsigned first_low, first_high, second_low, second_high;
  std::size_t more;
};
constexpr row rows[] = {
    {0x00, 0x7f, 0, 0, 0},       {0xc2, 0xdf, 0x80, 0xbf, 0}, {0xe0, 0xe0, 0xa0, 0xbf, 1},
    {0xe1, 0xec, 0x80, 0xbf, 1}, {0xed, 0xed, 0x80, 0x9f, 1}, {0xee, 0xef, 0x80, 0xbf, 1},
    {0xf0, 0xf0, 0x90, 0xbf, 2}, {0xf1, 0xf3, 0x80, 0xbf, 2}, {0xf4, 0xf4, 0x80, 0x8f, 2}};

struct verdict {
  std::size_t bad;  // the index of the first byte that cannot be right, or the size
  bool complete;
};

verdict reference(std::string_view text) {
  std::size_t i = 0;
  const auto byte = [&] { return static_cast<unsigned char>(text[i]); };
  while (i < text.size()) {
    const auto* const found = std::find_if(std::begin(rows), std::end(rows), [&](const row& r) {
      return byte() >= r.first_low && byte() <= r.first_high;
    });
    if (found == std::end(rows)) return {i, false};
    ++i;
    if (found->second_high == 0) continue;
    if (i == text.size()) return {i, false};
    if (byte() < found->second_low || byte() > found->second_high) return {i, false};
    ++i;
    for (std::size_t more = found->more; more != 0; --more, ++i) {
      if (i == text.size()) return {i, false};
      if (byte() < 0x80 || byte() > 0xbf) return {i, false};
    }
  }
  return {i, true};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t cut = std::min<std::size_t>(data[0], size - 1);
  const auto block = std::make_unique<char[]>(size - 1);
  std::copy_n(reinterpret_cast<const char*>(data + 1), size - 1, block.get());
  const std::string_view text{block.get(), size - 1};
  const verdict expected = reference(text);
  const bool good = expected.bad == text.size();

  check(socketio::is_utf8(text) == expected.complete);

  socketio::utf8_validator in_two;
  check(in_two.feed(text.substr(0, cut)) == (expected.bad >= cut));
  check(in_two.feed(text.substr(cut)) == good);
  check(in_two.complete() == expected.complete);

  socketio::utf8_validator bytewise;
  for (std::size_t i = 0; i < text.size(); ++i) {
    check(bytewise.feed(text.substr(i, 1)) == (i < expected.bad));
  }
  check(bytewise.complete() == expected.complete);
  return 0;
}
