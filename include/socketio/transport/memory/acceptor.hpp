// layer 3 (transport): the listening end inside the process.
#pragma once

#include <cstdint>
#include <deque>
#include <system_error>
#include <utility>

#include <asio/error.hpp>

#include "socketio/core/intrusive.hpp"
#include "socketio/transport/memory/connection.hpp"
#include "socketio/transport/memory/core.hpp"

namespace socketio::detail::wire {

/// Where connections wait to be accepted.
class acceptor : public counted<acceptor> {
 public:
  using handler = unique_function<void(std::error_code, ref<connection>)>;

  explicit acceptor(ref<core> world) noexcept : core_{std::move(world)}, when_connected_{*core_} {}
  ~acceptor() { close(); }

  /// Port 0 takes the first free one of the range that systems give out.
  std::error_code listen(std::uint16_t wanted) {
    close();
    auto& ports = core_->ports();
    std::uint16_t port = wanted;
    if (wanted == 0) {
      for (port = 49'152; ports.count(port) != 0;) ++port;
    }
    if (!ports.emplace(port, this).second) return asio::error::address_in_use;
    port_ = port;
    return {};
  }

  std::uint16_t port() const noexcept { return port_; }

  void accept(handler then) {
    when_connected_.set(std::move(then));
    if (port_ == 0) {
      when_connected_.complete(asio::error::bad_descriptor, nullptr);
    } else {
      hand_over();
    }
  }

  void connect(ref<connection> arriving) {
    if (port_ == 0) {
      arriving->break_off();
      return;
    }
    backlog_.push_back(std::move(arriving));
    hand_over();
  }

  void close() {
    if (port_ == 0) return;
    core_->ports().erase(std::exchange(port_, std::uint16_t{0}));
    for (auto& each : std::exchange(backlog_, {})) each->close(true);
    when_connected_.complete(asio::error::operation_aborted, nullptr);
  }

 private:
  /// A failed accept leaves the connection where it is, as when a process has no descriptor left.
  void hand_over() {
    if (backlog_.empty() || !when_connected_.occupied()) return;
    const std::error_code ec = core_->count_operation();
    if (ec && ec != asio::error::would_block) {
      when_connected_.complete(ec, nullptr);
    } else {
      ref<connection> first = std::move(backlog_.front());
      backlog_.pop_front();
      when_connected_.complete({}, std::move(first));
    }
  }

  ref<core> core_;
  std::uint16_t port_ = 0;
  std::deque<ref<connection>> backlog_;
  slot<std::error_code, ref<connection>> when_connected_;
};

}  // namespace socketio::detail::wire
