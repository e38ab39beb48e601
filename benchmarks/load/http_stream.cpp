#include "http_stream.hpp"

#include <charconv>
#include <optional>

#include <strings.h>

namespace load {
namespace {

std::optional<std::string_view> header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != head.npos; at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        ::strncasecmp(line.data(), name.data(), name.size()) == 0) {
      const std::size_t value = line.find_first_not_of(' ', name.size() + 1);
      return value == line.npos ? std::string_view{} : line.substr(value);
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (result.ec != std::errc{}) return std::nullopt;
  return value;
}

// Collects a chunked body. The size of all of it; nothing when it is not complete.
std::optional<std::size_t> read_chunks(std::string_view input, std::string& body) {
  std::size_t at = 0;
  for (;;) {
    const std::size_t line = input.find("\r\n", at);
    if (line == input.npos) return std::nullopt;
    const std::size_t size = number(input.substr(at, line - at), 16).value_or(0);
    if (input.size() < line + 2 + size + 2) return std::nullopt;
    body += input.substr(line + 2, size);
    at = line + 2 + size + 2;
    if (size == 0) return at;
  }
}

}  // namespace

void http_stream::request(std::string_view text) {
  waiting_ = true;
  send(text);
}

void http_stream::lost(std::string_view why) {
  ctx_.rec.error("long-polling: " + std::string{why});
}

std::size_t http_stream::received(std::string_view input, std::uint64_t now) {
  const std::size_t end = input.find("\r\n\r\n");
  if (end == input.npos) return 0;
  const std::string_view head = input.substr(0, end), rest = input.substr(end + 4);
  if (!head.starts_with("HTTP/1.1 200")) return fail("the status is not 200"), 0;

  std::string chunks;
  std::string_view body;
  std::optional<std::size_t> size;
  if (const auto length = header(head, "content-length")) {
    size = number(*length, 10);
    if (size && rest.size() < *size) return 0;
    body = rest.substr(0, size.value_or(0));
  } else if (header(head, "transfer-encoding")) {
    size = read_chunks(rest, chunks);
    if (!size) return 0;
    body = chunks;
  }
  if (!size || *size != rest.size()) return fail("the response has a wrong length"), 0;
  waiting_ = false;
  owner_.response(*this, body, now);
  return input.size();
}

}  // namespace load
