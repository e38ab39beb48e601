// A user's program of two translation units: a definition that is not inline would clash in it.
#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <socketio/core/frame_builder.hpp>
#include <socketio/core/sha1.hpp>

socketio::frame encode();
asio::awaitable<void> coroutine();  // not there with clang and an old Asio, unless we see to it

int main() {
  asio::io_context context;
  context.run();
  return encode().packet() == "hello" ? 0 : 1;
}
