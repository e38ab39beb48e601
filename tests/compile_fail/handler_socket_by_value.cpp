// There is one of each.
// expect: socketio: take the socket by reference
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("leave", [](io::socket& s) { s.disconnect(); });
#else
  server.on("leave", [](io::socket s) { s.disconnect(); });
#endif
}
