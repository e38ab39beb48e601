// Functions that cannot decide who may connect.
#include <socketio.hpp>

// expect: socketio: a middleware takes (io::socket&) or (io::socket&, io::next)
void parameters(io::nsp& nsp) {
#ifdef OK
  nsp.use([](io::socket&) { return io::accept; });
#else
  nsp.use([](std::string) { return io::accept; });
#endif
}

// expect: socketio: a middleware that takes io::next answers through it and returns void
void two_answers(io::nsp& nsp) {
#ifdef OK
  nsp.use([](io::socket&, io::next next) { next(); });
#else
  nsp.use([](io::socket&, io::next next) { return next(), true; });
#endif
}

// expect: socketio: a middleware returns io::accept or io::refuse
void result(io::nsp& nsp) {
#ifdef OK
  nsp.use([](io::socket&) { return io::accept; });
#else
  nsp.use([](io::socket&) { return true; });
#endif
}

// expect: socketio: a middleware for events returns io::accept or io::refuse
void of_a_socket(io::socket& socket) {
#ifdef OK
  socket.use([](std::string_view, io::args) { return io::accept; });
#else
  socket.use([](std::string_view, io::args) { return true; });
#endif
}
