// A conversion in one direction is no conversion in the other.
// expect: socketio: to be sent, the io::convert of this type needs a
#include <socketio.hpp>

struct money {
  explicit money(int c) : cents{c} {}
  money() = default;
  int cents = 0;
};

template <>
struct io::convert<money> {
  static bool from(io::value_view v, money& m) { return io::from_value(v, m.cents); }
#ifdef OK
  template <class Writer>
  static void to(Writer& w, const money& m) {
    io::to_writer(w, m.cents);
  }
#endif
};

void send(io::server<io::tcp>& server, const money& m) { server.emit("paid", m); }
