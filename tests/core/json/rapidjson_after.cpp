// A program that uses RapidJSON itself, included after ours.
#include "socketio/core/json/rapidjson.hpp"
// clang-format off
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
// clang-format on

#include <string>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

namespace {

struct recorder : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, recorder> {
  bool Default() { return true; }
  bool Double(double d) {
    sum += d;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    strings.append(text, size);
    return true;
  }

  double sum = 0;
  std::string strings;
};

rapidjson::ParseResult parse(std::string text, recorder& out) {
  rapidjson::InsituStringStream in{text.data()};
  return rapidjson::Reader{}.Parse<rapidjson::kParseInsituFlag>(in, out);
}

}  // namespace

TEST_CASE("RapidJSON of the program, included after ours, keeps working", "[json]") {
  recorder out;
  CHECK_FALSE(parse(R"([1e2,"a\n",{"b":[null,0.5]}])", out).IsError());
  CHECK(out.sum == 100.5);
  CHECK(out.strings == "a\nb");
  CHECK(parsed{"[1e2]"}.dump() == "[100]");
}

TEST_CASE("our rules for numbers and text do not get into the program's RapidJSON", "[json]") {
  recorder out;
  CHECK(parse("1e400", out).Code() == rapidjson::kParseErrorNumberTooBig);
  CHECK(parse("\"\\ud800\"", out).Code() == rapidjson::kParseErrorStringUnicodeSurrogateInvalid);
}
