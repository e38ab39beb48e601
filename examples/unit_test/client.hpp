// A client for tests: packets over WebSocket, in memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <socketio/transport/memory.hpp>

class client {
 public:
  explicit client(io::memory::network& network) : network_{network}, peer_{network.connect(80)} {
    peer_.write(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        "Host: test\r\n"
        "Connection: Upgrade\r\n"
        "Upgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    network_.run();
    const std::string answer = peer_.take();
    unread_ = answer.substr(answer.find("\r\n\r\n") + 4);
    send("40");
    opened_ = received();
  }

  /// The packets that opened the session and connected the socket, and what the server said then.
  const std::vector<std::string>& opened() const { return opened_; }

  /// A packet: "4" for a message, "2" for an event, and the event. Attachments follow as binary.
  void send(std::string_view packet) { write('\x81', packet); }
  void send_binary(std::string_view attachment) { write('\x82', attachment); }

  /// What has come since, text and binary alike.
  std::vector<std::string> received() {
    network_.run();
    unread_ += peer_.take();
    std::vector<std::string> packets;
    while (const std::size_t header = header_size()) {
      const std::size_t size = big_endian(header == 2 ? 1 : 2, header == 2 ? 1 : header - 2);
      if (unread_.size() < header + size) break;
      packets.push_back(unread_.substr(header, size));
      unread_.erase(0, header + size);
    }
    return packets;
  }

  /// The client's end of the connection, which can be delayed, cut, closed.
  io::memory::peer& peer() { return peer_; }

 private:
  // Frames of WebSocket (RFC 6455, section 5.2): lengths in 7, 16 or 64 bits; ours are masked, with
  // zeros.
  void write(char first, std::string_view content) {
    std::string frame{first};
    const std::size_t bytes = content.size() < 126 ? 0 : content.size() < 65536 ? 2 : 8;
    frame += static_cast<char>(0x80 | (bytes == 0 ? content.size() : bytes == 2 ? 126 : 127));
    for (std::size_t i = bytes; i != 0; --i) {
      frame += static_cast<char>(content.size() >> (8 * (i - 1)) & 0xff);
    }
    peer_.write(frame.append(4, '\0').append(content));
    network_.run();
  }

  std::size_t header_size() const {
    if (unread_.size() < 2) return 0;
    const auto length = static_cast<unsigned char>(unread_[1]);
    const std::size_t size = length < 126 ? 2 : length == 126 ? 4 : 10;
    return unread_.size() < size ? 0 : size;
  }

  std::size_t big_endian(std::size_t at, std::size_t bytes) const {
    std::size_t number = 0;
    for (; bytes != 0; ++at, --bytes)
      number = number << 8 | static_cast<unsigned char>(unread_[at]);
    return number;
  }

  io::memory::network& network_;
  io::memory::peer peer_;
  std::string unread_;
  std::vector<std::string> opened_;
};
