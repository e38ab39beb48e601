// A user's program that compresses: links socketio::deflate.
#include <socketio.hpp>
#include <socketio/deflate.hpp>

io::options compressing();

io::options compressing() {
  io::options options;
  options.http_compression = io::gzip();
  return options;
}
