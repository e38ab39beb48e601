// What a class with secrets is in JSON is for its author to say.
// expect: socketio: this type cannot be in a message
#include <socketio.hpp>

class counter {
 public:
  int count() const { return count_; }

 private:
  int count_ = 0;
};

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.emit("count", counter{}.count());
#else
  server.emit("count", counter{});
#endif
}
