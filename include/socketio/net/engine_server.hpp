// layer 5 (net): an Engine.IO server: sessions over any transport, for any application.
#pragma once

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include "socketio/cluster/relay_bus.hpp"
#include "socketio/cluster/session_relay.hpp"
#include "socketio/engine/application.hpp"
#include "socketio/error.hpp"
#include "socketio/net/connection.hpp"
#include "socketio/net/http_routes.hpp"
#include "socketio/net/listener.hpp"
#include "socketio/net/relaying.hpp"
#include "socketio/net/session.hpp"
#include "socketio/net/shard.hpp"
#include "socketio/net/shards.hpp"
#include "socketio/options.hpp"
#include "socketio/statistics.hpp"

namespace socketio {

/// Listens, accepts, and keeps Engine.IO sessions for an engine::application. io::server is this
/// with Socket.IO as the application; programs with a protocol of their own use it directly.
///
/// It runs in the host's context and is used on the thread that runs it, or while nobody does;
/// `close` may be called from any thread. It must be destroyed before the context. Over
/// `io::shards` it is set up before they run, and destroyed after.
template <transport Transport>
class engine_server {
 public:
  using context = typename Transport::context;
  using endpoint = typename Transport::endpoint;
  using session = socketio::session<Transport>;

  /// Throws std::invalid_argument with the option's name if `validate(o)` finds fault. The
  /// application outlives the server, or comes with `serve` before the first `listen`.
  explicit engine_server(context& host, const options& o = {})
      : hooks_{new detail::hooks{o}},
        shards_{ref<shard<Transport>>{new shard<Transport>{host, checked(o), routes_, hooks_}}} {}

  /// One shard for each loop. Its application's functions are then called on all their threads.
  explicit engine_server(socketio::shards& hosts, const options& o = {})
    requires std::same_as<context, asio::io_context>
      : hooks_{new detail::hooks{o}} {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      shards_.emplace_back(new shard<Transport>{hosts[i], checked(o), routes_, hooks_});
    }
    if (shards_.size() == 1) return;
    for (std::size_t i = 0; i < shards_.size(); ++i) shards_[i]->join(shards_, i);
  }
  engine_server(context& host, const options& o, engine::application& application)
      : engine_server{host, o} {
    serve(application);
  }

  void serve(engine::application& application) {
    for (const auto& each : shards_) each->serve(application);
  }

  engine_server(const engine_server&) = delete;
  engine_server& operator=(const engine_server&) = delete;

  /// Ends all sessions and connections at once.
  ~engine_server() { stop(); }

  /// The same, without destroying the server.
  void stop() {
    for (const auto& each : listeners_->all) each->close();
    listeners_->all.clear();
    for (const auto& each : shards_) each->abort();
  }

  /// Listens there, and returns the port: interesting when a free one was asked for, 0 if the
  /// transport has none. May be called several times. Throws std::system_error.
  std::uint16_t listen(const endpoint& where) {
    std::error_code ec;
    const std::uint16_t port = listen(where, ec);
    if (ec) throw std::system_error{ec, "listen on " + to_string(where)};
    return port;
  }
  std::uint16_t listen(const endpoint& where, std::error_code& ec) {
    if (shards_.front()->closing()) {
      ec = error::server_closed;
    } else if (shards_.size() == 1) {
      listen_on_one(where, ec);
    } else {
      listen_on_all(where, ec);
    }
    return ec ? std::uint16_t{0} : listeners_->all.back()->port();
  }

  /// The same in short, for transports with host and port.
  std::uint16_t listen(std::string_view host, std::uint16_t port)
    requires std::constructible_from<endpoint, std::string_view, std::uint16_t>
  {
    return listen(endpoint{host, port});
  }
  std::uint16_t listen(std::string_view host, std::uint16_t port, std::error_code& ec)
    requires std::constructible_from<endpoint, std::string_view, std::uint16_t>
  {
    return listen(endpoint{host, port}, ec);
  }

  /// The port of the first `listen`, 0 before.
  std::uint16_t port() const {
    return listeners_->all.empty() ? std::uint16_t{0} : listeners_->all.front()->port();
  }

  /// Serves a connection that the host has accepted, and bytes that it has read from it already.
  void accept(typename Transport::stream stream, std::string_view already_read = {}) {
    shard<Transport>& to = shards_.front()->next_sibling();
    if (shards_.size() == 1) {
      if (!to.closing()) to.adopt(std::move(stream), already_read);
    } else {
      to.adopt_soon(std::move(stream).rebind(to.host()), std::string{already_read});
    }
  }

  // ---- the host's word on requests under `options::path`: to be registered before `listen`.
  // ---- Over io::shards, the functions run on all their threads.
  // ----------------------------------------------------------------------------------------

  /// Adds a function that sees every such request, also those for WebSockets, before anything else
  /// does; preflights of a configured CORS excepted. It is one of
  ///   `io::http_verdict (io::http::request const&, io::http::header_list&)`,
  ///   `asio::awaitable<io::http_verdict> (…)` of the same, or
  ///   `void (io::http::request const&, io::http::header_list&, io::http_next)`, which calls `next`
  ///   when it knows; the list of headers may be left out.
  /// The verdict lets the request go on, refuses it (code 3), or is itself the answer. What is put
  /// into the list becomes part of the answer, whoever gives it. The request and the list are valid
  /// until the verdict is there, for which there is `options::connect_timeout`. Functions run in
  /// the order in which they were added. One that throws has refused.
  template <class F>
  engine_server& use(F&& f) {
    hooks_->middlewares.push_back(gate<http_verdict>(std::forward<F>(f)));
    return *this;
  }

  /// Decides who may open a session, as in `use`; asked last, when all else is well with the
  /// request. A refusal reaches the client as code 4 with its message.
  template <class F>
  engine_server& allow_request(F&& f) {
    hooks_->allow_request = gate<http_verdict>(std::forward<F>(f));
    return *this;
  }

  /// `bool (std::string_view origin)`: whether pages of this origin may use the server, beyond
  /// those in `cors_options::origins`. It may be asked more than once for a request.
  template <class F>
  engine_server& allow_origin(F&& f) {
    static_assert(std::is_invocable_r_v<bool, F&, std::string_view>,
                  "socketio: allow_origin takes a function bool (std::string_view origin).");
    hooks_->cors.ask(std::forward<F>(f));
    return *this;
  }

  /// `std::string (io::http::request const&)`, or an awaitable of that: makes the ids of sessions.
  /// An id is a secret that must not be guessed, of 1 to 45 characters of `A-Z a-z 0-9 - . _ ~`,
  /// and not in use; otherwise, or if the function throws, the request is refused (code 3).
  template <class F>
  engine_server& generate_id(F&& f) {
    hooks_->generate_id = gate<std::string>(std::forward<F>(f));
    return *this;
  }

  /// `callback(io::http::header_list&, io::http::request const&)` may add headers to the answer
  /// that begins a session. The list refuses what would split the answer. Must not throw: headers
  /// added until then are sent, the exception is dropped.
  template <class F>
  engine_server& on_initial_headers(F&& f) {
    hooks_->initial_headers = header_hook(std::forward<F>(f));
    return *this;
  }

  /// The same for every answer of a session that is not an error: to a GET, a POST, a WebSocket.
  template <class F>
  engine_server& on_headers(F&& f) {
    hooks_->headers = header_hook(std::forward<F>(f));
    return *this;
  }

  /// `callback(io::engine::connection_error const&)` for each request that is refused.
  template <class F>
  engine_server& on_connection_error(F&& f) {
    static_assert(std::is_invocable_v<F&, const engine::connection_error&>,
                  "socketio: on_connection_error takes a function of "
                  "(io::engine::connection_error const&).");
    hooks_->connection_error = std::forward<F>(f);
    return *this;
  }

  /// Adds the CORS headers of an answer to `request`, for handlers of the host whose answers other
  /// pages may read.
  void add_cors(const http::request& request, http::header_list& headers) const {
    http::for_each_line(
        hooks_->cors.lines(request, false),
        [&](std::string_view name, std::string_view value) { headers.add(name, value); });
  }

  /// Requests for sessions of other servers go to these, over the bus, and theirs come here: so
  /// nothing in front of the servers has to know which of them has a session. At most once, before
  /// clients connect; until the server is closed or destroyed, the bus keeps the loop running. Ids
  /// are 7 characters longer, of those of `generate_id` at most 38 are the function's own (40 with
  /// one loop). Throws std::invalid_argument if `validate(o)` finds fault, without a bus, and the
  /// second time.
  /// docs/sticky.md says what it costs.
  void relay(std::unique_ptr<cluster::relay_bus> over, const relay_options& o = {}) {
    static_assert(relays<Transport>,
                  "socketio: only a server over io::relayed<…> can relay, such as "
                  "io::server<io::relayed<io::tcp>>.");
    if constexpr (relays<Transport>) {
      if (!over) throw std::invalid_argument{"relay: there is no bus"};
      if (shards_.front()->relay()) throw std::invalid_argument{"relay: there is one already"};
      if (const auto fault = validate(o); !fault.empty()) {
        throw std::invalid_argument{"relay_options." + std::string{fault}};
      }
      const ref<session_relay> fresh{new session_relay{std::move(over), o}};
      {
        const typename shard<Transport>::turn entered{*shards_.front()};
        fresh->start(std::make_unique<detail::relaying_shards<Transport>>(shards_));
      }
      for (const auto& each : shards_) each->relay_with(fresh);  // which has not failed to start
    }
  }

  /// The path of all Engine.IO requests, as it is served.
  const std::string& path() const noexcept { return shards_.front()->options.path; }

  /// Whether `close` was called. From any thread.
  bool closing() const noexcept { return closing_.load(std::memory_order_relaxed); }

  /// The host's own HTTP handlers on the same ports.
  http_routes& http() noexcept { return *routes_; }

  /// Stops listening and ends every session: clients are told, what is queued is still written, and
  /// what is not done by the deadline is cut off. Then nothing of the server is left in the loop.
  void close(std::chrono::milliseconds deadline = std::chrono::seconds{10}) {
    closing_.store(true, std::memory_order_relaxed);
    for (const auto& each : shards_) {
      asio::post(each->executor(), [s = each, listeners = listeners_, deadline] {
        for (const auto& one : listeners->all) {
          if (&one->owner() == s.get()) one->close();
        }
        s->close(deadline);
      });
    }
  }

  /// Open sessions.
  std::size_t session_count() const noexcept {
    std::size_t sum = 0;
    for (const auto& each : shards_) sum += each->session_count();
    return sum;
  }

  /// What has been counted so far, on all shards. From any thread.
  statistics stats() const noexcept {
    statistics sum;
    for (const auto& each : shards_) sum += each->counters.read();
    return sum;
  }

  const std::vector<ref<shard<Transport>>>& all_shards() const noexcept { return shards_; }

 private:
  template <class Verdict, class F>
  detail::gate* gate(F&& f) {
    using maker = detail::gate_maker<Verdict>;
    static_assert(maker::template fits<std::decay_t<F>>,
                  "socketio: a function that decides about HTTP requests takes "
                  "(io::http::request const&), then, if it wants, io::http::header_list&, then, if "
                  "it answers later, io::http_next.");
    return hooks_->keep(maker::make(std::forward<F>(f)));
  }

  template <class F>
  static detail::hooks::header_hook header_hook(F&& f) {
    static_assert(std::is_invocable_v<F&, http::header_list&, const http::request&>,
                  "socketio: a function for headers takes (io::http::header_list&, "
                  "io::http::request const&).");
    return std::forward<F>(f);
  }

  static const options& checked(const options& o) {
    const std::string_view fault = validate(o);
    if (!fault.empty()) throw std::invalid_argument{std::string{fault}};
    return o;
  }

  using listener_type = listener<Transport>;

  void listen_on_one(const endpoint& where, std::error_code& ec) {
    const ref<listener_type> fresh{new listener_type{*shards_.front()}};
    fresh->listen(where, ec);
    if (!ec) listeners_->all.push_back(fresh);
  }

  /// A listener for each shard, if the system spreads connections; else one that deals them out.
  void listen_on_all(const endpoint& where, std::error_code& ec) {
    if constexpr (shares_ports<Transport>) {
      if (shares_port<Transport>(where)) return listen_on_each(where, ec);
    }
    listen_on_one(where, ec);
  }

  void listen_on_each(const endpoint& where, std::error_code& ec)
    requires shares_ports<Transport>
  {
    // Sharing would succeed beside another server's sockets. Whether the port is free shows only
    // who does not share.
    typename Transport::listener probe{shards_.front()->host()};
    probe.listen(where, ec);
    probe.close();
    std::vector<ref<listener_type>> fresh;
    for (std::size_t i = 0; i < shards_.size() && !ec; ++i) {
      fresh.emplace_back(new listener_type{*shards_[i]});
      fresh[i]->listen_shared(i == 0 ? where : where.with_port(fresh.front()->port()), ec);
    }
    if (!ec) {
      listeners_->all.insert(listeners_->all.end(), fresh.begin(), fresh.end());
    } else {
      for (const auto& each : fresh) each->close();
    }
  }

  /// Each listener is counted by its own loop's thread. `close`, from any thread, holds them all.
  struct listener_list : counted<listener_list, shared_count> {
    std::vector<ref<listener_type>> all;
  };

  ref<http_routes> routes_{new http_routes};
  ref<detail::hooks> hooks_;
  std::vector<ref<shard<Transport>>> shards_;
  ref<listener_list> listeners_{new listener_list};
  std::atomic<bool> closing_{false};
};

}  // namespace socketio
