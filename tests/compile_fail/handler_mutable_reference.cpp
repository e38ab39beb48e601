// A change would be seen by nobody.
// expect: socketio: an argument that comes from the client cannot be a non-const reference
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("say", [](std::string text) { text.clear(); });
#else
  server.on("say", [](std::string& text) { text.clear(); });
#endif
}
