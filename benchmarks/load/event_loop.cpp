#include "event_loop.hpp"

#include <cerrno>
#include <cstring>
#include <string>

namespace load {

event_loop::event_loop() : epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
  if (epoll_ < 0) die("epoll_create1 failed");
}

void event_loop::control(int operation, int fd, std::uint32_t events, watched& who) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &who;
  if (::epoll_ctl(epoll_, operation, fd, &event) != 0) {
    die(std::string{"epoll_ctl: "} + std::strerror(errno));
  }
}

bool event_loop::poll(int timeout_ms, recorder& rec) {
  const std::uint64_t before = now_ns();
  const int count =
      ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), timeout_ms);
  if (count < 0 && errno != EINTR) die("epoll_wait failed");
  if (count <= 0) return false;
  const std::uint64_t start = timeout_ms == 0 ? before : now_ns();
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    static_cast<watched*>(events_[i].data.ptr)->ready(events_[i].events);
  }
  rec.busy_ns += now_ns() - start;
  return true;
}

}  // namespace load
