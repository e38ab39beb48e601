// Handlers that take their arguments raw.
#include <socketio/raw_args.hpp>

// expect: socketio: a handler takes its arguments raw or decoded, not both
// expect: socketio: a coroutine handler must own its arguments
void handlers(io::nsp& nsp) {
#ifdef OK
  nsp.on("a", [](io::socket&, io::raw_args, io::ack) {});
  nsp.on("b", [](int) -> asio::awaitable<void> { co_return; });
#else
  nsp.on("a", [](io::socket&, std::string, io::raw_args) {});
  nsp.on("b", [](io::raw_args) -> asio::awaitable<void> { co_return; });
#endif
}

// expect: socketio: an argument that is taken off is no view
void take(io::raw_args all) {
#ifdef OK
  std::string first;
#else
  std::string_view first;
#endif
  all.take(first);
}
