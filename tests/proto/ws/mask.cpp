#include "socketio/proto/ws/mask.hpp"

#include <memory>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using socketio::ws::mask_key;

namespace {

constexpr std::string_view key = "\x01\x80\xfe\x7f";

std::string masked(std::string_view text) {
  std::string out{text};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<char>(out[i] ^ key[i % 4]);
  return out;
}

std::string sample(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>('!' + i * 7 % 90));
  return text;
}

}  // namespace

TEST_CASE("R97 masking is right at every length and alignment", "[ws]") {
  bool right = true;
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::string clear = sample(size);
    const std::string wire = masked(clear);
    for (std::size_t offset = 0; offset < 16; ++offset) {
      // A block that ends where the data end, so that writing past them is seen.
      const auto in = std::make_unique<char[]>(offset + size);
      const auto out = std::make_unique<char[]>(size);
      char* const place = in.get() + offset;
      wire.copy(place, size);
      const mask_key mask{key.data()};
      right = right && mask.apply(out.get(), place, size);  // into other memory
      right = right && std::string_view{out.get(), size} == clear;
      right = right && std::string_view{place, size} == wire;
      right = right && mask.apply(place, place, size);  // in place
      right = right && std::string_view{place, size} == clear;
    }
  }
  CHECK(right);
}

TEST_CASE("ws masking tells ASCII from the rest, wherever one byte is not", "[ws]") {
  bool right = true;
  for (std::size_t size = 1; size <= 100; ++size) {
    for (std::size_t i = 0; i < size; ++i) {
      std::string text = sample(size);
      text[i] = '\x80';
      std::string wire = masked(text);
      right = right && !mask_key{key.data()}.apply(wire.data(), wire.data(), size);
      right = right && wire == text;
    }
  }
  CHECK(right);
}

TEST_CASE("ws masking goes on at any byte of the key", "[ws]") {
  const std::string clear = sample(200);
  bool right = true;
  for (std::size_t cut = 0; cut <= clear.size(); ++cut) {
    std::string wire = masked(clear);
    const mask_key mask{key.data()};
    mask.apply(wire.data(), wire.data(), cut);
    mask.advanced(cut).apply(wire.data() + cut, wire.data() + cut, wire.size() - cut);
    right = right && wire == clear;
  }
  CHECK(right);
}
