// expect: socketio: a function that decides about HTTP requests returns io::accept
#include <socketio.hpp>

void configure(io::engine_server<io::tcp>& engine) {
#ifdef OK
  engine.allow_request([](const io::http::request&) { return io::refuse("no"); });
#else
  engine.allow_request([](const io::http::request&) { return "no"; });
#endif
}
