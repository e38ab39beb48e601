#include "socketio/engine/request_info.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/proto/http/request.hpp"
#include "support/catch.hpp"

using socketio::ref;
using socketio::engine::request_info;

namespace {

constexpr std::chrono::system_clock::time_point noon{std::chrono::hours{12}};

/// A request whose text is gone when the information is read.
ref<const request_info> information(std::string target,
                                    std::vector<std::pair<std::string, std::string>> headers) {
  socketio::http::request request;
  request.target = target;
  for (const auto& [name, value] : headers) request.headers.push_back({name, value});
  return ref<const request_info>{new request_info{request, "192.0.2.1", true, noon}};
}

}  // namespace

TEST_CASE("a request's information is kept without the request", "[request_info]") {
  const auto info =
      information("/socket.io/?EIO=4&transport=polling&x=a?b", {{"Host", "example.com:3000"},
                                                                {"X-Empty", ""},
                                                                {"Cookie", "a=1; b=\"2:3\""},
                                                                {"cookie", "second"}});
  CHECK(info->url() == "/socket.io/?EIO=4&transport=polling&x=a?b");
  CHECK(info->query() == "EIO=4&transport=polling&x=a?b");
  CHECK(info->header("host") == "example.com:3000");
  CHECK(info->header("COOKIE") == "a=1; b=\"2:3\"");
  CHECK(info->header("x-empty") == "");
  CHECK_FALSE(info->header("missing"));
  CHECK_FALSE(info->header("hos"));
  CHECK(info->address() == "192.0.2.1");
  CHECK(info->secure());
  CHECK(info->issued() == noon);

  std::string visited;
  info->for_each_header([&](std::string_view name, std::string_view value) {
    visited.append(name).append(1, '=').append(value).append(1, '|');
  });
  CHECK(visited == "Host=example.com:3000|X-Empty=|Cookie=a=1; b=\"2:3\"|cookie=second|");
}

TEST_CASE("a request without query and headers", "[request_info]") {
  const auto info = information("/", {});
  CHECK(info->url() == "/");
  CHECK(info->query().empty());
  CHECK_FALSE(info->header("host"));
  CHECK(information("/?", {})->query().empty());
}
