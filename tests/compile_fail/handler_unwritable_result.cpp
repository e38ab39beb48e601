// What is returned is sent.
// expect: socketio: the handler's result is the acknowledgement, but its type cannot be written
#include <thread>

#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("thread", [] { return 1; });
#else
  server.on("thread", [] { return std::this_thread::get_id(); });
#endif
}
