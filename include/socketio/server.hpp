// layer 6 (server): the facade: a Socket.IO server in the host's loop.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "socketio/adapter.hpp"
#include "socketio/error.hpp"
#include "socketio/hub/switchboard.hpp"
#include "socketio/net/engine_server.hpp"
#include "socketio/nsp.hpp"
#include "socketio/options.hpp"
#include "socketio/socket.hpp"

namespace socketio {

namespace detail {

/// What a server consists of. A base class, so that it exists before the handle to the main
/// namespace, and goes after it.
template <transport Transport, class Data>
struct server_parts {
  template <class Host>
  server_parts(Host& host, const options& o) : engine_{host, o}, board_{new switchboard} {
    for (const auto& each : engine_.all_shards()) {
      each->serve(board_->add(
          *each, {each->executor(), inside(*each), wake(*each), &access::make_socket<Data>}));
    }
  }

  ~server_parts() {
    engine_.stop();
    board_->shut_down();
  }

  static auto inside(shard<Transport>& s) {
    return [e = s.executor()] { return e.running_in_this_thread(); };
  }

  static auto wake(shard<Transport>& s) {
    return [to = ref<shard<Transport>>{&s}](ref<hub> h) {
      asio::post(to->executor(), [to, h] {
        const typename shard<Transport>::turn entered{*to};
        h->drain();
      });
    };
  }

  engine_server<Transport> engine_;
  ref<switchboard> board_;
};

}  // namespace detail

/// A Socket.IO server.
///
///     asio::io_context ctx;
///     io::server<io::tcp> server{ctx};
///     server.on("echo", [](io::socket& socket, std::string text) { socket.emit("echo", text); });
///     server.listen(3000);
///     ctx.run();
///
/// `Transport` is how bytes travel; `Data` is what the program attaches to each socket,
/// `socket.data()`. The server is also a handle to its main namespace "/".
///
/// It lives in the host's context, starts no thread and never blocks; one thread at a time may run
/// the context. Handlers run on that thread. Emitting and `close` are for any thread; everything
/// else is for the loop's thread, or for the time when the loop does not run. The server must be
/// destroyed before the context; doing so ends all connections at once, `close` ends them politely.
///
/// Over `io::shards` it uses several loops and threads. Each client lives on one of them; handlers
/// of different clients then run at the same time. Registering handlers is for any thread; the rest
/// of the set-up is for the time before `shards.run()`, and destroying the server for that after.
template <transport Transport, class Data = no_data>
class server : private detail::server_parts<Transport, Data>, public basic_nsp<Data> {
  using parts = detail::server_parts<Transport, Data>;

 public:
  using context = typename Transport::context;
  using endpoint = typename Transport::endpoint;
  using session = socketio::session<Transport>;
  using socket = basic_socket<Data>;
  using room_type = basic_room<Data>;
  using nsp = basic_nsp<Data>;

  /// Throws std::invalid_argument if an option has an impossible value; see `validate(options)`.
  explicit server(context& host, const options& o = {})
      : parts{host, o}, nsp{parts::board_, parts::board_->of("/")} {}

  /// A server that uses all these loops.
  explicit server(shards& hosts, const options& o = {})
    requires std::same_as<context, asio::io_context>
      : parts{hosts, o}, nsp{parts::board_, parts::board_->of("/")} {}

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// The namespace of this name, made if there is none yet: clients can join the namespaces that
  /// exist. A missing leading '/' is added.
  nsp of(std::string_view name) {
    if (name.starts_with('/')) return nsp{parts::board_, parts::board_->of(name)};
    return of(std::string{"/"}.append(name));
  }

  /// Namespaces that are made when a client asks for one whose name is accepted: by a
  /// `bool (std::string_view name)`, such as io::pattern{"/room-*"}, or by a
  /// `bool (std::string_view name, const io::handshake&)`. Those who decide are asked in the order
  /// in which they came, for names that there is no namespace of: who may enter is for `use` to
  /// say. Names are as long as clients like. On several loops any thread asks, never two at once.
  ///
  /// The handle is to all of them: what is registered with it is for those that are made later,
  /// what is emitted is for those that there are. A namespace that nobody is in any more goes, see
  /// `options::cleanup_empty_child_namespaces`, and is made anew for who asks next; handles to it
  /// do not come back to life.
  template <class F>
    requires std::predicate<F&, std::string_view> ||
             std::predicate<F&, std::string_view, const handshake&>
  nsp of(F&& accepts) {
    return nsp{parts::board_, parts::board_->of(detail::nsp_family{std::forward<F>(accepts)})};
  }

  /// `callback(nsp)` for each namespace that is made from now on, by `of` or because a client asks,
  /// before any client is in it: the place for handlers that not all of them have. What it throws
  /// goes to who has called `of`; a client is told "internal error". The namespace is not made
  /// then.
  template <class F>
  server& on_new_namespace(F&& callback) {
    static_assert(std::invocable<F&, nsp>,
                  "socketio: on_new_namespace takes a function of (io::nsp), or of this server's "
                  "own ::nsp.");
    parts::board_->on_new_namespace(ref{new detail::switchboard::creation_listener{
        [f = std::forward<F>(callback)](detail::switchboard& b, detail::nsp_core& n) mutable {
          f(nsp{ref{&b}, ref{&n}});
        }}});
    return *this;
  }

  /// `callback(io::socket&, std::error_code, std::string_view event, std::exception_ptr)`, when a
  /// handler throws, the arguments of an event do not fit its handler, or what else io::error names
  /// happens to a socket. The connection stays up, unless it says otherwise.
  template <class F>
  server& on_error(F&& callback) {
    static_assert(std::invocable<F&, socketio::socket&, std::error_code, std::string_view,
                                 std::exception_ptr>,
                  "socketio: an error callback takes (io::socket&, std::error_code, "
                  "std::string_view event, std::exception_ptr).");
    parts::board_->on_error(std::forward<F>(callback));
    return *this;
  }

  /// Makes the server one of a cluster: what is emitted, asked and done here is from now on for the
  /// sockets of all its servers. At most once, before clients connect. Until the server is closed
  /// or destroyed the adapter keeps the loop running.
  server& adapter(std::unique_ptr<socketio::adapter> with) {
    parts::board_->enter_cluster(std::move(with));
    return *this;
  }

  /// Has requests of sessions that other servers have answered by these, over the bus: clients may
  /// then be sent to any of the servers with each request. See `io::engine_server::relay`.
  ///
  ///     io::server<io::relayed<io::tcp>> server{loop};
  ///     server.relay(io::redis::session_relay({…}));
  server& relay(std::unique_ptr<cluster::relay_bus> over, const relay_options& o = {}) {
    engine().relay(std::move(over), o);
    return *this;
  }

  // ---- connections: see io::engine_server
  // --------------------------------------------------------

  /// Listens there, for example `listen(3000)` on all addresses, or `listen("127.0.0.1", 0)` on any
  /// free port, and returns the port. Throws std::system_error, or reports to `ec`.
  std::uint16_t listen(const endpoint& where) { return engine().listen(where); }
  std::uint16_t listen(const endpoint& where, std::error_code& ec) {
    return engine().listen(where, ec);
  }
  std::uint16_t listen(std::string_view host, std::uint16_t port)
    requires std::constructible_from<endpoint, std::string_view, std::uint16_t>
  {
    return engine().listen(host, port);
  }
  std::uint16_t listen(std::string_view host, std::uint16_t port, std::error_code& ec)
    requires std::constructible_from<endpoint, std::string_view, std::uint16_t>
  {
    return engine().listen(host, port, ec);
  }

  /// The port of the first `listen`.
  std::uint16_t port() const { return parts::engine_.port(); }

  /// Serves a connection that the host has accepted, and the bytes that it has read from it.
  void accept(typename Transport::stream stream, std::string_view already_read = {}) {
    engine().accept(std::move(stream), already_read);
  }

  /// The host's own HTTP handlers on the same ports.
  http_routes& http() noexcept { return engine().http(); }

  /// Stops listening and ends every session: clients are told, what is queued is still written, and
  /// what is not done by the deadline is cut off. Then nothing of the server is left in the loop.
  /// From any thread.
  void close(std::chrono::milliseconds deadline = std::chrono::seconds{10}) {
    engine().close(deadline);
  }

  /// What has been counted so far. From any thread.
  statistics stats() const noexcept { return parts::engine_.stats(); }

  /// The Engine.IO server below.
  engine_server<Transport>& engine() noexcept { return parts::engine_; }
};

}  // namespace socketio
