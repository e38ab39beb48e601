// A new socket is all there is.
// expect: socketio: on_connection takes a function of (io::socket&)
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on_connection([](io::socket&) {});
#else
  server.on_connection([](std::string) {});
#endif
}
