#include "socketio/core/rare_text.hpp"

#include "support/catch.hpp"

TEST_CASE("a rare text is a text", "[rare_text]") {
  socketio::rare_text text;
  CHECK(text.empty());
  CHECK(text.view().empty());
  CHECK(text.take().empty());
  text.append("");
  text.remove_prefix(0);
  CHECK(text.empty());

  text.append("one ");
  text.append("");
  text.append("two");
  CHECK(text.view() == "one two");
  CHECK(text.size() == 7);
  text.remove_prefix(4);
  CHECK(text.view() == "two");
  text.remove_prefix(3);
  CHECK(text.empty());

  text.append("three");
  CHECK(text.take() == "three");
  CHECK(text.empty());
  text.append("four");
  text.clear();
  CHECK(text.empty());
  CHECK(sizeof text == sizeof(void*));
}
