// layer 1 (proto): the numbers of the WebSocket protocol.
#pragma once

#include <cstddef>
#include <cstdint>

namespace socketio::ws {

/// RFC 6455 §5.2 and §11.8. Values not named here are reserved, and a frame that has one is an
/// error.
enum class opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xa,
};

constexpr bool is_known(opcode op) noexcept { return (static_cast<unsigned>(op) & 7) <= 2; }

/// Control frames are short, never fragmented, and may come between the fragments of a message
/// (RFC 6455 §5.5).
constexpr bool is_control(opcode op) noexcept { return (static_cast<unsigned>(op) & 8) != 0; }

/// Why a connection is closed (RFC 6455 §7.4.1 and the registry it founds in §11.7). Codes of
/// 3000–4999 belong to libraries and applications.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_status = 1005,        ///< never sent: the close frame had no code
  abnormal = 1006,         ///< never sent: the connection ended without a close frame
  invalid_payload = 1007,  ///< text that is not UTF-8
  policy_violation = 1008,
  message_too_big = 1009,
  mandatory_extension = 1010,
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,
  bad_gateway = 1014,
  tls_handshake = 1015,  ///< never sent: the TLS handshake failed
};

/// Whether a close frame may carry this code (RFC 6455 §7.4): 1000–2999 only as far as assigned and
/// not reserved for local use, 3000–4999 freely.
constexpr bool may_be_sent(close_code code) noexcept {
  const auto value = static_cast<unsigned>(code);
  if (value < 3000) return (value >= 1000 && value <= 1003) || (value >= 1007 && value <= 1014);
  return value <= 4999;
}

/// The fields of a frame's header, and its lengths (RFC 6455 §5.2).
namespace head {

inline constexpr unsigned fin = 0x80, rsv1 = 0x40, rsv2 = 0x20, rsv3 = 0x10, opcode_bits = 0x0f;
inline constexpr unsigned masked = 0x80, length_bits = 0x7f;

/// A length in the second byte itself, or one of these and two or eight bytes of length behind it.
inline constexpr unsigned length_16 = 126, length_64 = 127;

inline constexpr std::size_t max_size = 14;           // with 64-bit length and mask
inline constexpr std::size_t max_unmasked_size = 10;  // as servers send it

}  // namespace head

inline constexpr std::size_t max_control_payload = 125;

}  // namespace socketio::ws
