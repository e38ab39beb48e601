// The sentence comes before the reason.
// expect: socketio: one of the handler's parameters has a type that cannot be read
#include <cstdio>

#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("say", [](std::string text) { std::puts(text.c_str()); });
#else
  server.on("say", [](const char* text) { std::puts(text); });
#endif
}
