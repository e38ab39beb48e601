// Functions that cannot be handlers.
#include <thread>

#include <socketio.hpp>

// expect: socketio: an event handler must be a function or lambda with one fixed parameter list
void generic(io::nsp& nsp) {
#ifdef OK
  nsp.on("say", [](std::string text) { return text; });
#else
  nsp.on("say", [](auto text) { return text; });
#endif
}

// expect: socketio: take the socket by reference
void by_value(io::nsp& nsp) {
#ifdef OK
  nsp.on("leave", [](io::socket& socket) { socket.disconnect(); });
#else
  nsp.on("leave", [](io::socket socket) { socket.disconnect(); });
#endif
}

struct player {};
using game = io::server<io::tcp, player>;

// expect: socketio: this server's sockets are of another type
#ifdef OK
void foreign(game& server) {
#else
void foreign(io::nsp& server) {
#endif
  server.on("leave", [](game::socket& socket) { socket.disconnect(); });
}

// expect: socketio: an argument that comes from the client cannot be a non-const reference
void by_reference(io::nsp& nsp) {
#ifdef OK
  nsp.on("say", [](std::string text) { text.clear(); });
#else
  nsp.on("say", [](std::string& text) { text.clear(); });
#endif
}

// expect: socketio: one of the handler's parameters has a type that cannot be read
void unreadable(io::nsp& nsp) {
#ifdef OK
  nsp.on("say", [](std::string) {});
#else
  nsp.on("say", [](const char*) {});
#endif
}

// expect: socketio: a handler can take one io::ack at most
void two_acks(io::nsp& nsp) {
#ifdef OK
  nsp.on("ask", [](io::ack yes) { yes(true); });
#else
  nsp.on("ask", [](io::ack yes, io::ack) { yes(true); });
#endif
}

// expect: a handler that takes an io::ack returns void
void two_answers(io::nsp& nsp) {
#ifdef OK
  nsp.on("ask", [](io::ack answer) { answer(true); });
#else
  nsp.on("ask", [](io::ack answer) { return answer(true), false; });
#endif
}

// expect: socketio: the handler's result is the acknowledgement, but its type cannot be written
void unwritable(io::nsp& nsp) {
#ifdef OK
  nsp.on("thread", [] { return 1; });
#else
  nsp.on("thread", [] { return std::this_thread::get_id(); });
#endif
}

// expect: socketio: a coroutine handler must own its arguments
void view(io::nsp& nsp) {
#ifdef OK
  nsp.on("say", [](std::string) -> asio::awaitable<void> { co_return; });
#else
  nsp.on("say", [](std::string_view) -> asio::awaitable<void> { co_return; });
#endif
}

// expect: socketio: who sees every event takes (std::string_view event, io::args)
void catch_all(io::nsp& nsp) {
#ifdef OK
  nsp.on_any([](std::string_view, io::args) {});
#else
  nsp.on_any([](std::string_view, int) {});
#endif
}

// expect: socketio: a catch-all listener returns void, and is no coroutine
void answering_catch_all(io::nsp& nsp) {
#ifdef OK
  nsp.on_any([](std::string_view, io::args, io::ack ack) { ack(1); });
#else
  nsp.on_any([](std::string_view, io::args) { return 1; });
#endif
}

// expect: socketio: a listener for what is sent takes (std::string_view event, io::args)
void outgoing_ack(io::nsp& nsp) {
#ifdef OK
  nsp.on_any_outgoing([](io::socket&, std::string_view, io::args) {});
#else
  nsp.on_any_outgoing([](io::socket&, std::string_view, io::args, io::ack) {});
#endif
}
