// A program that uses RapidJSON itself, with a setting of its own, included before ours.
// clang-format off
#define RAPIDJSON_PARSE_DEFAULT_FLAGS kParseTrailingCommasFlag
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
// clang-format on

#include <string>

#include "core/json/parsed.hpp"
#include "support/catch.hpp"

TEST_CASE("RapidJSON of the program, included before ours, keeps its settings", "[json]") {
  std::string text = R"([1e2,"a\n",])";
  rapidjson::InsituStringStream in{text.data()};
  rapidjson::BaseReaderHandler<> ignore;
  constexpr unsigned flags = rapidjson::kParseDefaultFlags | rapidjson::kParseInsituFlag;
  CHECK_FALSE(rapidjson::Reader{}.Parse<flags>(in, ignore).IsError());
  CHECK(parsed{R"([1e2,"a\n"])"}.dump() == R"([100,"a\n"])");
  CHECK(parsed{R"([1e2,"a\n",])"}.status == socketio::json::status::malformed);
}
