// R149: what comes from a Redis server, or from whoever has its place. The replies do not depend on
// how the bytes are split; they keep the limits, and memory follows what has come, not what is
// announced; a failure is final; a copy says the same as the reply.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proto/resp/show.hpp"

namespace resp = socketio::resp;
using socketio::test::show;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// The nodes that the value takes.
std::size_t check(resp::reply_view v, std::size_t levels_left) {
  if (v.size() != 0) require(levels_left-- != 0);
  std::size_t count = 1, elements = 0;
  for (const resp::reply_view each : v) {
    count += check(each, levels_left);
    ++elements;
    require(each.type() != resp::type::push);
  }
  require(elements == v.size());
  return count;
}

std::string read(std::string_view bytes, resp::limits limits, std::string_view splits) {
  resp::reader reader{limits};
  std::string seen;
  std::size_t fed = 0;
  do {
    const std::span<char> room = reader.prepare();
    std::size_t size = room.size();
    if (!splits.empty()) {
      size = 1 + static_cast<unsigned char>(splits[fed % splits.size()]) % 100;
    }
    const std::string_view piece = bytes.substr(0, std::min(size, room.size()));
    piece.copy(room.data(), piece.size());
    bytes.remove_prefix(piece.size());
    reader.commit(piece.size());
    fed += piece.size();
    while (const auto reply = reader.next()) {
      require(check(*reply, limits.depth) <= limits.elements + 1);
      const std::string shown = show(*reply);
      require(show(resp::reply{*reply}.view()) == shown);
      seen += shown + "\n";
    }
    require(reader.held() <= 40 * fed + 300'000);
    if (reader.failed()) {
      const auto why = reader.failure();
      require(!reader.next() && reader.failure() == why);
      return seen + static_cast<char>('0' + static_cast<int>(why));
    }
  } while (!bytes.empty());
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto take = [&bytes](std::size_t count) {
    const std::string_view piece = bytes.substr(0, count);
    bytes.remove_prefix(piece.size());
    return piece;
  };
  const std::string_view head = take(2);
  resp::limits limits;
  if (!head.empty() && (head[0] & 1) != 0) {
    limits = {.depth = 3, .elements = 20, .bulk = 50, .line = 30, .bytes = 1024};
  }
  const auto split_count = head.size() == 2 ? static_cast<unsigned char>(head[1]) % 16u : 0u;
  const std::string_view splits = take(split_count);
  const std::string whole = read(bytes, limits, "");
  require(read(bytes, limits, std::string_view{"\0", 1}) == whole);
  if (!splits.empty()) require(read(bytes, limits, splits) == whole);
  return 0;
}
