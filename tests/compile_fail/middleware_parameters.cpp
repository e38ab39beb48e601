// What is asked for has to be something that a middleware is given.
// expect: socketio: a middleware takes (io::socket&) or (io::socket&, io::next)
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.use([](io::socket&) { return io::accept; });
#else
  server.use([](const std::string&) { return io::accept; });
#endif
}
