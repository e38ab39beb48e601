// layer 3 (transport): what can go wrong with TLS, beyond what sockets report.
#pragma once

#include <array>
#include <string>
#include <system_error>

#include <openssl/err.h>

namespace socketio {

/// Our own findings. What OpenSSL finds is passed on in its `openssl_category()`.
enum class tls_error {
  /// The connection ended without TLS's own end, so anybody may have cut it off (RFC 8446 section
  /// 6.1).
  truncated = 1,
  /// Nothing can be written before the peer has completed the handshake.
  handshake_pending,
  /// The peer announced a longer ClientHello than an honest one would be.
  handshake_too_long,
  /// The peer asked for a new handshake, or for new keys again and again.
  unwanted_handshake,
  /// The peer makes the server say more than it takes.
  too_much_unsent,
  /// There is no certificate where one was to be, or it is not in PEM form.
  no_certificate,
  /// There is no private key where one was to be, it is not in PEM form, or its password is wrong.
  no_private_key,
  /// The certificate has expired.
  certificate_expired,
  /// The certificate is not valid yet.
  certificate_not_yet_valid,
  /// Client certificates are asked for, but nobody is trusted to sign them.
  no_client_authority,
};

inline const std::error_category& tls_category() noexcept {
  class category final : public std::error_category {
   public:
    const char* name() const noexcept override { return "socketio.tls"; }
    std::string message(int value) const override {
      switch (static_cast<tls_error>(value)) {
        case tls_error::truncated:
          return "connection ended without a close_notify alert";
        case tls_error::handshake_pending:
          return "TLS handshake is not complete";
        case tls_error::handshake_too_long:
          return "ClientHello is too long";
        case tls_error::unwanted_handshake:
          return "peer asked for a new handshake or too many new keys";
        case tls_error::too_much_unsent:
          return "peer causes alerts or key updates without reading them";
        case tls_error::no_certificate:
          return "no certificate in PEM form";
        case tls_error::no_private_key:
          return "no private key in PEM form, or wrong password";
        case tls_error::certificate_expired:
          return "certificate has expired";
        case tls_error::certificate_not_yet_valid:
          return "certificate is not valid yet";
        case tls_error::no_client_authority:
          return "no authority for client certificates";
      }
      return "unknown TLS error";
    }
  };
  static const category instance;
  return instance;
}

inline std::error_code make_error_code(tls_error e) noexcept {
  return {static_cast<int>(e), tls_category()};
}

/// The codes of OpenSSL's error queue, see ERR_get_error(3).
inline const std::error_category& openssl_category() noexcept {
  class category final : public std::error_category {
   public:
    const char* name() const noexcept override { return "openssl"; }
    std::string message(int value) const override {
      const auto code = static_cast<unsigned long>(static_cast<unsigned>(value));
      if (const char* const reason = ERR_reason_error_string(code)) return reason;
      std::array<char, 128> text;
      ERR_error_string_n(code, text.data(), text.size());
      return text.data();
    }
  };
  static const category instance;
  return instance;
}

namespace detail {

/// The oldest error of this thread's queue, which is the cause of the others; empties the queue.
inline std::error_code take_openssl_error() noexcept {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return std::make_error_code(std::errc::protocol_error);
  if (ERR_SYSTEM_ERROR(code)) return {ERR_GET_REASON(code), std::generic_category()};
  return {static_cast<int>(code), openssl_category()};
}

}  // namespace detail
}  // namespace socketio

template <>
struct std::is_error_code_enum<socketio::tls_error> : std::true_type {};
