// layer 3 (transport): a transport whose connections may also come from other servers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <asio/buffer.hpp>

#include "socketio/transport/any_stream.hpp"
#include "socketio/transport/concept.hpp"
#include "socketio/transport/tunnel.hpp"

namespace socketio {

namespace detail {

/// The near end of a tunnel, as a stream.
class tunnel_stream {
 public:
  explicit tunnel_stream(ref<tunnel> t) noexcept : tunnel_{std::move(t)} {}
  tunnel_stream(tunnel_stream&&) noexcept = default;
  tunnel_stream& operator=(tunnel_stream&& other) noexcept {
    if (this != &other) {
      close(true);
      tunnel_ = std::move(other.tunnel_);
    }
    return *this;
  }
  ~tunnel_stream() { close(true); }

  std::size_t read_some(char* data, std::size_t size, std::error_code& ec) {
    return tunnel_->read(data, size, ec);
  }
  std::size_t write_some(std::span<const asio::const_buffer> buffers, std::error_code& ec) {
    return tunnel_->write(buffers, ec);
  }
  template <class Handler>
  void wait_readable(Handler&& handler) {
    tunnel_->wait_readable(std::forward<Handler>(handler));
  }
  template <class Handler>
  void wait_writable(Handler&& handler) {
    tunnel_->wait_writable(std::forward<Handler>(handler));
  }
  void shutdown() { tunnel_->shutdown(); }
  void close(bool abort) {
    if (tunnel_) tunnel_->close(abort);
  }
  /// It has come to the loop where its session is, if there is one.
  template <class Context>
  tunnel_stream rebind(Context&) && {
    close(true);
    return std::move(*this);
  }
  std::string remote_address() const { return tunnel_->address(); }
  bool secure() const noexcept { return tunnel_->secure(); }

 private:
  ref<tunnel> tunnel_;
};

}  // namespace detail

/// `T`, for servers that relay the requests of each other's sessions:
///
///     io::server<io::relayed<io::tcp>> server{loop};
///     server.relay(io::redis::session_relay({…}));
///
/// A connection is one of `T`, or one that another server has accepted. Each call of a stream is a
/// branch more than with `T` alone.
template <transport T>
struct relayed {
  using context = typename T::context;
  using endpoint = typename T::endpoint;
  using timer = typename T::timer;

  static time_point now(context& c) noexcept { return T::now(c); }
  static void prepare(context& c) { detail::prepare_loop<T>(c); }
  template <class F>
  static void run_soon(context& c, F&& f) {
    T::run_soon(c, std::forward<F>(f));
  }

  class stream : public detail::any_stream<context, typename T::stream, detail::tunnel_stream> {
    using base = detail::any_stream<context, typename T::stream, detail::tunnel_stream>;

   public:
    stream(typename T::stream s) : base{std::move(s)} {}
    explicit stream(detail::tunnel_stream s) : base{std::move(s)} {}
    stream rebind(context& other) && { return stream{std::move(*this).base::rebind(other)}; }

    /// Whether another server has accepted it.
    bool comes_from_relay() const noexcept {
      return std::holds_alternative<detail::tunnel_stream>(base::one());
    }

   private:
    explicit stream(base s) : base{std::move(s)} {}
  };

  class listener {
   public:
    explicit listener(context& c) : listener_{c} {}

    void listen(const endpoint& where, std::error_code& ec) { listener_.listen(where, ec); }
    void listen_shared(const endpoint& where, std::error_code& ec)
      requires shares_ports<T>
    {
      listener_.listen_shared(where, ec);
    }
    std::uint16_t port() const { return listener_.port(); }
    template <class Handler>
    void async_accept(Handler handler) {
      listener_.async_accept(
          [h = std::move(handler)](std::error_code ec, typename T::stream accepted) mutable {
            h(ec, stream{std::move(accepted)});
          });
    }
    void close() { listener_.close(); }

   private:
    typename T::listener listener_;
  };
};

/// Whether servers over this transport can relay requests.
template <class T>
concept relays = transport<T> && requires(const typename T::stream& s) { s.comes_from_relay(); };

}  // namespace socketio
