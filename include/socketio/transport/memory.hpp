// layer 3 (transport): byte streams inside the process in virtual time, to test handlers with.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "socketio/core/intrusive.hpp"
#include "socketio/transport/concept.hpp"
#include "socketio/transport/ip_endpoint.hpp"
#include "socketio/transport/memory/acceptor.hpp"
#include "socketio/transport/memory/connection.hpp"
#include "socketio/transport/memory/core.hpp"

namespace socketio {

/// A transport without sockets, threads and waiting. The test holds the clients' ends, says when
/// time goes by, and what goes wrong on the way:
///
///     io::memory::network network;
///     io::server<io::memory> server{network};
///     server.listen(80);
///
///     auto peer = network.connect(80);
///     peer.write("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: test\r\n\r\n");
///     network.run();                            // all that can happen now
///     REQUIRE(peer.take().starts_with("HTTP/1.1 200"));
///     network.advance(std::chrono::hours{1});   // takes microseconds
///     REQUIRE(peer.closed());
///
/// Everything happens in the same order each time. Handlers run inside `run` and `advance` only.
/// All of it belongs to one thread, except that any thread may post to the executor.
struct memory {
  class network;
  class peer;
  class stream;
  class listener;
  class timer;
  using context = network;
  using endpoint = ip_endpoint;

  static time_point now(network& n) noexcept;

  template <class F>
  static void run_soon(network& n, F&& f);
};

/// The client's end of a connection. What it does travels first: the server learns of it when the
/// network runs. Destruction closes it.
class memory::peer {
 public:
  peer(peer&&) noexcept = default;
  peer& operator=(peer&& other) noexcept {
    if (this != &other) {
      close();
      end_ = std::move(other.end_);
    }
    return *this;
  }
  ~peer() { close(); }

  void write(std::string_view data) { end_->client_write(data); }

  /// What has arrived from the server and was not taken yet.
  const std::string& received() const noexcept { return end_->received; }
  std::string take() { return std::exchange(end_->received, {}); }
  std::string take(std::size_t count) {
    std::string first = end_->received.substr(0, count);
    end_->received.erase(0, first.size());
    return first;
  }

  /// The server has ended its direction, or the connection was reset, and all was received.
  bool closed() const noexcept { return end_->client_reads_end(); }
  /// The connection was reset; also when nobody listens on the port.
  bool aborted() const noexcept { return end_->down.broken(); }
  /// Written by this end, and not read by the server yet.
  std::size_t unread() const noexcept { return end_->up.unread(); }

  /// Ends this direction; the other one goes on.
  void half_close() { end_->client_finish(); }
  /// Ends this direction and reads no more: what the server still sends is answered with a reset.
  void close() {
    if (end_) end_->client_close();
  }
  /// Resets the connection, behind what is already written.
  void abort() { end_->client_abort(); }

  /// A slow reader: the server can write `window` bytes more, then its writes would block.
  void stop_reading(std::size_t window = 0) { end_->client_stop_reading(window); }
  void resume_reading() { end_->client_resume_reading(); }

  // ---- faults, from now on
  // -----------------------------------------------------------------------

  /// At most `size` bytes pass at once: the server reads and writes in such pieces, and there is a
  /// `pause` between those that it reads.
  void split(std::size_t size, duration pause = {}) {
    end_->up.way.piece = end_->down.way.piece = size;
    end_->up.way.pause = pause;
  }

  /// Everything arrives so much later, in both directions.
  void delay(duration by) { end_->up.way.delay = end_->down.way.delay = by; }

  /// The connection breaks for both ends once the server, or this end, has got so many bytes of the
  /// whole stream.
  void cut_after_sent(std::size_t count) { end_->up.way.cut_after = count; }
  void cut_after_received(std::size_t count) { end_->down.way.cut_after = count; }

  /// Nothing arrives any more, in either direction, and nobody is told: a half-open connection.
  /// Once the link is up again, what was lost meanwhile is sent again.
  void link_down() { end_->up.set_down(true), end_->down.set_down(true); }
  void link_up() { end_->up.set_down(false), end_->down.set_down(false); }

 private:
  friend class network;
  explicit peer(ref<detail::wire::connection> end) noexcept : end_{std::move(end)} {}

  ref<detail::wire::connection> end_;
};

/// The server's end: a stream of the concept, with the manners of a non-blocking TCP socket.
class memory::stream {
 public:
  stream(stream&&) noexcept = default;
  stream& operator=(stream&& other) noexcept {
    if (this != &other) {
      close(false);
      end_ = std::move(other.end_);
    }
    return *this;
  }
  ~stream() { close(false); }

  std::size_t read_some(char* data, std::size_t size, std::error_code& ec) {
    return end_ ? end_->read(data, size, ec) : (ec = asio::error::bad_descriptor, 0);
  }

  std::size_t write_some(std::span<const asio::const_buffer> buffers, std::error_code& ec) {
    return end_ ? end_->write(buffers, ec) : (ec = asio::error::bad_descriptor, 0);
  }

  template <class Handler>
  void wait_readable(Handler&& handler) {
    assert(end_ && end_->server_open());  // streams of other transports have nothing left then
    end_->wait_readable(std::forward<Handler>(handler));
  }

  template <class Handler>
  void wait_writable(Handler&& handler) {
    assert(end_ && end_->server_open());
    end_->wait_writable(std::forward<Handler>(handler));
  }

  void shutdown() { end_->shutdown(); }
  void close(bool abort) {
    if (end_) end_->close(abort);
  }

  stream rebind(network&) && {
    if (end_) end_->cancel_waits();
    return std::move(*this);
  }

  std::string remote_address() const { return end_ ? end_->address() : std::string{}; }
  bool secure() const noexcept { return false; }

 private:
  friend class network;
  friend class listener;
  explicit stream(ref<detail::wire::connection> end) noexcept : end_{std::move(end)} {}

  ref<detail::wire::connection> end_;
};

/// The context: a loop, a clock that moves only by `advance`, and the connections between both.
/// Asio's own timers, where handlers use them, keep to the real clock.
class memory::network {
 public:
  network() = default;
  network(const network&) = delete;
  network& operator=(const network&) = delete;
  ~network() { core_->shut_down(); }

  asio::io_context::executor_type get_executor() noexcept { return loop_.get_executor(); }
  time_point now() const noexcept { return core_->now(); }

  /// Lets everything happen that can happen without time going by.
  void run() { core_->run_until(now()); }

  /// Lets time go by, from one event to the next.
  void advance(duration by) { core_->run_until(now() + by); }

  /// Nothing is waited for, no timer, no delivery: with a real context, run() would return.
  bool idle() noexcept { return core_->idle(); }

  /// A client connects. The server accepts it when the network runs, in time for what the peer has
  /// written by then.
  peer connect(std::uint16_t port, std::string address = "127.0.0.1") {
    auto link = make_connection(std::move(address));
    const auto found = core_->ports().find(port);
    if (found == core_->ports().end()) {
      link->break_off();
    } else {
      core_->schedule(now(), [link, to = ref{found->second}] { to->connect(link); });
    }
    return peer{std::move(link)};
  }

  /// Both ends of a connection that no listener takes part in.
  std::pair<peer, stream> pair(std::string address = "127.0.0.1") {
    auto link = make_connection(std::move(address));
    return {peer{link}, stream{link}};
  }

  /// `peer::split` and `peer::delay` for all that connect from now on.
  void split(std::size_t size, duration pause = {}) {
    up_.piece = down_.piece = size;
    up_.pause = pause;
  }
  void delay(duration by) { up_.delay = down_.delay = by; }

  /// Lets the operation of this number fail: the reads, writes and accepts of all servers are
  /// counted from 1. A stream is broken by it, unless the error is would_block. To try a failure
  /// everywhere, repeat a scenario with 1, 2, 3 … until it has fewer operations than that.
  void fail_at(std::size_t operation, std::error_code with) { core_->fail_at(operation, with); }
  std::size_t operations() const noexcept { return core_->operations(); }

 private:
  friend class listener;
  friend class timer;

  ref<detail::wire::connection> make_connection(std::string address) {
    return ref{new detail::wire::connection{core_, std::move(address), up_, down_}};
  }

  detail::wire::path up_;
  detail::wire::path down_{.window = detail::wire::default_window};
  asio::io_context loop_{1};
  ref<detail::wire::core> core_{new detail::wire::core{loop_}};
};

template <class F>
void memory::run_soon(network& n, F&& f) {
  asio::post(n.get_executor(), std::forward<F>(f));
}

inline time_point memory::now(network& n) noexcept { return n.now(); }

class memory::listener {
 public:
  explicit listener(network& n) : acceptor_{new detail::wire::acceptor{n.core_}} {}
  listener(listener&&) noexcept = default;
  listener& operator=(listener&&) = delete;
  ~listener() {
    if (acceptor_) acceptor_->close();
  }

  /// One address is as good as another. Port 0 takes a free one.
  void listen(const endpoint& where, std::error_code& ec) { ec = acceptor_->listen(where.port); }

  std::uint16_t port() const noexcept { return acceptor_->port(); }

  template <class Handler>
  void async_accept(Handler&& handler) {
    acceptor_->accept([handler = std::forward<Handler>(handler)](
                          std::error_code ec, ref<detail::wire::connection> end) mutable {
      handler(ec, stream{std::move(end)});
    });
  }

  void close() { acceptor_->close(); }

 private:
  ref<detail::wire::acceptor> acceptor_;
};

class memory::timer {
 public:
  explicit timer(network& n) : alarm_{new detail::wire::alarm{n.core_}} {}
  timer(timer&&) noexcept = default;
  timer& operator=(timer&&) = delete;
  ~timer() { cancel(); }

  template <class Handler>
  void start(time_point when, Handler&& handler) {
    alarm_->start(when, std::forward<Handler>(handler));
  }

  void cancel() {
    if (alarm_) alarm_->cancel();
  }

 private:
  ref<detail::wire::alarm> alarm_;
};

static_assert(transport<memory>);

}  // namespace socketio
