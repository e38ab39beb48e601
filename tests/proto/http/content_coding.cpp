#include "socketio/proto/http/content_coding.hpp"

#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace socketio::http;
using enum content_coding;

namespace {

content_coding chosen(std::string_view accept_encoding) { return choose_coding(accept_encoding); }

}  // namespace

TEST_CASE("F094 the client's preference decides between gzip and deflate", "[http][coding]") {
  CHECK(chosen("gzip") == gzip);
  CHECK(chosen("deflate") == deflate);
  CHECK(chosen("gzip, deflate") == gzip);
  CHECK(chosen("deflate, gzip") == deflate);
  CHECK(chosen("gzip, deflate, br, zstd") == gzip);
  CHECK(chosen("br, deflate, gzip") == deflate);
  CHECK(chosen("gzip;q=0.5, deflate;q=0.8") == deflate);
  CHECK(chosen("gzip;q=0.8, deflate;q=0.5") == gzip);
  CHECK(chosen("gzip;q=0.8, deflate") == deflate);
  CHECK(chosen("GZIP") == gzip);
  CHECK(chosen("x-gzip") == gzip);
  CHECK(chosen("gzip ; q=0.5 ,\tdeflate; Q=0.501") == deflate);
}

TEST_CASE("F093 without a coding that the client accepts there is none", "[http][coding]") {
  CHECK(chosen("") == identity);
  CHECK(chosen(" , ,") == identity);
  CHECK(chosen("br") == identity);
  CHECK(chosen("identity") == identity);
  CHECK(chosen("gzip;q=0") == identity);
  CHECK(chosen("gzip;q=0.000, deflate;q=0") == identity);
  CHECK(chosen("gzip;q=0, *") == deflate);
  CHECK(chosen("gzip;q=0, deflate;q=0, *") == identity);
  CHECK(chosen("*;q=0") == identity);
  CHECK(chosen("gzipped, gzi, xgzip, deflate64") == identity);
}

TEST_CASE("a star stands for what is not named, and comes last", "[http][coding]") {
  CHECK(chosen("*") == gzip);
  CHECK(chosen("*, deflate") == deflate);
  CHECK(chosen("*;q=0.5, deflate;q=0.5") == deflate);
  CHECK(chosen("*, deflate;q=0.5") == gzip);
  CHECK(chosen("*;q=0.2, deflate;q=0.5") == deflate);
}

TEST_CASE("who likes the content as it is better, gets it so", "[http][coding]") {
  CHECK(chosen("identity, gzip;q=0.5") == identity);
  CHECK(chosen("identity;q=0.5, gzip;q=0.5") == gzip);
  CHECK(chosen("identity;q=0, gzip;q=0.1") == gzip);
}

TEST_CASE("elements that are not well-formed are passed over", "[http][coding]") {
  for (const std::string_view weight :
       {"2", "1.1", "1.001", "-1", "0.1234", ".5", "0,5", "x", "", "1.0000", "0.x", "00"}) {
    INFO(weight);
    CHECK(chosen(std::string{"gzip;q="}.append(weight)) == identity);
  }
  CHECK(chosen("gzip;level=9") == identity);
  CHECK(chosen("gzip;q=0.5;q=1") == identity);
  CHECK(chosen("gzip;") == identity);
  CHECK(chosen("gzip;q=0., deflate;q=0.1") == deflate);
  CHECK(chosen("gzip;q=1.000, deflate") == gzip);
  CHECK(chosen("gzip;q=x, deflate") == deflate);
}

TEST_CASE("what is said first about a coding counts", "[http][coding]") {
  CHECK(chosen("gzip;q=0, gzip") == identity);
  CHECK(chosen("gzip, gzip;q=0") == gzip);
}

TEST_CASE("several lines are one list", "[http][coding]") {
  request r;
  CHECK(choose_coding(r) == identity);
  r.headers = {{"Accept-Encoding", "br"}, {"Host", "gzip"}, {"accept-encoding", "deflate, gzip"}};
  CHECK(choose_coding(r) == deflate);
}

TEST_CASE("the names that Content-Encoding takes", "[http][coding]") {
  CHECK(to_string(identity) == "identity");
  CHECK(to_string(gzip) == "gzip");
  CHECK(to_string(deflate) == "deflate");
}
