// A Socket.IO client over WebSocket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stream.hpp"

namespace load {

class client;

/// What the clients of a scenario do.
class workload {
 public:
  virtual ~workload() = default;

  /// Whether this client enters the room before it is ready.
  virtual bool joins(const client&) const { return false; }

  virtual void ready(client& who) = 0;
  virtual void text(client& who, std::string_view packet, std::uint64_t now);
  virtual void binary(client& who, std::string_view data, std::uint64_t now);

  /// All that one read brought has been handed over.
  virtual void read_done(client&, std::uint64_t /*now*/) {}
};

/// Appends a masked frame. The key is fixed, so that a frame can be built once and sent often; it
/// is not zero, so that the server has to unmask.
enum class frame_kind : std::uint8_t { text = 1, binary = 2, pong = 10 };
void append_frame(std::string& out, frame_kind kind, std::string_view payload);

class client final : stream {
 public:
  client(context& ctx, workload& work, std::uint32_t id) : stream{ctx}, work_{work}, id_{id} {}

  /// Connects and does the three handshakes.
  void start(std::uint32_t source);

  void leave();
  void send_frames(std::string_view frames) { send(frames); }

  std::uint32_t id() const { return id_; }
  bool is_ready() const { return stage_ == stage::ready; }

 private:
  enum class stage : std::uint8_t { closed, upgrading, opening, connecting, joining, ready };

  std::size_t received(std::string_view input, std::uint64_t now) override;
  void lost(std::string_view why) override;
  std::size_t upgraded(std::string_view input);
  std::size_t read_frame(std::string_view input, std::uint64_t now);
  void frame(unsigned first, std::string_view payload, std::uint64_t now);
  void packet(std::string_view text, std::uint64_t now);
  void handshake(std::string_view text);
  void send_text(std::string_view text);
  void become_ready();

  workload& work_;
  std::uint32_t id_;
  stage stage_ = stage::closed;
};

}  // namespace load
