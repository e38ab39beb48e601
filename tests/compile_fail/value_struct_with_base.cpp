// The language does not tell which members are whose.
// expect: socketio: the members of a struct with base classes cannot be found out
#include <socketio.hpp>

struct base {
  int id;
};
struct derived : base {
  int size;
};
struct composed {
  base about;
  int size;
};

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.emit("message", composed{});
#else
  server.emit("message", derived{});
#endif
}
