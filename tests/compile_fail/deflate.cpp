// Handlers whose answers cannot be compressed.
#include <socketio.hpp>
#include <socketio/deflate.hpp>

// expect: socketio: io::compressed takes a function http::response (http::request const&)
void compressed(io::http_routes& routes) {
#ifdef OK
  routes.fallback(io::compressed([](const io::http::request&) { return io::http::response{}; }));
#else
  routes.fallback(io::compressed([](const io::http::request&, io::http_reply) {}));
#endif
}
