// Engine.IO by hand over the memory transport: HTTP requests and answers, and WebSockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/transport/memory.hpp"
#include "support/ws_client.hpp"

namespace socketio::test {

/// An HTTP answer; of status 0 if none has come, or not all of it.
struct eio_answer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  std::optional<std::string_view> header(std::string_view lower_case_name) const {
    for (const auto& [name, value] : headers) {
      if (name == lower_case_name) return value;
    }
    return {};
  }

  /// The answer at the front of `received`, and how long it is. Without Content-Length it has no
  /// body: 101 and 204 have none, and the server never sends an answer of unknown length.
  static std::pair<eio_answer, std::size_t> parse(std::string_view received) {
    const auto head_end = received.find("\r\n\r\n");
    if (head_end == received.npos || !received.starts_with("HTTP/1.1 ")) return {};
    eio_answer answer;
    std::string_view lines = received.substr(0, head_end + 2);
    const std::string_view code = lines.substr(9, 3);
    lines.remove_prefix(lines.find("\r\n") + 2);
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find("\r\n"));
      lines.remove_prefix(line.size() + 2);
      const auto colon = line.find(": ");
      std::string name{line.substr(0, colon)};
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      answer.headers.emplace_back(std::move(name), line.substr(colon + 2));
    }
    const auto length = answer.header("content-length");
    const std::size_t size = length ? number(*length) : 0;
    if (received.size() < head_end + 4 + size) return {};
    answer.body = received.substr(head_end + 4, size);
    answer.status = static_cast<unsigned>(number(code));
    return {answer, head_end + 4 + size};
  }

 private:
  static std::size_t number(std::string_view digits) {
    std::size_t value = 0;
    for (const char c : digits) value = 10 * value + static_cast<std::size_t>(c - '0');
    return value;
  }
};

/// The client's end of a WebSocket.
class eio_websocket {
 public:
  eio_websocket(memory::network& n, memory::peer p) : peer{std::move(p)}, network_{&n} {}

  void send_text(std::string_view text) { send(text_frame(text)); }
  void send_binary(std::string_view data) { send(binary_frame(data)); }
  void send(std::string_view bytes) {
    peer.write(bytes);
    network_->run();
  }

  /// The next frame, if one has come whole.
  std::optional<server_frame> next_frame() {
    network_->run();
    reader_.feed(peer.take());
    return reader_.next();
  }

  /// The payload of the next frame; empty if none has come.
  std::string next() {
    auto frame = next_frame();
    return frame ? std::move(frame->payload) : std::string{};
  }

  memory::peer peer;

 private:
  memory::network* network_;
  server_frame_reader reader_;
};

/// One kept-alive HTTP connection, until it becomes a WebSocket. A session that polls has two of
/// these: one whose GET is held, one for its POSTs.
class eio_client {
 public:
  explicit eio_client(memory::network& n, std::uint16_t at = 80)
      : peer{n.connect(at)}, network_{&n} {}

  eio_answer get(std::string_view path, std::string_view header_lines = {}) {
    send_get(path, header_lines);
    return next();
  }

  eio_answer post(std::string_view path, std::string_view body,
                  std::string_view header_lines = {}) {
    request("POST", path, header_lines, body);
    return next();
  }

  /// A GET whose answer may come later; `next` gives it.
  void send_get(std::string_view path, std::string_view header_lines = {}) {
    request("GET", path, header_lines);
  }

  void request(std::string_view method, std::string_view path, std::string_view header_lines = {},
               std::optional<std::string_view> body = {}) {
    std::string text;
    text.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: test\r\n");
    text.append(header_lines);
    if (body) text.append("Content-Length: ").append(std::to_string(body->size())).append("\r\n");
    text.append("\r\n").append(body.value_or(""));
    send(text);
  }

  void send(std::string_view bytes) {
    peer.write(bytes);
    network_->run();
  }

  eio_answer next() {
    network_->run();
    auto [answer, size] = eio_answer::parse(peer.received());
    peer.take(size);
    return answer;
  }

  /// Asks for the upgrade. The connection is the WebSocket's afterwards, whatever the answer was.
  eio_websocket websocket(std::string_view path, std::string_view header_lines = {}) {
    send_get(path, std::string{upgrade_lines}.append(header_lines));
    upgrade_answer = next();
    return {*network_, std::move(peer)};
  }

  static constexpr std::string_view upgrade_lines =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  memory::peer peer;
  eio_answer upgrade_answer;

 private:
  memory::network* network_;
};

/// The path of a session's requests; without `sid`, of the request that opens one.
inline std::string eio_path(std::string_view transport, std::string_view sid = {},
                            std::string_view endpoint = "/socket.io/") {
  std::string path{endpoint};
  path.append("?EIO=4&transport=").append(transport);
  if (!sid.empty()) path.append("&sid=").append(sid);
  return path;
}

/// The session id in an open packet; empty if it is none.
inline std::string sid_of(std::string_view open_packet) {
  constexpr std::string_view before = R"(0{"sid":")";
  if (!open_packet.starts_with(before)) return {};
  open_packet.remove_prefix(before.size());
  return std::string{open_packet.substr(0, open_packet.find('"'))};
}

}  // namespace socketio::test
