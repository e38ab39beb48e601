#include "socketio/proto/http/gzip.hpp"

#include <string>
#include <string_view>

#include "socketio/deflate.hpp"
#include "socketio/options.hpp"
#include "support/catch.hpp"
#include "support/inflate.hpp"

namespace http = socketio::http;
namespace io = socketio;
using http::content_coding;
using socketio::test::inflate_all;

namespace {

const std::string page = [] {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "<li>" + std::to_string(i * i) + "</li>\n";
  return text;
}();

http::request asking(std::string_view accept_encoding) {
  http::request r;
  if (!accept_encoding.empty()) r.headers = {{"Accept-Encoding", accept_encoding}};
  return r;
}

std::string header(const http::response& r, std::string_view name) {
  std::string all;
  for (const auto& each : r.headers) {
    if (http::equal_ignoring_case(each.name, name)) all += (all.empty() ? "" : " | ") + each.value;
  }
  return all;
}

http::response answer(std::string_view type = "text/html; charset=utf-8",
                      std::string_view body = page) {
  http::response r;
  if (!type.empty()) r.set("Content-Type", type);
  r.body = body;
  return r;
}

http::response through(const http::response& r, std::string_view accept_encoding = "gzip",
                       const io::gzip_settings& settings = {}) {
  auto handler = io::compressed([&](const http::request&) { return r; }, settings);
  return handler(asking(accept_encoding));
}

}  // namespace

TEST_CASE("compress gives gzip and the zlib format", "[http][gzip]") {
  for (const int level : {-5, 1, 6, 9, 100}) {
    CHECK(inflate_all(io::compress(page, content_coding::gzip, level), 31) == page);
    CHECK(inflate_all(io::compress(page, content_coding::deflate, level), 15) == page);
  }
  CHECK(io::compress(page, content_coding::gzip).size() < page.size() / 3);
}

TEST_CASE("compress gives nothing when that would not be shorter", "[http][gzip]") {
  CHECK(io::compress("", content_coding::gzip).empty());
  CHECK(io::compress("x", content_coding::gzip).empty());
  CHECK(io::compress("x", content_coding::deflate).empty());
  CHECK(io::compress(page, content_coding::identity).empty());
  const std::string once = io::compress(page, content_coding::gzip);
  CHECK(io::compress(once, content_coding::gzip).empty());
}

TEST_CASE("a compressor is used again, also after what it could not shorten", "[http][gzip]") {
  http::gzip_compressor c{{}};
  CHECK(c.threshold() == 1024);
  const std::string random = io::compress(page, content_coding::gzip);
  const std::string large(1'000'000, 'x');
  for (int i = 0; i < 3; ++i) {
    CHECK(c.compress(random, content_coding::gzip).empty());
    CHECK(inflate_all(c.compress(page, content_coding::gzip), 31) == page);
    CHECK(inflate_all(c.compress(page, content_coding::deflate), 15) == page);
    CHECK(inflate_all(c.compress(large, content_coding::gzip), 31) == large);
  }
}

TEST_CASE("io::compressed compresses text for those who accept it", "[http][gzip]") {
  const auto zipped = through(answer());
  CHECK(header(zipped, "Content-Encoding") == "gzip");
  CHECK(header(zipped, "Vary") == "Accept-Encoding");
  CHECK(inflate_all(zipped.body, 31) == page);

  const auto deflated = through(answer(), "br, deflate");
  CHECK(header(deflated, "Content-Encoding") == "deflate");
  CHECK(inflate_all(deflated.body, 15) == page);

  for (const std::string_view none : {"", "br", "gzip;q=0"}) {
    const auto plain = through(answer(), none);
    CHECK(header(plain, "Content-Encoding").empty());
    CHECK(header(plain, "Vary") == "Accept-Encoding");
    CHECK(plain.body == page);
  }
}

TEST_CASE("io::compressed leaves alone what is small or does not shrink", "[http][gzip]") {
  CHECK(through(answer("text/plain", std::string(1023, 'x'))).body.size() == 1023);
  CHECK(through(answer("text/plain", std::string(1024, 'x'))).body.size() < 100);
  CHECK(through(answer("text/plain", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "gzip", {.threshold = 0})
            .body.size() < 32);
  const std::string random = io::compress(page, content_coding::gzip);
  CHECK(through(answer("text/plain", random), "gzip", {.threshold = 0}).body == random);
}

TEST_CASE("io::compressed looks at the type of the content", "[http][gzip]") {
  for (const std::string_view type :
       {"text/css", "TEXT/plain", "application/json; charset=utf-8", "text/javascript",
        "application/javascript", "image/svg+xml", "application/wasm", "application/xml"}) {
    INFO(type);
    CHECK(header(through(answer(type)), "Content-Encoding") == "gzip");
  }
  for (const std::string_view type :
       {"", "image/png", "application/octet-stream", "text", "video/mp4"}) {
    INFO(type);
    const auto same = through(answer(type));
    CHECK(same.body == page);
    CHECK(header(same, "Vary").empty());
  }
}

TEST_CASE("io::compressed respects what the handler says of the content", "[http][gzip]") {
  auto coded = answer();
  coded.set("Content-Encoding", "br");
  CHECK(through(coded).body == page);

  auto fixed = answer();
  fixed.set("Cache-Control", "public, no-transform");
  CHECK(through(fixed).body == page);

  auto part = answer();
  part.status = 206;
  CHECK(through(part).body == page);

  auto tagged = answer();
  tagged.set("ETag", "\"abc\"");
  CHECK(header(through(tagged), "ETag") == "W/\"abc\"");
  CHECK(header(through(tagged, "br"), "ETag") == "\"abc\"");
  tagged.set("ETag", "W/\"abc\"");
  CHECK(header(through(tagged), "ETag") == "W/\"abc\"");

  auto varying = answer();
  varying.set("Vary", "Origin");
  CHECK(header(through(varying), "Vary") == "Origin | Accept-Encoding");
}

TEST_CASE("io::gzip is what the option takes, and its values are checked", "[http][gzip]") {
  io::options o;
  CHECK(o.http_compression.make == nullptr);
  o.http_compression = io::gzip({.threshold = 7, .level = 9});
  CHECK(validate(o).empty());
  const auto made = o.http_compression.make(o.http_compression.settings);
  CHECK(made->threshold() == 7);
  for (const int level : {0, 10, -1}) {
    o.http_compression = io::gzip({.level = level});
    CHECK(validate(o).starts_with("http_compression: level"));
  }
  for (const int memory : {0, 10}) {
    o.http_compression = io::gzip({.memory_level = memory});
    CHECK(validate(o).starts_with("http_compression: memory_level"));
  }
}
