// expect: socketio: allow_origin takes a function bool (std::string_view origin).
#include <string>

#include <socketio.hpp>

void configure(io::engine_server<io::tcp>& engine) {
#ifdef OK
  engine.allow_origin([](std::string_view origin) { return origin.empty(); });
#else
  engine.allow_origin([](int origin) { return origin == 0; });
#endif
}
