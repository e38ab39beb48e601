// F11: one message of a client that speaks MessagePack. No value is deeper, and there are no more
// of them, than the message can say and the limits allow; all text is UTF-8; what was read is
// written to bytes that are read to the same; a packet that was accepted is encoded to the same
// packet, directly and by way of JSON.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "socketio/core/utf8.hpp"
#include "socketio/proto/msgpack/reader.hpp"
#include "socketio/proto/msgpack/writer.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace msgpack = socketio::msgpack;
namespace sio = socketio::sio;
using socketio::value_view;

namespace {

constexpr std::uint32_t depth = 32;

void require(bool condition) {
  if (!condition) std::abort();
}

/// The nodes that the value takes.
std::size_t check(value_view v, std::uint32_t levels_left) {
  std::size_t nodes = 1;
  if (const auto text = v.as_string()) require(socketio::is_utf8(*text));
  if (v.is_array() || v.is_object()) require(levels_left-- != 0);
  for (const value_view element : v.elements()) nodes += check(element, levels_left);
  for (const auto& [key, member] : v.members()) {
    require(socketio::is_utf8(key));
    nodes += 1 + check(member, levels_left);
  }
  return nodes;
}

std::string write(value_view v) {
  std::string bytes;
  msgpack::writer<std::string> out{bytes};
  socketio::to_writer(out, v);
  return bytes;
}

void check_values(std::string_view message) {
  socketio::tape values{{.depth = depth}};
  if (msgpack::read(socketio::as_bytes(message), values) != msgpack::status::ok) return;
  // Of all values, an extension of one byte says the most in the fewest bytes: three nodes in
  // three.
  require(check(values.root(), depth) <= message.size());
  const std::string written = write(values.root());
  socketio::tape again{{.depth = depth}};
  require(msgpack::read(socketio::as_bytes(written), again) == msgpack::status::ok);
  require(write(again.root()) == written);
}

/// Whether JSON says the same: it has no infinity, and rounds whole numbers above 2^53; and what
/// looks like the place of an attachment becomes one.
bool same_in_json(value_view v) {
  if (v.type() == socketio::value_type::real) return std::abs(*v.as_double()) < 0x1p53;
  if (v["_placeholder"].as_bool() == true) return false;
  for (const value_view element : v.elements()) {
    if (!same_in_json(element)) return false;
  }
  for (const auto& [key, member] : v.members()) {
    if (!same_in_json(member)) return false;
  }
  return true;
}

void check_packet(std::string_view message) {
  socketio::tape values{{.depth = depth}}, again{{.depth = depth}};
  const auto p = sio::decode_msgpack(socketio::as_bytes(message), values);
  if (!p) return;
  require(p->nsp.starts_with('/') && p->nsp.size() <= sio::max_nsp_size);
  require(!p->id || *p->id <= sio::max_ack_id);
  require(p->type <= sio::packet_type::connect_error);
  const socketio::frame encoded = sio::encode_msgpack(*p);
  const auto same = sio::decode_msgpack(socketio::as_bytes(encoded.packet()), again);
  require(same && same->type == p->type && same->nsp == p->nsp && same->id == p->id);
  require(write(same->data) == write(p->data));

  if (p->type != sio::packet_type::event && p->type != sio::packet_type::ack) return;
  const sio::encoded json = sio::encode_data(p->type, p->nsp, p->id, p->data);
  sio::transcoder transcode;
  const socketio::frame by_way_of_json = transcode(json);
  require(static_cast<bool>(by_way_of_json));
  if (same_in_json(p->data)) require(by_way_of_json.packet() == encoded.packet());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view message{reinterpret_cast<const char*>(data), size};
  check_values(message);
  check_packet(message);
  return 0;
}
