// R150: a message of a server that relays requests. What is read of it is written as it was.
#include "socketio/cluster/relay_message.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace cluster = socketio::cluster;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto read = cluster::decode_relay(text);
  if (read && cluster::encode(*read) != text) std::abort();
  return 0;
}
