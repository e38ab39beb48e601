// A Socket.IO client over a real socket, for the thread that owns it. Written by hand, to bear
// witness against the library.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "support/ws_client.hpp"

namespace socketio::test {

/// Speaks WebSocket; answers heartbeats, and keeps quiet of them.
class tcp_client {
 public:
  explicit tcp_client(std::uint16_t port) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    socket_.set_option(asio::ip::tcp::no_delay{true});
    write(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: test\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    while (head_.find("\r\n\r\n") == head_.npos) {
      const auto more = read();
      if (!more) throw std::runtime_error{"no answer to the handshake"};
      head_ += *more;
    }
    frames_.feed(head_.substr(head_.find("\r\n\r\n") + 4));
    next();  // the open packet
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

  /// The next packet; nothing once the connection has ended. Throws if neither happens for long:
  /// a bound for hangs, not a measure.
  std::optional<std::string> next() {
    auto packet = next_or_heartbeat();
    while (packet == "2") packet = next_or_heartbeat();
    return packet;
  }

  /// The same, or "2" when a heartbeat came, and was answered, first.
  std::optional<std::string> next_or_heartbeat() {
    for (;;) {
      if (auto frame = frames_.next()) {
        if (frame->op == ws::opcode::close) return {};
        if (frame->payload == "2") send("3");
        return std::move(frame->payload);
      }
      const auto more = read();
      if (!more) return {};
      frames_.feed(*more);
    }
  }

  void close() {
    std::error_code ignored;
    socket_.close(ignored);
  }

 private:
  void write(std::string_view bytes) {
    std::error_code ec;  // the server may have closed meanwhile
    asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ec);
  }

  std::optional<std::string> read() {
    std::array<char, 4096> buffer;
    std::error_code result = asio::error::timed_out;
    std::size_t size = 0;
    socket_.async_read_some(asio::buffer(buffer), [&](std::error_code ec, std::size_t n) {
      result = ec;
      size = n;
    });
    context_.restart();
    context_.run_for(std::chrono::seconds{60});
    if (result == asio::error::timed_out) {
      close();
      context_.restart();
      context_.run();
      throw std::runtime_error{"waited a minute in vain"};
    }
    if (result) return {};
    return std::string{buffer.data(), size};
  }

  asio::io_context context_{1};
  asio::ip::tcp::socket socket_{context_};
  server_frame_reader frames_;
  std::string head_;
};

}  // namespace socketio::test
