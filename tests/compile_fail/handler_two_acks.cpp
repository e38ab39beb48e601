// The client has one callback.
// expect: socketio: a handler can take one io::ack at most
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("ask", [](io::ack yes) { yes(true); });
#else
  server.on("ask", [](io::ack yes, io::ack) { yes(true); });
#endif
}
