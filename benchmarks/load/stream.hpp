// A TCP connection to the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"

namespace load {

/// What a send does not get rid of, and what a read leaves unused, is kept here; normally there is
/// neither, and data goes straight between the kernel and whoever derives from this.
class stream : watched {
 public:
  explicit stream(context& ctx) : ctx_{ctx} {}
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  /// Begins to connect; sending is possible at once. Source addresses 127.0.0.2 to 127.0.0.17 take
  /// turns, so that ports do not run out.
  void open(std::uint32_t source);

  void close();
  bool is_open() const { return fd_ >= 0; }
  void send(std::string_view bytes);

 protected:
  ~stream() { close(); }

  /// Takes what is complete from the front of the input, and answers how many bytes that was.
  virtual std::size_t received(std::string_view input, std::uint64_t now) = 0;

  /// The connection is closed now, and not by us.
  virtual void lost(std::string_view why) = 0;

  void fail(std::string_view why);

  context& ctx_;

 private:
  void ready(std::uint32_t events) final;
  void read();
  void flush();
  void want_write(bool on);

  int fd_ = -1;
  bool writing_ = false;
  std::string unsent_;
  std::vector<char> unread_;
};

}  // namespace load
