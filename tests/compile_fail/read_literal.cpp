// Nobody would own the text.
// expect: socketio: this type can be sent but not received
#include <socketio.hpp>

void read(io::value_view v) {
#ifdef OK
  v.to<std::string>();
#else
  v.to<const char*>();
#endif
}
