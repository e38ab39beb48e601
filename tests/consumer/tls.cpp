// A user's program that speaks TLS: links socketio::tls.
#include <socketio.hpp>
#include <socketio/transport/tls.hpp>

std::error_code listen_securely(asio::io_context& loop);

std::error_code listen_securely(asio::io_context& loop) {
  std::error_code ec;
  const io::tls_context tls{io::tls_options{}, ec};
  io::server<io::tls> server{loop};
  server.listen({"127.0.0.1", 0, tls});
  return ec;
}
