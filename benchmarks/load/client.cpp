#include "client.hpp"

namespace load {

void workload::text(client&, std::string_view packet, std::uint64_t) {
  die("unexpected packet: " + std::string{packet.substr(0, 80)});
}

void workload::binary(client&, std::string_view, std::uint64_t) { die("unexpected binary"); }

void append_frame(std::string& out, frame_kind kind, std::string_view payload) {
  constexpr unsigned char key[] = {0x37, 0xfa, 0x21, 0x3d};
  const auto push = [&](std::size_t byte) { out += static_cast<char>(byte & 0xff); };
  push(0x80u | static_cast<unsigned>(kind));
  const std::size_t size = payload.size();
  if (size < 126) {
    push(0x80 | size);
  } else if (size < 65536) {
    push(0x80 | 126);
    push(size >> 8);
    push(size);
  } else {
    push(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) push(size >> shift);
  }
  for (const unsigned char byte : key) push(byte);
  for (std::size_t i = 0; i < size; ++i) {
    push(static_cast<unsigned>(static_cast<unsigned char>(payload[i]) ^ key[i % 4]));
  }
}

void client::start(std::uint32_t source) {
  stage_ = stage::upgrading;
  open(source);
  send("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: " + ctx_.host() +
       "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
}

void client::leave() {
  close();
  stage_ = stage::closed;
}

void client::lost(std::string_view why) {
  stage_ = stage::closed;
  ctx_.rec.error("client " + std::to_string(id_) + ": " + std::string{why});
}

void client::become_ready() {
  stage_ = stage::ready;
  work_.ready(*this);
}

void client::send_text(std::string_view text) {
  std::string out;
  append_frame(out, frame_kind::text, text);
  send(out);
}

std::size_t client::received(std::string_view input, std::uint64_t now) {
  std::size_t used = 0;
  if (stage_ == stage::upgrading) used = upgraded(input);
  while (stage_ > stage::upgrading) {
    const std::size_t size = read_frame(input.substr(used), now);
    if (size == 0) break;
    used += size;
  }
  if (stage_ == stage::ready) work_.read_done(*this, now);
  return used;
}

std::size_t client::upgraded(std::string_view input) {
  const std::size_t end = input.find("\r\n\r\n");
  if (end == input.npos) return 0;
  const std::string_view head = input.substr(0, end);
  // the answer that RFC 6455 §1.3 gives to its sample key
  const bool accepted =
      head.starts_with("HTTP/1.1 101") && head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != head.npos;
  if (accepted) {
    stage_ = stage::opening;
  } else {
    fail("upgrade refused");
  }
  return end + 4;
}

// The size of the frame at the front; 0 when it is not complete.
std::size_t client::read_frame(std::string_view input, std::uint64_t now) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
  if (input.size() < 2) return 0;
  std::size_t head = 2, size = byte(1);
  if (size >= 126) {
    if (size > 127) return fail("masked frame"), 0;
    head = size == 126 ? 4 : 10;
    if (input.size() < head) return 0;
    size = 0;
    for (std::size_t i = 2; i < head; ++i) size = size << 8 | byte(i);
    if (size > ctx_.buffer.size()) return fail("frame too large"), 0;
  }
  if (input.size() - head < size) return 0;
  frame(byte(0), input.substr(head, size), now);
  return head + size;
}

void client::frame(unsigned first, std::string_view payload, std::uint64_t now) {
  switch (first) {
    case 0x81:
      return packet(payload, now);
    case 0x82:
      return work_.binary(*this, payload, now);
    case 0x89: {
      std::string pong;
      append_frame(pong, frame_kind::pong, payload);
      return send(pong);
    }
    case 0x88:
      return fail("close frame");
    default:
      return fail("unexpected frame");
  }
}

void client::packet(std::string_view text, std::uint64_t now) {
  if (text == "2") return send_text("3");  // heartbeat
  if (stage_ == stage::ready) return work_.text(*this, text, now);
  handshake(text);
}

void client::handshake(std::string_view text) {
  if (stage_ == stage::opening) {
    if (!text.starts_with("0{")) return fail("no open packet");
    stage_ = stage::connecting;
    send_text("40");
  } else if (stage_ == stage::connecting) {
    if (!text.starts_with("40")) return fail("connection refused");
    if (!work_.joins(*this)) return become_ready();
    stage_ = stage::joining;
    send_text("420[\"join\",\"r\"]");
  } else if (stage_ == stage::joining) {
    if (text != "430[\"r\"]") return fail("no ack to the join");
    become_ready();
  }
}

}  // namespace load
