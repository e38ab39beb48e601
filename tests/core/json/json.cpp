#include "socketio/json.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace io = socketio;

namespace {

struct message {
  std::string user, text;
  std::optional<int> likes;
};

}  // namespace

TEST_CASE("to_json and from_json", "[json]") {
  CHECK(io::to_json(message{"ann", "hi \"all\"", {}}) == R"({"user":"ann","text":"hi \"all\""})");
  const auto m = io::from_json<message>(R"({"user":"ann","text":"hi","likes":3,"x":[]})");
  REQUIRE(m);
  CHECK(m->user == "ann");
  CHECK(m->likes == 3);
}

TEST_CASE("from_json gives nothing for what is no JSON, or something else", "[json]") {
  CHECK_FALSE(io::from_json<message>(""));
  CHECK_FALSE(io::from_json<message>("{\"user\":\"a\",\"text\":\"b\""));
  CHECK_FALSE(io::from_json<message>("[]"));
  CHECK_FALSE(io::from_json<message>(R"({"user":"ann"})"));
  CHECK_FALSE(io::from_json<int>("1 2"));
  CHECK(io::from_json<int>(" 12 ") == 12);
  CHECK(io::from_json<std::vector<std::string>>(R"(["a","b"])")->size() == 2);
}

TEST_CASE("from_json has no limit of size but one of depth", "[json]") {
  std::string text = "[";
  for (int i = 0; i < 1'200'000; ++i) text += "0,";
  text += "0]";
  CHECK(io::from_json<std::vector<int>>(text)->size() == 1'200'001);
  CHECK(io::from_json<io::value>(std::string(128, '[') + std::string(128, ']')));
  CHECK_FALSE(io::from_json<io::value>(std::string(129, '[') + std::string(129, ']')));
}

TEST_CASE("from_json leaves its text as it is", "[json]") {
  const std::string text = R"(["\n","\ud800"])";
  const std::string before = text;
  CHECK(io::to_json(*io::from_json<io::value>(text)) == "[\"\\n\",\"\ufffd\"]");
  CHECK(text == before);
}
