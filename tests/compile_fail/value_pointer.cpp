// It may mean the object, or nothing.
// expect: socketio: a pointer cannot be in a message
#include <socketio.hpp>

void send(io::server<io::tcp>& server, int count) {
#ifdef OK
  server.emit("count", count);
#else
  server.emit("count", &count);
#endif
}
