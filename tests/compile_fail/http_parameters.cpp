// It is a request that is to be answered.
// expect: socketio: an HTTP handler takes (io::http::request const&)
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.http().exact("/", [](const io::http::request&) { return io::http::response{}; });
#else
  server.http().exact("/", [](std::string) { return io::http::response{}; });
#endif
}
