// Functions that ask for what is not there.
#include <socketio.hpp>

// expect: socketio: on_connection takes a function of (io::socket&)
void connection(io::nsp& nsp) {
#ifdef OK
  nsp.on_connection([](io::socket&) {});
#else
  nsp.on_connection([](std::string) {});
#endif
}

// Of which socket?
// expect: socketio: a disconnect callback of a namespace takes (io::socket&, io::reason)
void disconnect(io::nsp& nsp) {
#ifdef OK
  nsp.on_disconnect([](io::socket&, io::reason) {});
#else
  nsp.on_disconnect([](io::reason) {});
#endif
}

// expect: socketio: a disconnect callback takes (io::reason) or (io::socket&, io::reason)
void disconnect(io::socket& socket) {
#ifdef OK
  socket.on_disconnect([](io::reason) {});
#else
  socket.on_disconnect([](std::string) {});
#endif
}

// expect: socketio: an error callback takes (io::socket&, std::error_code
void error(io::server<io::tcp>& server) {
#ifdef OK
  server.on_error([](io::socket&, std::error_code, std::string_view, std::exception_ptr) {});
#else
  server.on_error([](std::error_code) {});
#endif
}

// expect: socketio: an HTTP handler takes (io::http::request const&)
void http_parameters(io::http_routes& routes) {
#ifdef OK
  routes.exact("/", [](const io::http::request&) { return io::http::response{}; });
#else
  routes.exact("/", [](std::string) { return io::http::response{}; });
#endif
}

// expect: socketio: an HTTP handler returns io::http::response or
void http_result(io::http_routes& routes) {
#ifdef OK
  routes.exact("/", [](const io::http::request&) { return io::http::response{}; });
#else
  routes.exact("/", [](const io::http::request&) { return std::string{"hello"}; });
#endif
}

// expect: socketio: a drain callback of a namespace takes (io::socket&).
void drain(io::nsp& nsp) {
#ifdef OK
  nsp.on_drain([](io::socket&) {});
#else
  nsp.on_drain([] {});
#endif
}

// expect: socketio: on_drain takes a function of (io::socket&), or of nothing.
void drain(io::socket& socket) {
#ifdef OK
  socket.on_drain([] {});
#else
  socket.on_drain([](std::size_t) {});
#endif
}

// expect: socketio: this callback of a connection takes, if it wants, io::conn& first
void packet(const io::conn& conn) {
#ifdef OK
  conn.on_packet([](const io::engine_packet&) {});
#else
  conn.on_packet([](std::string) {});
#endif
}
