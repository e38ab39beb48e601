// expect: socketio: a function that decides about HTTP requests takes (io::http::request const&)
#include <string>

#include <socketio.hpp>

void configure(io::engine_server<io::tcp>& engine) {
#ifdef OK
  engine.use([](const io::http::request&) { return io::accept; });
#else
  engine.use([](std::string) { return io::accept; });
#endif
}
