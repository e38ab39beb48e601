// It would be destroyed twice.
#include <socketio.hpp>

struct message {
  std::string text;
};

// expect: socketio: this compiler (g++ before 13) destroys a temporary aggregate
asio::awaitable<void> ask(io::socket& socket) {
#ifdef OK
  const message hello{"Hello"};
  co_await socket.emit_with_ack<>("say", hello);
#else
  co_await socket.emit_with_ack<>("say", message{"Hello"});
#endif
}
