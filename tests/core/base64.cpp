#include "socketio/core/base64.hpp"

#include <memory>
#include <random>
#include <string>

#include "socketio/core/frame_builder.hpp"
#include "support/catch.hpp"

namespace {

std::string encode(std::string_view in) {
  std::string out(socketio::base64_encoded_size(in.size()), '\0');
  socketio::base64_encode(in, out.data());
  return out;
}

/// Decodes in place, in a block of exactly the size of the text.
std::optional<std::string> decode(std::string_view in) {
  const auto block = std::make_unique<char[]>(in.size());
  in.copy(block.get(), in.size());
  const auto size = socketio::base64_decode({block.get(), in.size()}, block.get());
  if (!size) return std::nullopt;
  return std::string{block.get(), *size};
}

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 generator{seed};
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(generator());
  return bytes;
}

}  // namespace

TEST_CASE("base64 encodes and decodes the vectors of RFC 4648 section 10", "[base64]") {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    CHECK(encode(plain) == text);
    CHECK(decode(text) == std::string{plain});
  }
}

TEST_CASE("base64 carries every byte at every length", "[base64]") {
  for (unsigned size = 0; size < 300; ++size) {
    const std::string plain = random_bytes(size, size);
    CHECK(decode(encode(plain)) == plain);
  }
}

TEST_CASE("base64_append writes the same into any sink", "[base64]") {
  for (const std::size_t size : {0u, 1u, 767u, 768u, 769u, 1535u, 1536u, 5000u}) {
    const std::string plain = random_bytes(size, 7);
    std::string text = "b";
    socketio::base64_append(text, plain);
    CHECK(text == "b" + encode(plain));
    socketio::frame_builder builder;
    socketio::base64_append(builder, plain);
    CHECK(builder.view() == encode(plain));
  }
}

TEST_CASE("R79 base64_decode refuses what no encoder writes", "[base64]") {
  for (const std::string_view text :
       {"A", "AA", "AAA", "AAAAA", "A===", "====", "=AAA", "A=AA", "AA=A", "AA==AAAA", "AAA=AAAA",
        "AAAA====", "!!!!", "AA A", "AAA\n", "AAAA\r\n", "A-_A", "AAA\xc3"}) {
    INFO(text);
    CHECK_FALSE(decode(text));
  }
  CHECK_FALSE(decode(std::string_view{"AA\0A", 4}));
}

TEST_CASE("base64_decode refuses bits that belong to no byte", "[base64]") {
  CHECK(decode("AQ==") == "\x01");
  CHECK_FALSE(decode("AR=="));
  CHECK_FALSE(decode("Af=="));
  CHECK(decode("AAE=") == std::string("\0\x01", 2));
  CHECK_FALSE(decode("AAF="));
  CHECK_FALSE(decode("AAH="));
}

TEST_CASE("base64url uses no character that a URL would escape", "[base64]") {
  char out[4];
  socketio::base64url_encode("\xfb\xff\xbf", out);
  CHECK(std::string_view{out, 4} == "-_-_");
  CHECK(encode("\xfb\xff\xbf") == "+/+/");
  socketio::base64url_encode("\xff", out);
  CHECK(std::string_view{out, 2} == "_w");
}
