// F5: WebSocket frames at a server. The events do not depend on how the bytes are split; messages
// and memory keep their limits; a failure has a code that may be sent and is final; what was
// accepted, written again, is accepted again, and comes out of the server's encoder unchanged.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../support/ws_client.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/ws/decoder.hpp"
#include "socketio/proto/ws/encoder.hpp"

namespace ws = socketio::ws;
using socketio::test::client_frame;
using ws::event_kind;
using ws::opcode;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

struct seen {
  event_kind kind;
  std::string data;
  ws::close_code code;
  bool compressed;

  bool operator==(const seen&) const = default;
};

struct settings {
  std::size_t limit = 0;
  bool deflate = false;
};

/// Takes the fuzzer's bytes one after the other; zeros when there are no more.
class dice {
 public:
  explicit dice(std::string_view bytes) : bytes_{bytes} {}

  bool empty() const { return bytes_.empty(); }

  unsigned next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  std::string_view take(std::size_t size) {
    const std::string_view piece = bytes_.substr(0, size);
    bytes_.remove_prefix(piece.size());
    return piece;
  }

  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

/// Frames with true lengths and masks, which random bytes seldom are.
std::string write_frames(dice& d) {
  constexpr opcode ops[] = {opcode::text, opcode::binary, opcode::continuation, opcode::ping,
                            opcode::pong, opcode::close,  opcode::continuation, opcode::text};
  std::string wire;
  while (!d.empty()) {
    const unsigned shape = d.next();
    const std::size_t size = (shape & 0x20) != 0 ? d.next() * 64 : d.next() % 64;
    const std::string_view bytes = d.take(size);
    std::string payload{bytes};
    if ((shape & 0x40) != 0) payload.resize(size, 'x');
    const unsigned mask = d.next();
    wire += client_frame{.op = ops[shape & 7],
                         .payload = payload,
                         .fin = (shape & 8) != 0,
                         .rsv = (shape & 0x90) == 0x90 ? ws::head::rsv1 : 0,
                         .mask = socketio::test::big_endian(mask * 0x01234567u, 4)}
                .bytes();
  }
  return wire;
}

std::vector<seen> decode(std::string_view wire, settings s, dice splits) {
  ws::decoder decoder{s.limit, s.deflate};
  std::vector<seen> out;
  std::size_t fed = 0;
  do {
    const std::size_t size = splits.empty() ? wire.size() : 1 + splits.next() % 200;
    const std::string_view piece = wire.substr(0, size);
    wire.remove_prefix(piece.size());
    fed += piece.size();
    const std::unique_ptr<char[]> block{new char[piece.size() + 1]};
    piece.copy(block.get(), piece.size());
    std::span<char> input{block.get(), piece.size()};
    for (ws::event e; (e = decoder.next(input)).kind != event_kind::need_data;) {
      out.push_back({e.kind, std::string{e.text()}, e.code, e.compressed});
      if (e.kind == event_kind::failed) {
        require(decoder.next(input).code == e.code && input.empty());
        require(decoder.held() == 0 && !decoder.in_message());
        return out;
      }
      const char behind = std::exchange(e.data[e.size], '\0');
      e.data[e.size] = behind;
    }
    require(input.empty());
    require(decoder.held() <= 2 * fed + ws::decoder::slack);
    require(decoder.held() <= s.limit + ws::max_control_payload + ws::decoder::slack);
    require(decoder.held() == 0 || decoder.in_message());
  } while (!wire.empty());
  return out;
}

void check_result(const std::vector<seen>& events, settings s) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const seen& e = events[i];
    const bool last = i + 1 == events.size();
    const auto code = static_cast<unsigned>(e.code);
    switch (e.kind) {
      case event_kind::text:
        require(e.compressed || socketio::is_utf8(e.data));
        [[fallthrough]];
      case event_kind::binary:
        require(e.data.size() <= s.limit && (s.deflate || !e.compressed));
        break;
      case event_kind::ping:
      case event_kind::pong:
        require(e.data.size() <= ws::max_control_payload);
        break;
      case event_kind::close:
        require(last && socketio::is_utf8(e.data));
        require(e.code == ws::close_code::no_status ? e.data.empty() : ws::may_be_sent(e.code));
        break;
      default:
        require(e.kind == event_kind::failed && last && e.data.empty());
        require(code == 1002 || code == 1007 || code == 1008 || code == 1009);
    }
  }
}

opcode op_of(const seen& e) {
  switch (e.kind) {
    case event_kind::text:
      return opcode::text;
    case event_kind::binary:
      return opcode::binary;
    case event_kind::ping:
      return opcode::ping;
    case event_kind::pong:
      return opcode::pong;
    default:
      return opcode::close;
  }
}

std::string payload_of(const seen& e) {
  if (e.kind != event_kind::close || e.code == ws::close_code::no_status) return e.data;
  return socketio::test::big_endian(static_cast<unsigned>(e.code), 2) + e.data;
}

void check_server_writes(const seen& e) {
  socketio::test::server_frame_reader reader;
  if (e.kind == event_kind::text || e.kind == event_kind::binary) {
    socketio::frame_builder packet;
    packet.append(e.data);
    reader.feed(ws::seal(packet, op_of(e)).wire());
  } else if (e.kind == event_kind::close) {
    reader.feed(ws::close_frame(e.code, e.data).view());
  } else {
    reader.feed(ws::control_frame{op_of(e), e.data}.view());
  }
  const auto frame = reader.next();
  require(frame && frame->fin && frame->op == op_of(e) && frame->payload == payload_of(e));
  require(reader.rest().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  dice d{{reinterpret_cast<const char*>(data), size}};
  const unsigned options = d.next();
  const settings s{.limit = (options & 1) != 0 ? 100'000u : (options >> 4) * 20u,
                   .deflate = (options & 2) != 0};
  const dice splits{d.take(d.next() % 32)};
  const std::string wire = (options & 4) != 0 ? write_frames(d) : std::string{d.rest()};

  const std::vector<seen> events = decode(wire, s, dice{{}});
  check_result(events, s);
  require(decode(wire, s, splits) == events);
  const std::string ones(wire.size(), '\0');
  require(decode(wire, s, dice{ones}) == events);

  std::vector<seen> accepted = events;
  if (!accepted.empty() && accepted.back().kind == event_kind::failed) accepted.pop_back();
  std::string again;
  for (const seen& e : accepted) {
    again +=
        client_frame{
            .op = op_of(e), .payload = payload_of(e), .rsv = e.compressed ? ws::head::rsv1 : 0}
            .bytes();
    check_server_writes(e);
  }
  require(decode(again, s, splits) == accepted);
  return 0;
}
