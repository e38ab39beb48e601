// One thread, one epoll set.
#pragma once

#include <array>
#include <cstdint>

#include <sys/epoll.h>

#include "recorder.hpp"

namespace load {

/// Something with a descriptor that the loop watches.
class watched {
 public:
  virtual void ready(std::uint32_t events) = 0;

 protected:
  ~watched() = default;
};

class event_loop {
 public:
  event_loop();

  void add(int fd, std::uint32_t events, watched& who) { control(EPOLL_CTL_ADD, fd, events, who); }
  void change(int fd, std::uint32_t events, watched& who) {
    control(EPOLL_CTL_MOD, fd, events, who);
  }

  /// Handles what is ready; waits no longer than `timeout_ms` for it. Time spent at work is booked.
  bool poll(int timeout_ms, recorder& rec);

 private:
  void control(int operation, int fd, std::uint32_t events, watched& who);

  int epoll_;
  std::array<epoll_event, 1024> events_;
};

}  // namespace load
