#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "socketio/proto/zlib/deflater.hpp"
#include "socketio/proto/zlib/inflater.hpp"
#include "support/catch.hpp"
#include "support/inflate.hpp"

using socketio::test::inflate_all;
using namespace socketio::zlib;
using namespace std::string_literals;

namespace {

constexpr std::size_t no_limit = std::string::npos;

const std::string flushed = "\x00\x00\xff\xff"s;  // how a sync flush ends

std::string noise(std::size_t size, unsigned seed = 1) {
  std::mt19937 random{seed};
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::string compress(deflater& d, std::string_view text, int flush, std::size_t limit = no_limit) {
  std::string space;
  const std::size_t size = d.run(text, flush, space, limit);
  REQUIRE(size <= space.size());
  return space.substr(0, size);
}

struct inflated {
  inflate_result result;
  std::string text;
};

inflated decompress(inflater& i, std::string_view data, std::size_t limit = 1'000'000,
                    std::string_view tail = {}) {
  std::string space;
  std::size_t size = 0;
  const auto result = i.run(data, tail, limit, space, size);
  CHECK(space.size() <= limit + 2);
  if (result == inflate_result::ok) REQUIRE(size < space.size());
  return {result, space.substr(0, size)};
}

}  // namespace

TEST_CASE("what is deflated is inflated by zlib, in every format", "[zlib]") {
  for (const std::string& text : {""s, "a"s, std::string(100'000, 'x'), noise(70'000)}) {
    deflater zlib{format::zlib, 6, 15, 8}, gzip{format::gzip, 1, 15, 8}, raw{format::raw, 9, 9, 1};
    for (int again = 0; again < 2; ++again) {
      CHECK(inflate_all(compress(zlib, text, Z_FINISH), 15) == text);
      CHECK(inflate_all(compress(gzip, text, Z_FINISH), 31) == text);
      CHECK(inflate_all(compress(raw, text, Z_FINISH), -15) == text);
      zlib.restart(), gzip.restart(), raw.restart();
    }
  }
}

TEST_CASE("a deflater keeps its limit, and works again after a restart", "[zlib]") {
  const std::string text = noise(10'000);
  deflater d{format::raw, 3, 15, 8};
  const std::size_t size = compress(d, text, Z_FINISH).size();
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, size / 2, size}) {
    d.restart();
    std::string space;
    CHECK(d.run(text, Z_FINISH, space, limit) == 0);
    CHECK(space.size() <= limit);
  }
  d.restart();
  CHECK(compress(d, text, Z_FINISH, size + 1).size() == size);
  // Space that is larger than the limit is not used up.
  d.restart();
  std::string large(20'000, ' ');
  CHECK(d.run(text, Z_FINISH, large, size - 1) == 0);
}

TEST_CASE("a sync flush at each size of the space", "[zlib]") {
  const std::string text = noise(300) + std::string(300, 'x');
  deflater d{format::raw, 6, 15, 8};
  const std::string whole = compress(d, text, Z_SYNC_FLUSH);
  CHECK(whole.ends_with(flushed));
  for (std::size_t room = 1; room < whole.size() + 2; ++room) {
    d.restart();
    std::string space(room, ' ');
    const std::size_t size = d.run(text, Z_SYNC_FLUSH, space, no_limit);
    // Where the space ended with the flush, or in it, zlib flushes again.
    REQUIRE(size <= whole.size() + 10);
    REQUIRE(space.substr(0, size).ends_with(flushed));
    REQUIRE(inflate_all(space.substr(0, size), -15) == text);
  }
}

TEST_CASE("messages with and without what came before", "[zlib]") {
  const std::string text = noise(500);
  deflater d{format::raw, 6, 15, 8};
  const std::string first = compress(d, text, Z_SYNC_FLUSH);
  const std::string second = compress(d, text, Z_SYNC_FLUSH);
  CHECK(second.size() < 50);
  d.restart();
  CHECK(compress(d, text, Z_SYNC_FLUSH) == first);

  inflater i{15};
  CHECK(decompress(i, first).text == text);
  CHECK(decompress(i, second).text == text);
  i.restart();
  CHECK(decompress(i, second).result == inflate_result::bad);
  i.restart();
  CHECK(decompress(i, first).text == text);
}

TEST_CASE("an inflater stops at its limit", "[zlib]") {
  deflater d{format::raw, 9, 15, 8};
  const std::string bomb = compress(d, std::string(50'000'000, 'x'), Z_SYNC_FLUSH);
  REQUIRE(bomb.size() < 100'000);
  inflater i{15};
  for (const std::size_t limit : {0u, 1u, 4093u, 4094u, 4095u, 4096u, 1'000'000u}) {
    CHECK(decompress(i, bomb, limit).result == inflate_result::too_big);
    i.restart();
  }
  for (const std::size_t size : {1u, 10u, 4094u, 4095u, 4096u, 4097u, 100'000u}) {
    d.restart();
    const std::string data = compress(d, std::string(size, 'y'), Z_SYNC_FLUSH);
    i.restart();
    CHECK(decompress(i, data, size).text.size() == size);
    i.restart();
    CHECK(decompress(i, data, size - 1).result == inflate_result::too_big);
  }
  d.restart();
  i.restart();
  CHECK(decompress(i, compress(d, "", Z_SYNC_FLUSH), 0).result == inflate_result::ok);
}

TEST_CASE("an inflater wants a block to end where the data ends", "[zlib]") {
  deflater d{format::raw, 6, 15, 8};
  const std::string text = "hello hello hello";
  const std::string data = compress(d, text, Z_SYNC_FLUSH);
  inflater i{15};
  for (std::size_t size = 0; size <= data.size(); ++size) {
    INFO(size);
    const bool whole = size == data.size() - flushed.size();
    const auto seen = decompress(i, data.substr(0, size), 100, flushed);
    CHECK(seen.result == (whole ? inflate_result::ok : inflate_result::bad));
    if (whole) CHECK(seen.text == text);
    i.restart();
  }
  for (std::size_t cut = 0; cut <= data.size(); ++cut) {
    INFO(cut);
    const auto seen = decompress(i, data.substr(0, cut), 100, data.substr(cut));
    CHECK(seen.result == inflate_result::ok);
    CHECK(seen.text == text);
    i.restart();
  }
}
