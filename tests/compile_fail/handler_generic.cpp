// How an argument is to be read is said by the type of its parameter.
// expect: socketio: an event handler must be a function or lambda with one fixed parameter list
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("say", [](std::string text) { return text; });
#else
  server.on("say", [](auto text) { return text; });
#endif
}
