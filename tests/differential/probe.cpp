// What our codecs make of packets. Each line of standard input is one case, and is answered by one
// line of JSON:
//   eio HEX           the body of a POST request
//   eio3 t:HEX        the same of revision 3, as text or as bytes (b:HEX)
//   write3 t:HEX b:HEX …  packets to be written as payloads of revision 3, in both forms
//   sio t:HEX b:HEX … the text and binary messages of one connection
//   hear t:HEX b:HEX … the same; the answer is what msgpack clients hear of their events and acks
//   msgpack HEX       the message of a msgpack client
#include <cstddef>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/core/base64.hpp"
#include "socketio/core/frame_builder.hpp"
#include "socketio/core/json/writer.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/eio/payload.hpp"
#include "socketio/proto/eio/payload_v3.hpp"
#include "socketio/proto/sio/decoder.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/msgpack_codec.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace eio = socketio::eio;
namespace sio = socketio::sio;
namespace json = socketio::json;

namespace {

using writer = json::writer<std::string>;

std::string from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    hex += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

bool is_data(const sio::packet& p) {
  return p.type == sio::packet_type::event || p.type == sio::packet_type::ack;
}

void write_binary(writer& out, std::string_view data) {
  std::string text;
  socketio::base64_append(text, data);
  out.begin_object();
  out.key("$binary"), out.string(text);
  out.end_object();
}

/// What the decoder has understood, independent of the code that encodes packets.
void write_value(writer& out, socketio::value_view value) {
  switch (value.type()) {
    case socketio::value_type::null:
      return out.null();
    case socketio::value_type::boolean:
      return out.boolean(*value.as_bool());
    case socketio::value_type::integer:
      return out.integer(*value.as_int64());
    case socketio::value_type::unsigned_integer:
      return out.unsigned_integer(*value.as_uint64());
    case socketio::value_type::real:
      return out.real(*value.as_double());
    case socketio::value_type::string:
      return out.string(*value.as_string());
    case socketio::value_type::binary:
      return write_binary(out, socketio::as_text(*value.as_binary()));
    case socketio::value_type::array:
      out.begin_array();
      for (const socketio::value_view element : value.elements()) write_value(out, element);
      return out.end_array();
    case socketio::value_type::object:
      out.begin_object();
      for (const auto& [key, member] : value.members()) out.key(key), write_value(out, member);
      return out.end_object();
  }
}

void write_payload(writer& out, std::string body,
                   eio::payload_form form = eio::payload_form::separated) {
  out.begin_array();
  eio::payload_reader reader{body.data(), body.size(), form};
  for (eio::packet p;;) {
    const auto status = reader.next(p);
    if (status == eio::payload_reader::status::end) break;
    if (status == eio::payload_reader::status::error) {
      out.string("error");
      break;
    }
    out.begin_object();
    out.key("type"), out.integer(static_cast<int>(p.type));
    out.key("data");
    p.binary ? write_binary(out, p.text()) : out.string(p.text());
    out.end_object();
  }
  out.end_array();
}

/// Both payloads of revision 3 that are made of these packets.
void write_payloads_v3(writer& out, std::istream& packets) {
  std::vector<socketio::frame> frames;
  for (std::string packet; packets >> packet;) {
    const bool text = packet[0] == 't';
    socketio::frame_builder builder;
    builder.append(from_hex(std::string_view{packet}.substr(2)));
    using kind = socketio::frame::kind;
    frames.push_back(builder.seal(text ? kind::text : kind::binary, ""));
  }
  std::string counted, octets;
  eio::write_counted(counted, frames);
  eio::write_octets(octets, frames);
  out.begin_array();
  out.string(counted), write_binary(out, octets);
  out.end_array();
}

/// The messages that the packet is when we send it ourselves.
void write_messages(writer& out, const sio::packet& p) {
  const auto packet = sio::encode_data(p.type, p.nsp, p.id, p.data);
  out.begin_array();
  out.string(packet.text.packet().substr(1));
  for (const auto& attachment : packet.attachments) write_binary(out, attachment.packet());
  out.end_array();
}

void write_fields(writer& out, const sio::packet& p) {
  out.key("type"), out.integer(static_cast<int>(p.type));
  out.key("nsp"), out.string(p.nsp);
  if (p.id) out.key("id"), out.unsigned_integer(*p.id);
  if (!p.data.is_null()) out.key("data"), write_value(out, p.data);
}

/// In JSON form: the packet as it came, and as we send it.
void write_packet(writer& out, const sio::packet& p) {
  out.begin_object();
  write_fields(out, p);
  if (is_data(p)) out.key("messages"), write_messages(out, p);
  out.end_object();
}

/// What we send for it in JSON form, after it was turned into what msgpack clients get.
void write_heard(writer& out, const sio::packet& p) {
  if (!is_data(p)) return;
  const auto packet = sio::encode_data(p.type, p.nsp, p.id, p.data);
  sio::transcoder transcode;
  out.string(to_hex(transcode(packet).packet()));
}

void write_message(writer& out, const std::string& message) {
  socketio::tape tape;
  const auto p = sio::decode_msgpack(socketio::as_bytes(message), tape);
  out.begin_array();
  if (p) {
    out.begin_object();
    write_fields(out, *p);
    if (is_data(*p)) out.key("message"), out.string(to_hex(sio::encode_msgpack(*p).packet()));
    out.end_object();
  } else {
    out.string("error");
  }
  out.end_array();
}

void write_packets(writer& out, std::istream& messages,
                   void (*write)(writer&, const sio::packet&)) {
  sio::decoder decoder;
  sio::workspace space;
  out.begin_array();
  for (std::string message; messages >> message;) {
    std::string data = from_hex(std::string_view{message}.substr(2));
    const bool text = message[0] == 't';
    const auto status = text ? decoder.text(data.data(), data.size(), space)
                             : decoder.binary(socketio::as_bytes(data), space);
    if (status == sio::decoder::status::packet) write(out, space.current);
    if (status == sio::decoder::status::error) {
      if (write == write_packet) out.string("error");
      break;
    }
  }
  out.end_array();
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words{line};
    std::string codec, body;
    words >> codec;
    std::string answer;
    writer out{answer};
    if (codec == "eio") {
      words >> body;
      write_payload(out, from_hex(body));
    } else if (codec == "msgpack") {
      words >> body;
      write_message(out, from_hex(body));
    } else if (codec == "eio3") {
      words >> body;
      write_payload(out, from_hex(std::string_view{body}.substr(2)),
                    body[0] == 't' ? eio::payload_form::counted : eio::payload_form::octets);
    } else if (codec == "write3") {
      write_payloads_v3(out, words);
    } else {
      write_packets(out, words, codec == "hear" ? write_heard : write_packet);
    }
    std::cout << answer << '\n';
  }
}
