// The text that was parsed is gone.
// expect: socketio: the text is gone when from_json returns
#include <socketio.hpp>

void read(const std::string& text) {
#ifdef OK
  io::from_json<std::string>(text);
#else
  io::from_json<std::string_view>(text);
#endif
}
