// layer 3 (transport): what a transport must offer: byte streams by readiness, a clock, timers.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>

#include "socketio/core/deadlines.hpp"

namespace socketio {

/// The parameter of `io::server<Transport>`. A transport is five types; `tcp.hpp` is the model.
///
/// Streams work by readiness: the library waits until a stream is readable and only then reads into
/// a buffer that all streams of the shard share, so an idle connection owns no buffer. All calls
/// are made on the thread that runs the context.
///
/// `context` is what the host runs (for tcp: asio::io_context); it outlives everything made from it
/// and has a `get_executor()` for handlers and coroutines. `now(context)` is its time, and
/// `run_soon(context, f)` calls `f()` from its loop, after the input that is there now. Optionally
/// `prepare(context)` makes what all streams of a loop share.
///
/// `stream` (move-constructible):
///   - `read_some(data, size, ec)`: bytes read; 0 with `ec` would_block when nothing is there, eof
///   at
///     the end, or another error. Never blocks.
///   - `write_some(buffers, ec)`: gathered write; bytes taken; would_block when none can be. May
///     throw std::bad_alloc, and is not called again then.
///   - `wait_readable(handler)`, `wait_writable(handler)`: handler(std::error_code) once there is
///     something to read (the end included), or room to write. At most one wait of each kind.
///   - `shutdown()`: no more will be written; the peer sees the end.
///   - `close(abort)`: releases the stream now; pending waits complete with an error. With `abort`
///     the peer is reset instead of being sent what is still buffered.
///   - `rebind(context)`: moves the connection to another loop; waits that are pending end with an
///     error. The caller is a thread of the old loop. (Streams of transports with one context
///     return themselves.)
///   - `remote_address()`: text without port, empty if nobody knows any more. `secure()`:
///   encrypted.
///   - `peer_certificate()`, optional: the certificate that the client has shown, if any.
///   - `read_plain(data, size, ec)` and `put_back(bytes)`, optional, if it is secure: read what a
///     proxy has written in front of the handshake, and return what was read beyond that.
///
/// `endpoint` (copyable, `to_string(endpoint)` for messages): where to listen.
///
/// `listener`: `listen(endpoint, ec)`, `port()` (0 if the transport has none),
/// `async_accept(handler(ec, stream))` (one at a time), `close()`. Optionally
/// `listen_shared(endpoint, ec)`: the same for one of several listeners on one port, among which
/// the system spreads the connections; then there is `endpoint.with_port(port)`, too.
///
/// `timer`: `start(when, handler())` replaces a pending start; `cancel()`: the handler is not
/// called.
template <class T>
concept transport = requires(
    typename T::context& context, typename T::stream& stream, const typename T::stream& cs,
    typename T::listener& listener, typename T::timer& timer, std::error_code& ec, char* data,
    std::size_t size, std::span<const asio::const_buffer> buffers,
    void (*on_ready)(std::error_code), void (*on_time)(), const typename T::endpoint& where,
    void (*on_accept)(std::error_code, typename T::stream)) {
  requires std::move_constructible<typename T::stream>;
  requires std::copyable<typename T::endpoint>;
  requires std::constructible_from<typename T::listener, typename T::context&>;
  requires std::constructible_from<typename T::timer, typename T::context&>;
  context.get_executor();
  { T::now(context) } -> std::same_as<time_point>;
  T::run_soon(context, on_time);
  { stream.read_some(data, size, ec) } -> std::same_as<std::size_t>;
  { stream.write_some(buffers, ec) } -> std::same_as<std::size_t>;
  stream.wait_readable(on_ready);
  stream.wait_writable(on_ready);
  stream.shutdown();
  stream.close(true);
  { std::move(stream).rebind(context) } -> std::same_as<typename T::stream>;
  { cs.remote_address() } -> std::same_as<std::string>;
  { cs.secure() } -> std::same_as<bool>;
  { to_string(where) } -> std::same_as<std::string>;
  listener.listen(where, ec);
  { listener.port() } -> std::same_as<std::uint16_t>;
  listener.async_accept(on_accept);
  listener.close();
  timer.start(time_point{}, on_time);
  timer.cancel();
};

namespace detail {

/// Makes what a transport needs once for each loop, before descriptors may have run out.
template <class T, class Context>
void prepare_loop(Context& c) {
  if constexpr (requires { T::prepare(c); }) T::prepare(c);
}

/// Whether something may come in front of the handshake.
template <class Stream>
concept begins_plain = requires(Stream& s, char* data, std::size_t size, std::error_code& ec) {
  { s.read_plain(data, size, ec) } -> std::same_as<std::size_t>;
  s.put_back(std::string_view{});
};

}  // namespace detail

/// Whether the system spreads the connections of one port among several listeners.
template <class T>
concept shares_ports = requires(typename T::listener& listener, const typename T::endpoint& where,
                                std::error_code& ec) {
  listener.listen_shared(where, ec);
  { where.with_port(0) } -> std::same_as<typename T::endpoint>;
};

/// The same for one endpoint: a transport that is one of several has a say for each.
template <shares_ports T>
bool shares_port(const typename T::endpoint& where) {
  if constexpr (requires { where.shares_port(); }) {
    return where.shares_port();
  } else {
    return true;
  }
}

}  // namespace socketio
