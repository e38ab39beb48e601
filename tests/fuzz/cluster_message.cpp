// R149: a message of another server. What is read of it is written to bytes that are read again,
// and from then on are the same; what they say of rooms stays, as none of them means all.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "socketio.hpp"
#include "socketio/cluster/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace cluster = socketio::cluster;
  const auto read = cluster::decode({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  const auto again = cluster::decode(cluster::encode(*read));
  if (!again || again->to.rooms.size() != read->to.rooms.size()) std::abort();
  const std::string written = cluster::encode(*again);
  const auto last = cluster::decode(written);
  if (!last || cluster::encode(*last) != written) std::abort();
  return 0;
}
