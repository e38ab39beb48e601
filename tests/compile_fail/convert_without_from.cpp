// A conversion in one direction is no conversion in the other.
// expect: socketio: to be received, this type needs a default constructor and its io::convert a
#include <socketio.hpp>

struct money {
  explicit money(int c) : cents{c} {}
  money() = default;
  int cents = 0;
};

template <>
struct io::convert<money> {
  template <class Writer>
  static void to(Writer& w, const money& m) {
    io::to_writer(w, m.cents);
  }
#ifdef OK
  static bool from(io::value_view v, money& m) { return io::from_value(v, m.cents); }
#endif
};

std::optional<money> read(io::value_view v) { return v.to<money>(); }
