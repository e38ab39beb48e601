#include "socketio/proto/http/negotiation.hpp"

#include "support/catch.hpp"

using socketio::http::etag_matches;
using socketio::http::quality_of;

TEST_CASE("RFC 9110 12.5.3 how much a coding is liked", "[proto]") {
  CHECK(quality_of("", "gzip") == 0);
  CHECK(quality_of("gzip", "gzip") == 1000);
  CHECK(quality_of("deflate, gzip;q=0.5", "gzip") == 500);
  CHECK(quality_of("gzip; Q=0.123", "gzip") == 123);
  CHECK(quality_of("gzip ; q=1.000", "gzip") == 1000);
  CHECK(quality_of("gzip;q=1", "gzip") == 1000);
  CHECK(quality_of("gzip;q=0", "gzip") == 0);
  CHECK(quality_of("gzip;q=0.", "gzip") == 0);
  CHECK(quality_of("*;q=0.3", "gzip") == 300);
  CHECK(quality_of("gzip;q=0, *", "gzip") == 0);
  CHECK(quality_of("*, gzip;q=0", "gzip") == 0);
  CHECK(quality_of("xgzip, gzipx", "gzip") == 0);
  for (const char* bad : {"gzip;q=1.001", "gzip;q=2", "gzip;q=-1", "gzip;q=0.1234",
                          "gzip;q=", "gzip;q", "gzip;q=.5", "gzip;q=0,5", "gzip;x=1"}) {
    CAPTURE(bad);
    CHECK(quality_of(bad, "gzip") == 0);
  }
}

TEST_CASE("RFC 9110 13.1.2 whether a tag is named", "[proto]") {
  CHECK(etag_matches("\"a\"", "\"a\""));
  CHECK(etag_matches("W/\"a\"", "\"a\""));
  CHECK(etag_matches("\"b\" , \"a\"", "\"a\""));
  CHECK(etag_matches("*", "\"a\""));
  CHECK_FALSE(etag_matches("", "\"a\""));
  CHECK_FALSE(etag_matches("\"b\"", "\"a\""));
  CHECK_FALSE(etag_matches("a", "\"a\""));
  CHECK_FALSE(etag_matches("w/\"a\"", "\"a\""));
}
