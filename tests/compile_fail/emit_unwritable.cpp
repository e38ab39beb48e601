// The sentence comes before the reason.
// expect: socketio: one of the emitted arguments has a type that cannot be written as JSON or
// binary
#include <thread>

#include <socketio.hpp>

void send(io::socket& socket) {
#ifdef OK
  socket.emit("thread", 1);
#else
  socket.emit("thread", std::this_thread::get_id());
#endif
}
