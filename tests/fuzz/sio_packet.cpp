// F10: the messages of one Socket.IO connection. In the input, 0xff begins a text message and 0xfe
// a binary one. No more is held than the limit allows; after an error nothing is held, and the
// error stays; a packet that was accepted is encoded to messages that are decoded to the same
// packet.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "socketio/core/json/validate.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/json.hpp"
#include "socketio/proto/sio/decoder.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/raw_event.hpp"
#include "socketio/raw_args.hpp"

namespace sio = socketio::sio;
using status = sio::decoder::status;

namespace {

constexpr sio::decoder_limits limits{.attachments = 10, .held_bytes = 600};

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_data(sio::packet_type type) {
  return type == sio::packet_type::event || type == sio::packet_type::ack;
}

void check(const sio::packet& p) {
  require(p.nsp.starts_with('/') && p.nsp.size() <= sio::max_nsp_size);
  require(p.attachments <= limits.attachments);
  require(!p.id || (*p.id <= sio::max_ack_id && is_data(p.type)));
  switch (p.type) {
    case sio::packet_type::connect:
      return require(p.data.is_null() || p.data.is_object());
    case sio::packet_type::disconnect:
      return require(p.data.is_null());
    case sio::packet_type::event:
      require(p.data.is_array() && p.data[0].is_string());
      return require(p.event().size() <= sio::max_event_size && !sio::is_reserved_event(p.event()));
    case sio::packet_type::ack:
      return require(p.data.is_array());
    case sio::packet_type::connect_error:
      return require(p.data.is_null() || p.data.is_object() || p.data.is_string());
    default:
      return require(false);
  }
}

struct message {
  explicit message(std::string_view text) : data{new char[text.size() + 1]}, size{text.size()} {
    text.copy(data.get(), size);
  }

  std::unique_ptr<char[]> data;
  std::size_t size;
};

sio::encoded encode(const sio::packet& p) { return sio::encode_data(p.type, p.nsp, p.id, p.data); }

/// The encoder's messages through a decoder and an encoder again: nothing may have changed.
void check_round_trip(const sio::packet& p) {
  const sio::encoded sent = encode(p);
  sio::decoder decoder;
  sio::workspace space{{.attachments = 64}};
  if (sent.attachments.size() > 64) return;  // one attachment may have had many places
  const message text{sent.text.packet().substr(1)};
  status result = decoder.text(text.data.get(), text.size, space);
  for (const auto& attachment : sent.attachments) {
    require(result == status::need_attachments);
    result = decoder.binary(socketio::as_bytes(attachment.packet()), space);
  }
  require(result == status::packet);

  const sio::packet& again = space.current;
  require(again.type == p.type && again.nsp == p.nsp && again.id == p.id);
  const sio::encoded resent = encode(again);
  require(resent.text.packet() == sent.text.packet());
  require(resent.attachments.size() == sent.attachments.size());
  for (std::size_t i = 0; i < sent.attachments.size(); ++i) {
    require(resent.attachments[i].packet() == sent.attachments[i].packet());
  }
}

/// The arguments that are passed on as text are those that were decoded.
void check_raw(const sio::raw_event& e, const sio::packet& p) {
  const socketio::raw_args raw{sio::raw_arguments(e), {}};
  require(socketio::to_json(raw.values()) == socketio::to_json(p.arguments()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  sio::decoder decoder;
  sio::workspace space{limits};
  bool failed = false;
  while (!input.empty()) {
    const bool binary = input[0] == '\xfe';
    input.remove_prefix(1);
    const std::string_view piece = input.substr(0, input.find_first_of("\xff\xfe"));
    input.remove_prefix(piece.size());
    if (!binary && !socketio::is_utf8(piece)) continue;  // never gets as far as the decoder

    // What may be relayed without the decoder would have been decoded by it.
    const auto event = binary || failed || decoder.held() != 0
                           ? std::nullopt
                           : sio::peek_event(piece, limits.attachments);
    const bool relayed =
        event && event->head.attachments == 0 && socketio::json::is_valid(event->payload, 128);
    const message m{piece};
    const status result = binary ? decoder.binary(socketio::as_bytes({m.data.get(), m.size}), space)
                                 : decoder.text(m.data.get(), m.size, space);
    require(!failed || result == status::error);
    failed = result == status::error;
    require(decoder.held() <= limits.held_bytes);
    require((decoder.held() != 0) == (result == status::need_attachments));
    require(!relayed || (result == status::packet && space.current.event() == event->name));
    if (result != status::packet) continue;
    if (relayed) check_raw(*event, space.current);
    check(space.current);
    if (is_data(space.current.type)) check_round_trip(space.current);
  }
  return 0;
}
