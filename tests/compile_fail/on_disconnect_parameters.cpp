// A namespace has many sockets: which one?
// expect: socketio: a disconnect callback of a namespace takes (io::socket&, io::reason)
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on_disconnect([](io::socket&, io::reason) {});
#else
  server.on_disconnect([](io::reason) {});
#endif
}
