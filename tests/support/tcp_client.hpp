// Clients over real sockets, each for the thread that owns it. Written by hand, to bear witness
// against the library.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "support/sio_client.hpp"
#include "support/ws_client.hpp"

namespace socketio::test {

/// A blocking connection that throws when nothing happens for long: a bound for hangs, not a
/// measure.
class tcp_stream {
 public:
  explicit tcp_stream(std::uint16_t to) {
    socket_.connect({asio::ip::address_v4::loopback(), to});
    socket_.set_option(asio::ip::tcp::no_delay{true});
  }

  void write(std::string_view bytes) {
    std::error_code ec;  // the server may have closed meanwhile
    asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ec);
  }

  /// Nothing at the end.
  std::optional<std::string> read() {
    std::array<char, 4096> buffer;
    std::optional<std::error_code> result;
    std::size_t size = 0;
    socket_.async_read_some(asio::buffer(buffer), [&](std::error_code ec, std::size_t n) {
      result = ec;
      size = n;
    });
    context_.restart();
    context_.run_for(std::chrono::seconds{60});
    if (!result) {
      close();
      context_.restart();
      context_.run();
      throw std::runtime_error{"waited a minute in vain"};
    }
    if (*result) return {};
    return std::string{buffer.data(), size};
  }

  /// The next HTTP answer; status 0 if the connection ends before.
  http_answer answer() {
    for (;;) {
      if (auto whole = take_answer(received_)) return *std::move(whole);
      auto more = read();
      if (!more) return {};
      received_ += *more;
    }
  }

  /// What was received behind the last answer.
  std::string rest() { return std::exchange(received_, {}); }

  void close() {
    std::error_code ignored;
    socket_.close(ignored);
  }

  asio::ip::tcp::socket& socket() noexcept { return socket_; }

 private:
  asio::io_context context_{1};
  asio::ip::tcp::socket socket_{context_};
  std::string received_;
};

/// A session over WebSocket; answers heartbeats.
class tcp_client {
 public:
  /// With the id of a polling session, this is the candidate that it upgrades to.
  explicit tcp_client(std::uint16_t to, std::string_view sid = {},
                      std::string_view header_lines = {})
      : stream_{to} {
    stream_.write(ws_client::request(sid.empty() ? std::string{} : std::string{"&sid="}.append(sid),
                                     header_lines));
    if (stream_.answer().status != 101) throw std::runtime_error{"the handshake was refused"};
    frames_.feed(stream_.rest());
    if (sid.empty()) next();  // the open packet
  }

  /// Joins a namespace, and gives the answer.
  std::string join(std::string_view nsp = "/") {
    send(std::string{"40"}.append(nsp == "/" ? "" : std::string{nsp} + ','));
    for (;;) {
      const auto packet = next();
      if (!packet || packet->starts_with("40") || packet->starts_with("44")) {
        return packet.value_or("");
      }
    }
  }

  void send(std::string_view packet) { write(text_frame(packet)); }

  /// Bytes as they are: parts of frames, for example.
  void write(std::string_view bytes) { stream_.write(bytes); }

  /// The next packet; nothing once the connection has ended.
  std::optional<std::string> next() {
    auto packet = next_or_heartbeat();
    while (packet == "2") packet = next_or_heartbeat();
    return packet;
  }

  /// The same, or "2" when a heartbeat came, and was answered, first.
  std::optional<std::string> next_or_heartbeat() {
    auto frame = next_frame();
    if (!frame) return {};
    if (frame->payload == "2") send("3");
    return std::move(frame->payload);
  }

  /// The next packet as it is framed, heartbeats included.
  std::optional<server_frame> next_frame() {
    for (;;) {
      if (auto frame = frames_.next()) {
        if (frame->op == ws::opcode::close) return {};
        return frame;
      }
      const auto more = stream_.read();
      if (!more) return {};
      frames_.feed(*more);
    }
  }

  void close() { stream_.close(); }

 private:
  tcp_stream stream_;
  server_frame_reader frames_;
};

/// A session over long-polling whose every request has a connection of its own: to the next of
/// these ports, if there are several.
class tcp_poller {
 public:
  explicit tcp_poller(std::uint16_t to) : tcp_poller{std::vector{to}} {}
  explicit tcp_poller(std::vector<std::uint16_t> to) : ports_{std::move(to)} {
    sid = between(get(), R"("sid":")", "\"");
  }

  /// The body of the answer to a GET.
  std::string get() { return exchange(http_client::get(target(), close_line)); }

  /// The same, as packets; answers heartbeats.
  std::vector<std::string> packets() {
    std::vector<std::string> all;
    const std::string body = get();
    for (std::size_t from = 0; from < body.size();) {
      const std::size_t end = std::min(body.find('\x1e', from), body.size());
      std::string packet = body.substr(from, end - from);
      from = end + 1;
      if (packet == "2") {
        post("3");
      } else {
        all.push_back(std::move(packet));
      }
    }
    return all;
  }

  /// The body of the answer, "ok" if all is well.
  std::string post(std::string_view payload) {
    return exchange(http_client::post(target(), payload, close_line));
  }

  std::string sid;

 private:
  static constexpr std::string_view close_line = "Connection: close\r\n";

  std::string target() const {
    const std::string path = "/socket.io/?EIO=4&transport=polling";
    return sid.empty() ? path : path + "&sid=" + sid;
  }

  std::string exchange(std::string_view request) {
    tcp_stream stream{ports_[next_++ % ports_.size()]};
    stream.write(request);
    return stream.answer().body;
  }

  std::vector<std::uint16_t> ports_;
  std::size_t next_ = 0;
};

}  // namespace socketio::test
