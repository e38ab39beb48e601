// Just enough Engine.IO v4 and Socket.IO v5 to answer the load generator, by string prefix.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include <strings.h>

#include "socketio/proto/ws/handshake.hpp"

namespace floor_server {

inline constexpr unsigned char text_frame = 1, binary_frame = 2, close_frame = 8;

inline void append_frame(std::string& out, unsigned char opcode, std::string_view payload) {
  char head[10];
  std::size_t head_size = 2;
  const std::size_t size = payload.size();
  const auto byte = [&](int shift) { return static_cast<char>(size >> shift & 0xff); };
  head[0] = static_cast<char>(0x80 | opcode);
  if (size < 126) {
    head[1] = byte(0);
  } else if (size < 65536) {
    head[1] = 126;
    head[2] = byte(8);
    head[3] = byte(0);
    head_size = 4;
  } else {
    head[1] = 127;
    for (int i = 0; i < 8; ++i) head[2 + i] = byte(56 - 8 * i);
    head_size = 10;
  }
  out.append(head, head_size);
  out.append(payload);
}

inline void unmask(char* data, std::size_t size, const char* key) {
  std::uint32_t once;
  std::memcpy(&once, key, 4);
  const std::uint64_t twice = std::uint64_t{once} << 32 | once;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, data + i, 8);
    word ^= twice;
    std::memcpy(data + i, &word, 8);
  }
  for (; i < size; ++i) data[i] = static_cast<char>(data[i] ^ key[i % 4]);
}

inline std::string new_sid() {
  static unsigned next = 1;
  char out[24];
  std::snprintf(out, sizeof out, "floor%015u", next++);
  return out;
}

inline std::string open_packet(const std::string& sid, bool upgrade) {
  return "0{\"sid\":\"" + sid + "\",\"upgrades\":[" + (upgrade ? "\"websocket\"" : "") +
         "],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}";
}

/// Answers one packet. `send(opcode, text)` replies, `join()` enters the room, `broadcast(text)`
/// goes to the room.
template <class Send, class Join, class Broadcast>
void answer(std::string_view packet, Send&& send, Join&& join, Broadcast&& broadcast) {
  if (packet.size() < 2 || packet[0] != '4') return;  // a pong
  if (packet[1] == '0') return send(text_frame, "40{\"sid\":\"" + new_sid() + "\"}");
  if (packet[1] == '5') return send(text_frame, packet);
  if (packet[1] != '2') return;
  std::size_t id_end = 2;
  while (id_end < packet.size() && packet[id_end] >= '0' && packet[id_end] <= '9') ++id_end;
  const std::string_view data = packet.substr(id_end);
  if (id_end == 2) {
    if (data.starts_with("[\"bcast\"")) return broadcast(packet);
    return send(text_frame, packet);
  }
  static std::string reply;
  reply.assign("43").append(packet.substr(2, id_end - 2)).append("[");
  if (data.starts_with("[\"ack\",")) {
    reply.append(data.substr(7));
  } else if (data.starts_with("[\"join\",")) {
    join();
    reply.append(data.substr(8));
  } else {
    return;
  }
  send(text_frame, std::string_view{reply});
}

inline constexpr std::size_t refused = static_cast<std::size_t>(-1);

/// Hands over every whole frame. How many bytes these were, or `refused`.
template <class Text, class Binary>
std::size_t read_frames(char* data, std::size_t size, Text&& text, Binary&& binary) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(data[i]); };
  std::size_t used = 0;
  while (size - used >= 6) {
    const unsigned opcode = byte(used) & 15u;
    std::size_t length = byte(used + 1) & 127u, head = 6;
    if (byte(used + 1) < 128 || opcode == close_frame || length == 127) return refused;
    if (length == 126) {
      if (size - used < 8) break;
      length = static_cast<std::size_t>(byte(used + 2)) << 8 | byte(used + 3);
      head = 8;
    }
    if (size - used - head < length) break;
    char* payload = data + used + head;
    unmask(payload, length, payload - 4);
    if (opcode == text_frame) text(std::string_view{payload, length});
    if (opcode == binary_frame) binary(std::string_view{payload, length});
    used += head + length;
  }
  return used;
}

/// A header's value; the name comes with its colon.
inline std::string_view header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at)) {
    at += 2;
    if (head.size() - at > name.size() &&
        ::strncasecmp(head.data() + at, name.data(), name.size()) == 0) {
      std::string_view value = head.substr(at + name.size());
      value = value.substr(0, value.find("\r\n"));
      while (value.starts_with(' ')) value.remove_prefix(1);
      return value;
    }
  }
  return {};
}

inline void append_upgrade(std::string& out, std::string_view head) {
  socketio::ws::write_accept(out, header(head, "sec-websocket-key:"));
  append_frame(out, text_frame, open_packet(new_sid(), false));
}

inline void append_response(std::string& out, std::string_view body) {
  out += "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: ";
  out += std::to_string(body.size());
  out += "\r\n\r\n";
  out += body;
}

}  // namespace floor_server
