// layer 3 (transport): refuses a ClientHello by the length that it announces.
#pragma once

#include <cstddef>
#include <cstdint>

namespace socketio::detail {

/// OpenSSL reserves what a ClientHello announces, up to 128 KiB, before it has come; nine bytes
/// would be enough to take that much. Honest ones have one or two KiB. This reads along until the
/// length is known (RFC 8446 sections 4 and 5.1), also when it is spread over records.
class hello_guard {
 public:
  /// Takes the next bytes of the connection; false once the message is too long.
  bool accept(const char* data, std::size_t size) noexcept {
    for (; size != 0 && message_bytes_ < message_header; ++data, --size) {
      take(static_cast<std::uint8_t>(*data));
    }
    return message_size_ <= longest_message;
  }

 private:
  static constexpr std::uint8_t record_header = 5;   // type, version (2), length (2)
  static constexpr std::uint8_t message_header = 4;  // type, length (3)
  static constexpr std::uint8_t handshake_record = 22;
  static constexpr std::uint32_t longest_message = 16 * 1024;

  void take(std::uint8_t byte) noexcept {
    if (record_bytes_ < record_header) {
      // Anything else is no hello, and OpenSSL has a better word for it.
      if (record_bytes_ == 0 && byte != handshake_record) message_bytes_ = message_header;
      if (record_bytes_ >= 3) record_size_ = static_cast<std::uint16_t>(record_size_ << 8 | byte);
      ++record_bytes_;
    } else {
      if (message_bytes_ > 0) message_size_ = message_size_ << 8 | byte;
      ++message_bytes_;
      --record_size_;
    }
    if (record_bytes_ == record_header && record_size_ == 0) record_bytes_ = 0;
  }

  std::uint32_t message_size_ = 0;
  std::uint16_t record_size_ = 0;
  std::uint8_t record_bytes_ = 0;   // seen of this record's header
  std::uint8_t message_bytes_ = 0;  // seen of the message's header
};

}  // namespace socketio::detail
