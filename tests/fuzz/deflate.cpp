// F6: compressed WebSocket messages at a server, and the offers before them. Whatever a message
// says, no more is inflated than allowed; a failure has a code that may be sent and is final; other
// connections of the shard do not notice it; what the server deflates, it inflates to the same.
#include "socketio/deflate.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "socketio/proto/ws/encoder.hpp"

namespace http = socketio::http;
namespace io = socketio;
namespace ws = socketio::ws;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::unique_ptr<ws::message_codec> connect(ws::deflate_pool& pool, std::string_view offer) {
  http::request r;
  r.headers = {{"Sec-WebSocket-Extensions", offer}};
  return pool.negotiate(r).codec;
}

ws::event inflate(ws::message_codec& codec, std::string& data, std::string& space) {
  return codec.inflate({.kind = ws::event_kind::binary,
                        .compressed = true,
                        .data = data.data(),
                        .size = data.size()},
                       space);
}

io::frame packet(std::string_view data) {
  io::frame_builder b;
  b.append(data);
  return ws::seal(b, ws::opcode::binary);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const unsigned shape = bytes[0];
  const std::string_view rest{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  const bool keep = (shape & 1) != 0;
  const std::size_t limit = (shape & 2) != 0 ? 1'000'000 : 100;
  const io::deflate_settings s{.server_context_takeover = keep,
                               .client_context_takeover = keep,
                               .server_max_window_bits = 9 + static_cast<int>(shape >> 5) % 7};
  ws::deflate_pool pool{s, limit};
  connect(pool, rest);  // any offer at all

  const auto codec = connect(pool, "permessage-deflate");
  const auto other = connect(pool, "permessage-deflate");
  std::string space;
  bool failed = false;
  for (std::string_view left = rest; !left.empty();) {  // messages of a length that comes first
    const std::size_t length = static_cast<unsigned char>(left.front()) * std::size_t{4};
    std::string message{left.substr(1, length)};
    left.remove_prefix(1 + message.size());
    const ws::event e = inflate(*codec, message, space);
    require(space.size() <= limit + 2);
    if (e.kind == ws::event_kind::failed) {
      require(ws::may_be_sent(e.code));
      failed = true;
    } else {
      require(!failed && e.size <= limit);
      e.data[e.size] = '\0';
    }
  }

  const std::string_view small = rest.substr(0, limit);
  for (int i = 0; i < 2; ++i) {  // the second refers to the first, if it may
    const io::frame f = other->deflate(packet(small));
    if (!ws::is_compressed(f)) continue;
    std::string message{f.packet()};
    const ws::event e = inflate(*other, message, space);
    require(e.kind == ws::event_kind::binary && e.text() == small);
  }
  return 0;
}
