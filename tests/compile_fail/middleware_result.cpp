// A decision that is not said would be an accident.
// expect: socketio: a middleware returns io::accept or io::refuse
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.use([](io::socket&) { return io::accept; });
#else
  server.use([](io::socket&) { return true; });
#endif
}
