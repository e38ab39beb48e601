// Which of all the answers?
// expect: socketio: acknowledgements are awaited from single sockets
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.for_each([](io::socket& s) { s.emit("name?", [](std::error_code, std::string) {}); });
#else
  server.emit("name?", [](std::error_code, std::string) {});
#endif
}
