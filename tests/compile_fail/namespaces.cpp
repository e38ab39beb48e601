// What is told of namespaces and rooms.
#include <socketio.hpp>

// expect: socketio: on_new_namespace takes a function of (io::nsp)
void fresh(io::server<io::tcp>& server) {
#ifdef OK
  server.on_new_namespace([](const io::nsp&) {});
#else
  server.on_new_namespace([](const std::string&) {});
#endif
}

// expect: socketio: a callback for rooms takes (std::string_view room)
void rooms(io::nsp& nsp) {
#ifdef OK
  nsp.on_room_created([](std::string_view) {});
#else
  nsp.on_room_created([](io::socket&) {});
#endif
}

// expect: socketio: a callback for members takes (io::socket&, std::string_view room)
void members(io::nsp& nsp) {
#ifdef OK
  nsp.on_join([](io::socket&, std::string_view) {});
#else
  nsp.on_join([](std::string_view) {});
#endif
}
