// What cannot listen to other servers.
#include <socketio.hpp>

// expect: socketio: a listener for events of other servers must be a function or lambda with one
void generic(io::nsp& nsp) {
#ifdef OK
  nsp.on_server_side("a", [](int) {});
#else
  nsp.on_server_side("a", [](auto) {});
#endif
}

// expect: socketio: a listener for events of other servers takes the event's arguments alone
void no_socket(io::nsp& nsp) {
#ifdef OK
  nsp.on_server_side("a", [](int) {});
#else
  nsp.on_server_side("a", [](io::socket&) {});
#endif
}

// expect: socketio: a coroutine that listens to other servers must own its arguments
void views(io::nsp& nsp) {
#ifdef OK
  nsp.on_server_side("a", [](std::string) -> asio::awaitable<void> { co_return; });
#else
  nsp.on_server_side("a", [](std::string_view) -> asio::awaitable<void> { co_return; });
#endif
}

// expect: socketio: what a listener for events of other servers returns is the answer, but its type
void result(io::nsp& nsp) {
#ifdef OK
  nsp.on_server_side("a", [] { return 1; });
#else
  nsp.on_server_side("a", [] { return static_cast<void*>(nullptr); });
#endif
}
