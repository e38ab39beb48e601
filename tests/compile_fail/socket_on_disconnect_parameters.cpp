// A reason is no text.
// expect: socketio: a disconnect callback takes (io::reason) or (io::socket&, io::reason)
#include <socketio.hpp>

void install(io::socket& socket) {
#ifdef OK
  socket.on_disconnect([](io::reason) {});
#else
  socket.on_disconnect([](std::string) {});
#endif
}
