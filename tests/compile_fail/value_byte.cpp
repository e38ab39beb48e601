// It may mean binary or a number.
// expect: socketio: a single std::byte cannot be in a message
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.emit("flags", io::bytes{std::byte{1}});
#else
  server.emit("flags", std::byte{1});
#endif
}
