// Clients on the in-memory network, for tests of a whole server: plain HTTP, WebSocket and polling.
#pragma once

#include <chrono>
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

/// Packets as a client has received them: text as it is, binary behind "b:", the end of a WebSocket
/// as "close 1005", that of the stream as "end" or "reset".
using packets = std::vector<std::string>;

inline constexpr std::uint16_t port = 80;

/// The text between two marks, empty if there is none.
inline std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const auto begin = text.find(before);
  if (begin == text.npos) return {};
  text.remove_prefix(begin + before.size());
  return std::string{text.substr(0, text.find(after))};
}

// ---- HTTP
// ------------------------------------------------------------------------------------------

struct http_answer {
  unsigned status = 0;
  std::string head;  ///< status line and header lines
  std::string body;

  /// The value of a header, written as here; "(none)" if there is none.
  std::string header(std::string_view name) const {
    const std::string line = std::string{"\r\n"}.append(name).append(": ");
    return head.find(line) == head.npos ? "(none)" : between(head, line, "\r\n");
  }
};

/// Takes the first whole answer off what was received.
inline std::optional<http_answer> take_answer(std::string& received, bool head_only = false) {
  const auto end = received.find("\r\n\r\n");
  if (end == received.npos) return {};
  http_answer answer;
  answer.head = received.substr(0, end + 2);
  answer.status = static_cast<unsigned>(std::stoul(answer.head.substr(9, 3)));
  const std::string length = answer.header("Content-Length");
  const std::size_t size = head_only || length == "(none)" ? 0 : std::stoul(length);
  if (received.size() < end + 4 + size) return {};
  answer.body = received.substr(end + 4, size);
  received.erase(0, end + 4 + size);
  return answer;
}

/// A connection that speaks HTTP.
class http_client {
 public:
  explicit http_client(memory::network& n) : peer{n.connect(port)}, network_{&n} {}

  static std::string get(std::string_view target, std::string_view lines = {}) {
    return std::string{"GET "}
        .append(target)
        .append(" HTTP/1.1\r\nHost: test\r\n")
        .append(lines)
        .append("\r\n");
  }
  static std::string post(std::string_view target, std::string_view body,
                          std::string_view lines = {}) {
    return std::string{"POST "}
        .append(target)
        .append(" HTTP/1.1\r\nHost: test\r\nContent-Length: ")
        .append(std::to_string(body.size()))
        .append("\r\n")
        .append(lines)
        .append("\r\n")
        .append(body);
  }

  void write(std::string_view data) {
    peer.write(data);
    network_->run();
  }

  /// The next answer; status 0 if none has come.
  http_answer answer(bool head_only = false) {
    network_->run();
    received_ += peer.take();
    return take_answer(received_, head_only).value_or(http_answer{});
  }

  http_answer exchange(std::string_view request) {
    write(request);
    return answer();
  }

  /// What has come of answers that are not whole.
  const std::string& rest() {
    network_->run();
    return received_ += peer.take();
  }

  memory::peer peer;

 private:
  memory::network* network_;
  std::string received_;
};

// ---- WebSocket
// -------------------------------------------------------------------------------------

/// A session over WebSocket. Unless told otherwise it answers heartbeats, and keeps quiet of them.
class ws_client {
 public:
  explicit ws_client(memory::network& n, std::string_view query = {}, std::string_view lines = {},
                     std::string_view eio = "4")
      : peer{n.connect(port)}, network_{&n} {
    peer.write(request(query, lines, eio));
    packets first = take();
    if (first.empty()) return;
    open = first.front();
    first.erase(first.begin());
    before_join = std::move(first);
  }

  static std::string request(std::string_view query = {}, std::string_view lines = {},
                             std::string_view eio = "4") {
    return http_client::get(
        std::string{"/socket.io/?transport=websocket&EIO="}.append(eio).append(query),
        std::string{"Connection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"}
            .append(lines));
  }

  /// Joins a namespace, and gives the id of the socket.
  std::string join(std::string_view nsp = "/", std::string_view auth = {}) {
    send(std::string{"40"}.append(nsp == "/" ? "" : std::string{nsp} + ",").append(auth));
    for (const auto& each : take()) {
      if (each.starts_with("40")) return between(each, R"("sid":")", "\"");
      before_join.push_back(each);
    }
    return {};
  }

  void send(std::string_view text) { write(text_frame(text)); }
  void send_binary(std::string_view data) { write(binary_frame(data)); }
  void write(std::string_view data) {
    peer.write(data);
    network_->run();
  }

  /// What has come since the last time.
  packets take() {
    network_->run();
    packets all;
    for (;;) {
      received_ += peer.take();
      if (!upgraded_) {
        const auto answer = take_answer(received_);
        if (!answer) break;
        status = answer->status;
        answer_head = answer->head;
        if (answer->status != 101) {
          all.push_back(answer->body);
          break;
        }
        upgraded_ = true;
      }
      frames_.feed(std::exchange(received_, {}));
      bool answered = false;
      while (const auto frame = next_message()) {
        if (frame->op == ws::opcode::close) {
          all.push_back("close " + std::to_string(frame->close_code()));
        } else if (frame->op == ws::opcode::pong) {
          all.push_back("pong:" + frame->payload);
        } else if (frame->op == ws::opcode::binary) {
          all.push_back("b:" + frame->payload);
        } else if (frame->payload == "2" && answers_heartbeat) {
          peer.write(text_frame("3"));
          answered = true;
        } else {
          all.push_back(frame->payload);
        }
      }
      if (!answered) break;
      network_->run();
    }
    if (peer.closed() && !std::exchange(ended_, true)) {
      all.push_back(peer.aborted() ? "reset" : "end");
    }
    return all;
  }

  memory::peer peer;
  std::string open;         ///< the open packet
  std::string answer_head;  ///< of the answer to the handshake
  unsigned status = 0;      ///< of that answer
  packets before_join;      ///< what came before the answer to a CONNECT
  bool answers_heartbeat = true;

 private:
  /// The next message, put together if it came in fragments.
  std::optional<server_frame> next_message() {
    while (auto frame = frames_.next()) {
      if (frame->op == ws::opcode::continuation) {
        begun_.payload += frame->payload;
        if (frame->fin) return begun_;
      } else if (frame->fin) {
        return frame;
      } else {
        begun_ = *std::move(frame);
      }
    }
    return {};
  }

  memory::network* network_;
  std::string received_;
  server_frame_reader frames_;
  server_frame begun_;
  bool upgraded_ = false;
  bool ended_ = false;
};

// ---- polling
// ---------------------------------------------------------------------------------------

/// A session over long-polling: one connection for its GETs, and one for its POSTs.
class polling_client {
 public:
  explicit polling_client(memory::network& n, std::string_view query = {},
                          std::string_view lines = {})
      : gets{n}, posts{n} {
    const auto answer = gets.exchange(
        http_client::get(std::string{"/socket.io/?EIO=4&transport=polling"}.append(query), lines));
    status = answer.status;
    open = answer.body;
    sid = between(open, R"("sid":")", "\"");
  }

  std::string target() const { return "/socket.io/?EIO=4&transport=polling&sid=" + sid; }

  /// Sends a GET, if none is held.
  void poll() {
    if (!std::exchange(polling_, true)) gets.write(http_client::get(target()));
  }

  /// The packets of the answer to the GET, if it has come.
  packets take() {
    poll();
    const auto answer = gets.answer();
    packets all;
    if (answer.status == 0) {
      if (gets.peer.closed()) all.push_back(gets.peer.aborted() ? "reset" : "end");
      return all;
    }
    polling_ = false;
    get_status = answer.status;
    std::string_view rest = answer.body;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\x1e'), rest.size());
      all.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (answers_heartbeat && all == packets{"2"}) {
      post("3");
      return take();
    }
    return all;
  }

  /// The answer to a POST of these packets.
  http_answer post(std::string_view payload) {
    return posts.exchange(http_client::post(target(), payload));
  }

  std::string join(std::string_view nsp = "/") {
    post(std::string{"40"}.append(nsp == "/" ? "" : std::string{nsp} + ","));
    for (const auto& each : take()) {
      if (each.starts_with("40")) return between(each, R"("sid":")", "\"");
    }
    return {};
  }

 private:
  bool polling_ = false;

 public:
  http_client gets;
  http_client posts;
  std::string open;
  std::string sid;
  unsigned status = 0;      ///< of the first answer
  unsigned get_status = 0;  ///< of the last GET's answer
  bool answers_heartbeat = true;
};

/// Lets time go by in steps small enough for clients to answer heartbeats. Gives what they
/// received.
template <class... Clients>
packets live(memory::network& n, std::chrono::milliseconds time, Clients&... clients) {
  packets all;
  const auto collect = [&](auto& client) {
    for (auto& each : client.take()) all.push_back(std::move(each));
  };
  constexpr std::chrono::milliseconds step{1'000};
  for (; time.count() > 0; time -= std::min(time, step)) {
    n.advance(std::min(time, step));
    (collect(clients), ...);
  }
  return all;
}

}  // namespace socketio::test
