// It may mean text or a number.
// expect: socketio: a single character cannot be in a message
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.emit("letter", "x");
#else
  server.emit("letter", 'x');
#endif
}
