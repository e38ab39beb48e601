// F1-F3: any cut gives the same requests, and what is accepted means the same when written again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "../proto/http/outcome.hpp"
#include "socketio/proto/http/request_parser.hpp"

namespace {

using namespace socketio::http;

void check(bool condition) {
  if (!condition) std::abort();
}

void check_clean(std::string_view text) {
  check(text.find_first_of(std::string_view{"\r\n\0", 3}) == text.npos);
}

std::string rewritten(const request& message) {
  std::string text{message.method_text};
  text.append(" ").append(message.target).append(" HTTP/1.");
  text.append(1, static_cast<char>('0' + message.version_minor)).append("\r\n");
  for (const auto& [name, value] : message.headers) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  return text.append("\r\n");
}

void check_message(const request& message, const limits& most) {
  check_clean(message.target);
  check_clean(message.host);
  check(message.headers.size() <= most.headers);
  check(message.target.size() <= most.target);
  check(message.body.size() <= most.body);
  for (const auto& [name, value] : message.headers) {
    check_clean(name);
    check_clean(value);
    check(!name.empty());
  }
  if (message.chunked) check(!message.content_length);

  const std::string text = rewritten(message);
  // Rewriting adds at most the space behind each colon.
  limits wider = most;
  wider.head += message.headers.size();
  request_parser again{wider};
  check(again.feed(text) == text.size());
  const bool more = message.chunked || message.content_length.value_or(0) != 0;
  check(again.state() == (more ? parse_state::head_complete : parse_state::complete));
  request bodiless = message;
  bodiless.body = {};
  check(http_test::describe(again.message()) == http_test::describe(bodiless));
}

/// Every request in turn; the number of bytes taken is bounded by what is there.
void check_requests(std::string_view input, const limits& most) {
  request_parser parser{most};
  for (;;) {
    const std::size_t used = parser.feed(input);
    check(used <= input.size());
    input.remove_prefix(used);
    switch (parser.state()) {
      case parse_state::need_more:
        check(input.empty());
        return;
      case parse_state::head_complete:
        break;
      case parse_state::complete:
        check_message(parser.message(), most);
        if (parser.message().upgrade_websocket) return;
        parser.next();
        if (input.empty()) return;
        break;
      case parse_state::failed:
        check(parser.error().status >= 400 && parser.error().status < 600);
        check(!parser.error().reason.empty());
        check(parser.feed(input) == 0);
        return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  limits most;
  if (data[0] % 2 != 0) most = {200, 5, 40, 30, 20, 60};  // limits that short inputs reach
  const unsigned seed = data[0] * 256u + data[1];
  const std::string_view input{reinterpret_cast<const char*>(data + 2), size - 2};

  const std::string whole = http_test::outcome({input}, most);
  check(http_test::outcome(http_test::bytewise(input), most) == whole);
  check(http_test::outcome(http_test::random_pieces(input, seed), most) == whole);
  check_requests(input, most);
  return 0;
}
