// What cannot be in a message, because nobody could say what it is there.
#include <map>

#include <socketio.hpp>

// expect: socketio: a single character cannot be in a message
void send_letter(io::nsp& nsp) {
#ifdef OK
  nsp.emit("letter", "x");
#else
  nsp.emit("letter", 'x');
#endif
}

// expect: socketio: a single std::byte cannot be in a message
void send_byte(io::nsp& nsp, std::byte flags) {
#ifdef OK
  nsp.emit("flags", io::bytes{flags});
#else
  nsp.emit("flags", flags);
#endif
}

// expect: socketio: a pointer cannot be in a message
void send_count(io::nsp& nsp, int count) {
#ifdef OK
  nsp.emit("count", count);
#else
  nsp.emit("count", &count);
#endif
}

// expect: socketio: the keys of a map become the keys of a JavaScript object
#ifdef OK
using scores = std::map<std::string, int>;
#else
using scores = std::map<int, int>;
#endif
void send_scores(io::nsp& nsp, const scores& all) { nsp.emit("scores", all); }

struct person {
  std::string name;
};

// expect: socketio: the members of a struct with base classes cannot be found out
#ifdef OK
struct player {
  person who;
#else
struct player : person {
#endif
  int score = 0;
};
void send_player(io::nsp& nsp) { nsp.emit("player", player{}); }

// expect: socketio: this struct has more than 32 members
struct row {
  int a1, a2, a3, a4, a5, a6, a7, a8, b1, b2, b3, b4, b5, b6, b7, b8;
  int c1, c2, c3, c4, c5, c6, c7, c8, d1, d2, d3, d4, d5, d6, d7, d8;
#ifndef OK
  int one_more;
#endif
};
void send_row(io::nsp& nsp) { nsp.emit("row", row{}); }

// expect: socketio: this type cannot be in a message
class counter {
#ifdef OK
 public:
#endif
  int count = 0;
};
void send_counter(io::nsp& nsp) { nsp.emit("counter", counter{}); }
