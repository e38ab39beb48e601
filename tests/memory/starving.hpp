// io::memory, except that the network itself always has memory: what fails is the server's.
#pragma once

#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "socketio/transport/concept.hpp"
#include "socketio/transport/memory.hpp"
#include "support/fail_allocations.hpp"

namespace socketio::test {

struct starving {
  using context = memory::network;
  using endpoint = memory::endpoint;

  static time_point now(context& n) noexcept { return memory::now(n); }

  /// What a loop needs memory for when it is asked to wait.
  static void ask_for_memory() { ::operator delete(::operator new(1)); }

  template <class F>
  static void run_soon(context& n, F&& f) {
    ask_for_memory();
    const well_fed now;
    memory::run_soon(n, std::forward<F>(f));
  }

  class stream {
   public:
    explicit stream(memory::stream s) noexcept : inner_{std::move(s)} {}
    stream(stream&&) noexcept = default;
    ~stream() {
      const well_fed now;
      inner_.reset();
    }

    std::size_t read_some(char* data, std::size_t size, std::error_code& ec) {
      const well_fed now;
      return inner_->read_some(data, size, ec);
    }
    std::size_t write_some(std::span<const asio::const_buffer> buffers, std::error_code& ec) {
      ask_for_memory();  // TLS does
      const well_fed now;
      return inner_->write_some(buffers, ec);
    }
    template <class Handler>
    void wait_readable(Handler&& handler) {
      ask_for_memory();
      const well_fed now;
      inner_->wait_readable(std::forward<Handler>(handler));
    }
    template <class Handler>
    void wait_writable(Handler&& handler) {
      ask_for_memory();
      const well_fed now;
      inner_->wait_writable(std::forward<Handler>(handler));
    }
    void shutdown() {
      const well_fed now;
      inner_->shutdown();
    }
    void close(bool abort) {
      const well_fed now;
      inner_->close(abort);
    }
    stream rebind(context&) && { return std::move(*this); }
    std::string remote_address() const { return inner_->remote_address(); }
    bool secure() const noexcept { return false; }

   private:
    std::optional<memory::stream> inner_;
  };

  class listener {
   public:
    explicit listener(context& n) : inner_{n} {}
    void listen(const endpoint& where, std::error_code& ec) { inner_.listen(where, ec); }
    std::uint16_t port() const noexcept { return inner_.port(); }
    template <class Handler>
    void async_accept(Handler&& handler) {
      ask_for_memory();
      const well_fed now;
      inner_.async_accept(
          [h = std::forward<Handler>(handler)](std::error_code ec, memory::stream s) mutable {
            h(ec, stream{std::move(s)});
          });
    }
    void close() { inner_.close(); }

   private:
    memory::listener inner_;
  };

  class timer {
   public:
    explicit timer(context& n) : inner_{n} {}
    template <class Handler>
    void start(time_point when, Handler&& handler) {
      ask_for_memory();
      const well_fed now;
      inner_.start(when, std::forward<Handler>(handler));
    }
    void cancel() {
      const well_fed now;
      inner_.cancel();
    }

   private:
    memory::timer inner_;
  };
};

static_assert(transport<starving>);

}  // namespace socketio::test
