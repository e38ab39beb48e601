// F15: a whole server over the memory transport. The input decides what clients, network and
// program do next (see ../memory/script.hpp, which says what must hold).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "memory/script.hpp"

namespace {

/// A byte or two for each choice; nothing but zeros at the end.
class input {
 public:
  input(const std::uint8_t* data, std::size_t size) : data_{data}, size_{size} {}

  std::size_t operator()(std::size_t below) {
    std::size_t number = next();
    if (below > 256) number = number << 8 | next();
    return number % below;
  }

 private:
  std::size_t next() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }

  const std::uint8_t* data_;
  std::size_t size_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input choices{data, size};
  socketio::test::script_counts counts;
  const std::string fault = socketio::test::script{choices, counts}.play(size / 3);
  if (!fault.empty()) {
    std::fprintf(stderr, "does not hold: %s\n", fault.c_str());
    std::abort();
  }
  return 0;
}
