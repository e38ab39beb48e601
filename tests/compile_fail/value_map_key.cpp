// JavaScript's objects have strings as keys.
// expect: socketio: the keys of a map become the keys of a JavaScript object
#include <map>

#include <socketio.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.emit("scores", std::map<std::string, int>{{"1", 2}});
#else
  server.emit("scores", std::map<int, int>{{1, 2}});
#endif
}
