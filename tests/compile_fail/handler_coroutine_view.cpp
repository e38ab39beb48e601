// The text is gone when the coroutine resumes.
// expect: socketio: a coroutine handler must own its arguments
#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.on("say", [](std::string) -> asio::awaitable<void> { co_return; });
#else
  server.on("say", [](std::string_view) -> asio::awaitable<void> { co_return; });
#endif
}
