// The client would be answered twice.
// expect: a handler that takes an io::ack returns void
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("ask", [](io::ack answer) { answer(true); });
#else
  server.on("ask", [](io::ack answer) { return answer(true), false; });
#endif
}
