// expect: socketio: on_connection_error takes a function of (io::engine::connection_error const&).
#include <string>

#include <socketio.hpp>

void configure(io::engine_server<io::tcp>& engine) {
#ifdef OK
  engine.on_connection_error([](const io::engine::connection_error&) {});
#else
  engine.on_connection_error([](std::string) {});
#endif
}
