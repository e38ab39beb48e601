// A text alone has no status and no type.
// expect: socketio: an HTTP handler returns io::http::response or
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.http().exact(
      "/", [](const io::http::request&) { return io::http::response{200, {}, "hello"}; });
#else
  server.http().exact("/", [](const io::http::request&) { return std::string{"hello"}; });
#endif
}
