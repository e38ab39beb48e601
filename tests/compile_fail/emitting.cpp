// Events that cannot be sent, and answers that cannot be awaited.
#include <thread>

#include <socketio.hpp>

// expect: socketio: one of the emitted arguments has a type that cannot be written as JSON or
// binary
void send(io::socket& socket) {
#ifdef OK
  socket.emit("thread", 1);
#else
  socket.emit("thread", std::this_thread::get_id());
#endif
}

// expect: socketio: a parameter of the acknowledgement callback has a type that cannot be read
void ask(io::socket& socket) {
#ifdef OK
  socket.emit("name?", [](std::error_code, std::string) {});
#else
  socket.emit("name?", [](std::error_code, const char*) {});
#endif
}

// Which of all the answers?
// expect: socketio: the callback for the acknowledgements of a broadcast takes
void ask_all(io::nsp& nsp) {
  const auto answered = [](std::error_code, std::string) {};
#ifdef OK
  nsp.for_each([&](io::socket& each) { each.emit("name?", answered); });
  nsp.emit("name?", [](std::error_code, std::vector<std::string>) {});
#else
  nsp.emit("name?", answered);
#endif
}

// expect: socketio: the acknowledgements of a broadcast cannot be read
void ask_all_for_pointers(io::nsp& nsp) {
#ifdef OK
  nsp.emit("name?", [](std::error_code, std::vector<std::string>) {});
#else
  nsp.emit("name?", [](std::error_code, std::vector<const char*>) {});
#endif
}

// What they are views of is gone when the coroutine goes on.
// expect: socketio: an acknowledgement that is awaited cannot be a view
asio::awaitable<void> await_views(io::nsp& nsp) {
#ifdef OK
  co_await nsp.local().emit_with_ack<std::string>("name?");
#else
  co_await nsp.local().emit_with_ack<std::string_view>("name?");
#endif
}

// expect: socketio: an event that may be dropped or replaced cannot be acknowledged.
void latest(io::socket& socket) {
#ifdef OK
  socket.emit_latest("key", "price", 1);
#else
  socket.emit_latest("key", "price", 1, [](std::error_code) {});
#endif
}
