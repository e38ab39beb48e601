// What is received has to be put somewhere.
// expect: socketio: this range can be sent but not received
#include <socketio.hpp>

void read(io::value_view v) {
#ifdef OK
  v.to<std::vector<int>>();
#else
  v.to<std::span<const int>>();
#endif
}
