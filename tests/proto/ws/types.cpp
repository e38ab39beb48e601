#include "socketio/proto/ws/types.hpp"

#include "support/catch.hpp"

namespace ws = socketio::ws;

TEST_CASE("ws opcodes: known and control (RFC 6455 §5.2)", "[ws]") {
  for (unsigned value = 0; value < 16; ++value) {
    CAPTURE(value);
    const auto op = static_cast<ws::opcode>(value);
    CHECK(ws::is_known(op) == (value <= 2 || (value >= 8 && value <= 10)));
    CHECK(ws::is_control(op) == (value >= 8));
  }
}

TEST_CASE("R106 the close codes that may be on the wire (RFC 6455 §7.4)", "[ws]") {
  for (unsigned value = 0; value <= 0xffff; ++value) {
    const bool assigned =
        value >= 1000 && value <= 1014 && value != 1004 && value != 1005 && value != 1006;
    const bool free = value >= 3000 && value <= 4999;
    if (ws::may_be_sent(static_cast<ws::close_code>(value)) != (assigned || free)) FAIL(value);
  }
}
