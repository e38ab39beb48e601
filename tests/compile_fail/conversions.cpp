// What can be sent need not be something that can be received, nor the other way round.
#include <socketio.hpp>

struct weight {
  explicit weight(int g) : grams{g} {}
  weight() = default;
  int grams = 0;
};

template <>
struct io::convert<weight> {
  template <class Writer>
  static void to(Writer& w, const weight& x) {
    io::to_writer(w, x.grams);
  }
#ifdef OK
  static bool from(io::value_view v, weight& x) { return io::from_value(v, x.grams); }
#endif
};

// expect: socketio: to be received, this type needs a default constructor and its io::convert a
auto read_weight(io::value_view v) { return v.to<weight>(); }

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

// expect: socketio: to be sent, the io::convert of this type needs a
void send_money(io::nsp& nsp, const money& m) { nsp.emit("paid", m); }

// expect: socketio: this range can be sent but not received
#ifdef OK
auto read_numbers(io::value_view v) { return v.to<std::vector<int>>(); }
#else
auto read_numbers(io::value_view v) { return v.to<std::span<const int>>(); }
#endif

// expect: socketio: this type can be sent but not received
#ifdef OK
auto read_name(io::value_view v) { return v.to<std::string>(); }
#else
auto read_name(io::value_view v) { return v.to<const char*>(); }
#endif

// expect: socketio: the text is gone when from_json returns
#ifdef OK
auto parse_name(const std::string& text) { return io::from_json<std::string>(text); }
#else
auto parse_name(const std::string& text) { return io::from_json<std::string_view>(text); }
#endif
