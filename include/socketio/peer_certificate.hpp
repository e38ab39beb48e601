// layer 2 (engine): the certificate that a client has shown.
#pragma once

#include <string>

namespace socketio {

/// What a client's certificate says. It was verified against the authorities that the server
/// trusts; who of their clients may do what is for the host to decide.
struct peer_certificate {
  std::string subject;      ///< RFC 2253, the most special part first: "CN=alice,O=Example"
  std::string issuer;       ///< the same of who has signed it
  std::string serial;       ///< hexadecimal, unique among the certificates of this issuer
  std::string fingerprint;  ///< SHA-256 of the whole certificate, 64 hexadecimal digits
  std::string pem;          ///< the certificate itself
};

}  // namespace socketio
