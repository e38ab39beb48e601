// The answer comes from outside, as a handler's arguments do.
// expect: socketio: a parameter of the acknowledgement callback has a type that cannot be read
#include <socketio.hpp>

void ask(io::socket& socket) {
#ifdef OK
  socket.emit("name?", [](std::error_code, std::string) {});
#else
  socket.emit("name?", [](std::error_code, const char*) {});
#endif
}
