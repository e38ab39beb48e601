#include "socketio/proto/eio/poll_answer.hpp"

#include <string>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "socketio/proto/eio/frames.hpp"
#include "support/catch.hpp"

namespace eio = socketio::eio;
using eio::dialect;
using eio::revision;
using socketio::frame;
using namespace std::string_literals;

namespace {

frame make_frame(frame::kind kind, std::string_view packet) {
  socketio::frame_builder builder;
  builder.append(packet);
  return builder.seal(kind, "");
}

const std::vector<frame> text{make_frame(frame::kind::text, "4€"), eio::bare_frame({})};
const std::vector<frame> binary{make_frame(frame::kind::text, "4€"),
                                make_frame(frame::kind::binary, "\1\2\3\4")};

std::string body(const std::vector<frame>& frames, const dialect& form) {
  return eio::make_poll_answer(frames, form).body;
}

constexpr std::string_view plain = "text/plain; charset=UTF-8";

}  // namespace

TEST_CASE("F070 F139 F140 the answer of revision 4 is text", "[eio]") {
  const auto answer = eio::make_poll_answer(binary, {});
  CHECK(answer.body ==
        "4€\x1e"
        "bAQIDBA==");
  CHECK(answer.content_type == plain);
  CHECK(answer.lines == "cache-control: no-store\r\n");
  CHECK(body(binary, {revision::v4, true, {}}) == answer.body);
}

TEST_CASE("F151 F153 the answer of revision 3 is bytes if there are any to be sent", "[eio3]") {
  const auto answer = eio::make_poll_answer(binary, {revision::v3, false, {}});
  CHECK(answer.body ==
        "\0\4\xff"
        "4€"
        "\1\5\xff\4\1\2\3\4"s);
  CHECK(answer.content_type == "application/octet-stream");
  const auto other = eio::make_poll_answer(text, {revision::v3, false, {}});
  CHECK(other.body == "2:4€1:0");
  CHECK(other.content_type == plain);
}

TEST_CASE("F150 the answer of revision 3 is text if the client wants base64", "[eio3]") {
  const auto answer = eio::make_poll_answer(binary, {revision::v3, true, {}});
  CHECK(answer.body == "2:4€10:b4AQIDBA==");
  CHECK(answer.content_type == plain);
}

TEST_CASE("F098 F099 R70 the answer of JSONP is a script of either revision", "[jsonp]") {
  const auto answer = eio::make_poll_answer(binary, {revision::v4, false, 3});
  CHECK(answer.body == "___eio[3](\"4€\\u001ebAQIDBA==\");");
  CHECK(answer.content_type == "text/javascript; charset=UTF-8");
  CHECK(answer.lines ==
        "cache-control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n");
  CHECK(body(binary, {revision::v3, false, 0}) == "___eio[0](\"2:4€10:b4AQIDBA==\");");
  CHECK(body({}, {revision::v4, false, 1}) == "___eio[1](\"\");");
}
