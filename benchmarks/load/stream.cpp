#include "stream.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace load {
namespace {

constexpr std::uint32_t source_addresses = 16;

void set(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

// The port is chosen at connect, which may then use one port with several servers and sources.
void bind_source(int fd, std::uint32_t source) {
  set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + source % source_addresses);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind failed");
}

}  // namespace

void stream::open(std::uint32_t source) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) die(std::string{"socket: "} + std::strerror(errno));
  writing_ = false;
  unsent_.clear();
  unread_.clear();
  set(fd_, IPPROTO_TCP, TCP_NODELAY);
  if (ntohl(ctx_.server.sin_addr.s_addr) >> 24 == 127) bind_source(fd_, source);
  const auto* address = reinterpret_cast<const sockaddr*>(&ctx_.server);
  if (::connect(fd_, address, sizeof ctx_.server) != 0 && errno != EINPROGRESS) {
    die(std::string{"connect: "} + std::strerror(errno));
  }
  ctx_.loop.add(fd_, EPOLLIN, *this);
}

void stream::close() {
  if (is_open()) ::close(fd_);
  fd_ = -1;
}

void stream::fail(std::string_view why) {
  if (!is_open()) return;
  close();
  lost(why);
}

void stream::want_write(bool on) {
  if (writing_ == on) return;
  writing_ = on;
  ctx_.loop.change(fd_, on ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
}

void stream::send(std::string_view bytes) {
  if (!is_open()) return;
  if (unsent_.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ++ctx_.rec.writes;
    if (sent == static_cast<ssize_t>(bytes.size())) return;
    if (sent < 0 && errno != EAGAIN) return fail("send failed");
    bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  }
  unsent_ += bytes;
  want_write(true);
}

void stream::flush() {
  const std::string bytes = std::exchange(unsent_, {});
  want_write(false);
  send(bytes);
}

void stream::read() {
  std::vector<char>& buffer = ctx_.buffer;
  const std::size_t before = unread_.size();
  if (before == buffer.size()) return fail("a message is too large");
  std::copy(unread_.begin(), unread_.end(), buffer.begin());
  const ssize_t size = ::recv(fd_, buffer.data() + before, buffer.size() - before, 0);
  ++ctx_.rec.reads;
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return fail(size == 0 ? "closed by the server" : "recv failed");
  const std::string_view input{buffer.data(), before + static_cast<std::size_t>(size)};
  const std::size_t used = received(input, now_ns());
  if (is_open()) unread_.assign(input.begin() + used, input.end());
}

void stream::ready(std::uint32_t events) {
  if (is_open() && (events & EPOLLOUT) != 0) flush();
  if (is_open() && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read();
}

}  // namespace load
