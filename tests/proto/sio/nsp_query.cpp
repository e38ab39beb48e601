#include "socketio/proto/sio/nsp_query.hpp"

#include <map>
#include <string>

#include "support/catch.hpp"

using socketio::sio::nsp_query;
using auth = std::map<std::string, std::string>;

// Socket.IO protocol v4, "CONNECT".
TEST_CASE("F352 a namespace of clients 2.x is a name and a query", "[sio]") {
  CHECK(nsp_query{"/admin"}.name == "/admin");
  CHECK(nsp_query{"/admin"}.query.empty());
  CHECK(nsp_query{"/admin?"}.name == "/admin");
  CHECK(nsp_query{"/admin?"}.query.empty());
  CHECK(nsp_query{"/admin?a=1?b"}.name == "/admin");
  CHECK(nsp_query{"/admin?a=1?b"}.query == "a=1?b");
  CHECK(nsp_query{"?a"}.name.empty());
  CHECK(nsp_query{""}.name.empty());
}

TEST_CASE("F352 the query becomes the auth data", "[sio]") {
  CHECK(nsp_query{"/"}.auth() == auth{});
  CHECK(nsp_query{"/?token=a%20b+c&x=%e2%82%ac&flag&=v"}.auth() ==
        auth{{"token", "a b c"}, {"x", "€"}, {"flag", ""}, {"", "v"}});
  CHECK(nsp_query{"/?a=1&a=2&&"}.auth() == auth{{"a", "2"}});
  CHECK(nsp_query{"/?__proto__=1"}.auth() == auth{{"__proto__", "1"}});
}

TEST_CASE("F352 a query that is no text is none", "[sio]") {
  for (const char* wrong :
       {"/?a=%", "/?a=%4", "/?%zz=1", "/?a=%ff", "/?%c3=1", "/?a=1&b=%ed%a0%80"}) {
    CAPTURE(wrong);
    CHECK_FALSE(nsp_query{wrong}.auth());
  }
}
