// It would answer twice.
// expect: socketio: a middleware that takes io::next answers through it and returns void
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.use([](io::socket&, io::next next) { next(); });
#else
  server.use([](io::socket&, io::next next) { return next(), true; });
#endif
}
