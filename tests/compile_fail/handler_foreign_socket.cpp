// Sockets carry what their own server attaches.
// expect: socketio: this server's sockets are of another type
#include <socketio.hpp>

struct player {};
using game = io::server<io::tcp, player>;

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("leave", [](io::socket& s) { s.disconnect(); });
#else
  server.on("leave", [](game::socket& s) { s.disconnect(); });
#endif
}
