#include "socketio/proto/http/request.hpp"

#include "support/catch.hpp"

TEST_CASE("headers are found in any case, the first of several", "[http][request]") {
  socketio::http::request request;
  request.headers = {{"Cookie", "a=1"}, {"X-Empty", ""}, {"cookie", "b=2"}};
  CHECK(request.header("COOKIE") == "a=1");
  CHECK(request.count("cookie") == 2);
  CHECK(request.header("x-empty") == "");
  CHECK(request.header("x-missing") == std::nullopt);
  CHECK(request.count("x-missing") == 0);
}
