// F4: queries, cookies, escapes: nothing is decoded twice, and what is written reads the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "socketio/core/percent.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/http/cookie.hpp"
#include "socketio/proto/http/query.hpp"
#include "socketio/proto/http/response.hpp"

namespace {

using namespace socketio::http;

void check(bool condition) {
  if (!condition) std::abort();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back("0123456789abcdef"[byte >> 4]);
    out.push_back("0123456789ABCDEF"[byte & 15]);
  }
  return out;
}

void check_query(std::string_view text) {
  const query sent{text};
  for (const auto& [name, value] : sent) {
    check(name.data() >= text.data() && name.data() + name.size() <= text.data() + text.size());
    check(name.find_first_of("&=") == name.npos && value.find('&') == value.npos);
    const auto key = socketio::form_decode(name);
    if (!key) continue;
    const auto found = sent.find(*key);
    check(found.conflict != found.value.has_value());  // it is there, so one of them
    if (found.value) {
      check(found.value == socketio::form_decode(value));
      check(socketio::is_utf8(*found.value));
    }
  }
}

void check_percent(std::string_view text) {
  const std::string twice = escaped(text);
  check(socketio::percent_decode(twice) == text);
  check(socketio::form_decode(twice) == text);
  check(socketio::percent_decode(escaped(twice)) == twice);
  if (const auto decoded = socketio::percent_decode(text)) {
    check(decoded->size() <= text.size());
    const auto escapes = static_cast<std::size_t>(std::count(text.begin(), text.end(), '%'));
    check(decoded->size() == text.size() - 2 * escapes);
  }
}

void check_cookies(std::string_view text) {
  for (const auto& [name, value] : cookies{text}) {
    check(cookies{text}.find(name).has_value());
    set_cookie cookie;
    cookie.name = name;
    cookie.value = value;
    if (const auto line = to_header(cookie)) {
      check(is_header("Set-Cookie", *line));
      check(cookies{*line}.find(name) == value);
    }
  }
}

void check_headers(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return;
  response r;
  if (!r.set(text.substr(0, colon), text.substr(colon + 1))) return;
  std::string written;
  write_response(written, r, true);
  check(std::count(written.begin(), written.end(), '\n') == 4);
  check(std::count(written.begin(), written.end(), '\r') == 4);
  check(written.find('\0') == written.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto block = std::make_unique<char[]>(size);
  std::copy_n(reinterpret_cast<const char*>(data), size, block.get());
  const std::string_view text{block.get(), size};
  check_query(text);
  check_percent(text);
  check_cookies(text);
  check_headers(text);
  return 0;
}
