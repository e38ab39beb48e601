// expect: socketio: a function for headers takes (io::http::header_list&
#include <string>

#include <socketio.hpp>

void configure(io::engine_server<io::tcp>& engine) {
#ifdef OK
  engine.on_headers([](io::http::header_list&, const io::http::request&) {});
#else
  engine.on_headers([](io::http::header_list&) {});
#endif
}
