// A user's program that speaks TLS: links socketio::tls.
#include <socketio.hpp>
#include <socketio/transport/tls.hpp>

std::error_code read_certificate();

std::error_code read_certificate() {
  std::error_code ec;
  const io::tls_context tls{io::tls_options{}, ec};
  static_assert(io::transport<io::tls>);
  return ec;
}
