// An error without its event helps nobody.
// expect: socketio: an error callback takes (io::socket&, std::error_code
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on_error([](io::socket&, std::error_code, std::string_view, std::exception_ptr) {});
#else
  server.on_error([](std::error_code) {});
#endif
}
