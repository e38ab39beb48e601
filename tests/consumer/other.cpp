// The other translation unit of main.cpp.
#include <socketio/core/frame_builder.hpp>
#include <socketio/core/sha1.hpp>

socketio::frame encode();

socketio::frame encode() {
  socketio::frame_builder builder;
  builder.append("hello");
  return builder.seal(socketio::frame::kind::text, "");
}
