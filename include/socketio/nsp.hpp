// layer 4 (hub): a namespace: the handlers that all its sockets share, and broadcasts to them.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/broadcast.hpp"
#include "socketio/history.hpp"
#include "socketio/hub/once.hpp"
#include "socketio/hub/switchboard.hpp"
#include "socketio/hub/typed_middleware.hpp"
#include "socketio/hub/typed_server_handler.hpp"
#include "socketio/hub/typed_watcher.hpp"
#include "socketio/room.hpp"
#include "socketio/socket.hpp"
#include "socketio/subscription.hpp"

namespace socketio {

namespace detail {

/// What the JavaScript server itself says on the same channel, so that no program may.
constexpr bool is_reserved_between_servers(std::string_view event) noexcept {
  return sio::is_reserved_event(event) || event == "connection" || event == "new_namespace";
}

/// `["name",…]`
template <class... Args>
value server_data(std::string_view event, const Args&... arguments) {
  check_emitted<Args...>();
  tape built{{.nodes = static_cast<std::size_t>(-1)}};
  tape_writer out{built};
  out.begin_array();
  out.string(event);
  (to_writer(out, arguments), ...);
  out.end_array();
  return value{built.root()};
}

}  // namespace detail

/// A handle to a namespace, copyable and valid at any time.
///
/// Registering handlers, `size`, `room` and `for_each` belong to the loop: call them before it
/// runs, or on its thread. Emitting, and everything that goes through `broadcast`, may be called
/// from any thread.
template <class Data>
class basic_nsp {
 public:
  using socket = basic_socket<Data>;
  using room_type = basic_room<Data>;

  basic_nsp(ref<detail::switchboard> b, ref<detail::nsp_core> n)
      : board_{std::move(b)}, core_{std::move(n)} {}

  const std::string& name() const noexcept { return core_->name; }

  // ---- handlers
  // ----------------------------------------------------------------------------------

  /// Handles an event of all sockets of the namespace. A handler takes, in any order, what it needs
  /// of `io::socket&` (or this server's `socket&`), `io::ack`, `io::handshake const&` and
  /// `io::args`, and by position the event's arguments, converted to its parameter types. What it
  /// returns is the acknowledgement; it may be a coroutine (`asio::awaitable<T>`).
  template <class F>
  subscription on(std::string_view event, F&& handler) const {
    return add(event, detail::make_handler<socket>(std::forward<F>(handler)));
  }

  /// The same for the next such event alone, whichever socket it comes from.
  template <class F>
  subscription once(std::string_view event, F&& handler) const {
    return add(event, ref<detail::handler>{new detail::once{
                          detail::make_handler<socket>(std::forward<F>(handler)), true}});
  }

  /// `f(std::string_view event, io::args)` for every event that a client sends, before its
  /// handlers, and whether or not it has any; `f` may take `io::socket&` in front, and `io::ack`
  /// behind. What is prepended is called before those that are there.
  template <class F>
  subscription on_any(F&& f) const {
    return watch(detail::make_watcher<socket>(std::forward<F>(f)), &watchers::incoming, &list::add);
  }
  template <class F>
  subscription prepend_any(F&& f) const {
    return watch(detail::make_watcher<socket>(std::forward<F>(f)), &watchers::incoming,
                 &list::add_first);
  }

  /// The same for every event that is sent to a socket, alone or with others; not for
  /// acknowledgements.
  template <class F>
  subscription on_any_outgoing(F&& f) const {
    return watch(detail::make_outgoing_watcher<socket>(std::forward<F>(f)), &watchers::outgoing,
                 &list::add);
  }
  template <class F>
  subscription prepend_any_outgoing(F&& f) const {
    return watch(detail::make_outgoing_watcher<socket>(std::forward<F>(f)), &watchers::outgoing,
                 &list::add_first);
  }

  /// `callback(socket&)` for each client that connects, after the middlewares have accepted it.
  template <class F>
  subscription on_connection(F&& callback) const {
    static_assert(std::invocable<F&, socket&>,
                  "socketio: on_connection takes a function of (io::socket&), or of this server's "
                  "own ::socket&.");
    const auto shared = for_sockets(std::forward<F>(callback));
    set_up([shared](detail::nsp_slice& slice) { slice.connection.add(shared); });
    return subscription{*shared};
  }

  /// `callback(socket&, io::reason)` for each socket that disconnects, after it has left its rooms.
  template <class F>
  subscription on_disconnect(F&& callback) const {
    const auto shared = ended(std::forward<F>(callback));
    set_up([shared](detail::nsp_slice& slice) { slice.events.disconnect.add(shared); });
    return subscription{*shared};
  }

  /// The same, before it leaves its rooms.
  template <class F>
  subscription on_disconnecting(F&& callback) const {
    const auto shared = ended(std::forward<F>(callback));
    set_up([shared](detail::nsp_slice& slice) { slice.events.disconnecting.add(shared); });
    return subscription{*shared};
  }

  /// `callback(socket&)`, each time when all that was queued for a slow client has been handed to
  /// the system; see io::socket::on_drain.
  template <class F>
  subscription on_drain(F&& callback) const {
    static_assert(std::invocable<F&, socket&>,
                  "socketio: a drain callback of a namespace takes (io::socket&).");
    const auto shared = for_sockets(std::forward<F>(callback));
    set_up([shared](detail::nsp_slice& slice) { slice.events.watch().drained.add(shared); });
    return subscription{*shared};
  }

  /// `callback(std::string_view room)` when a room gets its first member, or has lost its last one;
  /// `callback(socket&, std::string_view room)` when a socket has joined a room, or left it, also
  /// by disconnecting. With several shards a room is what one of them sees of it. The rooms that
  /// are sockets' ids are not told of.
  template <class F>
  subscription on_room_created(F&& callback) const {
    return watch_rooms(room_callback(std::forward<F>(callback)), &rooms_told::created);
  }
  template <class F>
  subscription on_room_deleted(F&& callback) const {
    return watch_rooms(room_callback(std::forward<F>(callback)), &rooms_told::deleted);
  }
  template <class F>
  subscription on_join(F&& callback) const {
    return watch_rooms(member_callback(std::forward<F>(callback)), &rooms_told::joined);
  }
  template <class F>
  subscription on_leave(F&& callback) const {
    return watch_rooms(member_callback(std::forward<F>(callback)), &rooms_told::left);
  }

  /// Removes what one of the functions above has given. It may be running, or be about to for the
  /// event under way, in which case it is not called any more. With several shards, those of other
  /// threads may call it until they have heard.
  void off(const subscription& which) const {
    set_up([number = which.number()](detail::nsp_slice& slice) { slice.remove(number); });
  }

  /// Removes all handlers of an event.
  void off(std::string_view event) const {
    set_up([name = std::string{event}](detail::nsp_slice& slice) {
      slice.events.remove(std::string_view{name});
    });
  }

  /// Removes all catch-all listeners, for what comes and for what is sent.
  void off_any() const {
    set_up([](detail::nsp_slice& slice) { slice.events.clear(&watchers::incoming); });
  }
  void off_any_outgoing() const {
    set_up([](detail::nsp_slice& slice) { slice.events.clear(&watchers::outgoing); });
  }

  /// Adds a function that decides whether a client may connect. All of them must accept, one after
  /// the other. It is one of
  ///   `io::verdict (io::socket&)`, `asio::awaitable<io::verdict> (io::socket&)`, or
  ///   `void (io::socket&, io::next)`, which calls `next` when it knows.
  template <class F>
  const basic_nsp& use(F&& decides) const {
    static_assert(std::invocable<F&, socket&> || std::invocable<F&, socket&, next>,
                  "socketio: a middleware takes (io::socket&) or (io::socket&, io::next).");
    const ref<detail::middleware> shared{
        new detail::typed_middleware<socket, std::decay_t<F>>{std::forward<F>(decides)}};
    set_up([shared](detail::nsp_slice& slice) { slice.middlewares.push_back(shared); });
    return *this;
  }

  /// The rule for all events to sockets of the namespace, unless the event or the socket has
  /// another; see io::when_slow.
  void default_when_slow(socketio::when_slow rule) const {
    set_up([rule](detail::nsp_slice& slice) { slice.rule = rule, slice.ruled = true; });
  }

  // ---- history
  // -----------------------------------------------------------------------------------

  /// Keeps what is broadcast to a room from now on, and sends it to each socket that joins it, as
  /// if it had been there: before anything new, and without what was not meant for it. Of a value
  /// (`emit_latest`) the latest is kept. Not kept is what is `lossy` or to be acknowledged. With
  /// several shards each keeps its own. Begins anew if there was a history.
  const basic_nsp& keep_history(std::string_view room, const history& limits = {}) const {
    return keep(std::string{room}, limits);
  }

  /// The same for what is broadcast to the whole namespace, and whoever connects to it.
  const basic_nsp& keep_history(const history& limits = {}) const { return keep({}, limits); }

  /// Forgets it.
  void drop_history(std::string_view room) const { drop(std::string{room}); }
  void drop_history() const { drop({}); }

  // ---- sockets
  // -----------------------------------------------------------------------------------

  /// How many sockets are connected.
  std::size_t size() const {
    std::size_t sum = 0;
    board_->for_each_of(*core_, [&](detail::nsp_core& each) { sum += each.size(); });
    return sum;
  }

  /// Calls `visit(socket&)` for each connected socket; it may do anything to them.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    board_->for_each_of(*core_, [&](detail::nsp_core& each) {
      board_->local(each).for_each_copied(audience{}, [&](detail::socket_core& who) {
        if (who.connected()) visit(static_cast<socket&>(who.face()));
      });
    });
  }

  room_type room(std::string_view name) const {
    return room_type{board_, core_, std::string{name}};
  }

  /// The names of all rooms, without those that are sockets' ids.
  std::vector<std::string> rooms() const {
    std::vector<std::string> names;
    board_->for_each_of(*core_, [&](detail::nsp_core& each) {
      board_->local(each).rooms.for_each(
          [&](const detail::room_slice& room) { names.push_back(room.name); });
    });
    return names;
  }

  // ---- broadcasting: any thread
  // ------------------------------------------------------------------

  broadcast to(std::string_view room) const { return all().to(room); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast to(const Rooms& rooms) const {
    return all().to(rooms);
  }
  broadcast in(std::string_view room) const { return all().to(room); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast in(const Rooms& rooms) const {
    return all().to(rooms);
  }
  broadcast except(std::string_view room) const { return all().except(room); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast except(const Rooms& rooms) const {
    return all().except(rooms);
  }
  broadcast local() const { return all().local(); }
  broadcast lossy() const { return all().lossy(); }
  broadcast compress(bool wanted) const { return all().compress(wanted); }
  broadcast ordered() const { return all().ordered(); }

  broadcast when_slow(socketio::when_slow rule) const { return all().when_slow(rule); }

  broadcast timeout(duration limit) const { return all().timeout(limit); }

  /// Sends an event to all sockets of the namespace; see io::broadcast::emit.
  template <class... Args>
  void emit(std::string_view event, Args&&... arguments) const {
    all().emit(event, std::forward<Args>(arguments)...);
  }
  template <class... Args>
  void emit_latest(std::string_view key, std::string_view event, const Args&... arguments) const {
    all().emit_latest(key, event, arguments...);
  }
  template <class T, class... Args>
  auto emit_with_ack(std::string_view event, Args&&... arguments) const {
    return all().template emit_with_ack<T>(event, std::forward<Args>(arguments)...);
  }

  /// See io::broadcast.
  template <class Token = const asio::use_awaitable_t<>&>
  auto fetch_sockets(Token&& token = asio::use_awaitable) const {
    return all().fetch_sockets(std::forward<Token>(token));
  }
  template <class Rooms>
  void sockets_join(const Rooms& rooms) const {
    all().sockets_join(rooms);
  }
  template <class Rooms>
  void sockets_leave(const Rooms& rooms) const {
    all().sockets_leave(rooms);
  }
  void disconnect_sockets(bool close = false) const { all().disconnect_sockets(close); }

  // ---- between servers: see io::adapter
  // ----------------------------------------------------------

  /// Listens to what the programs of other servers in the cluster say to this one, in this
  /// namespace. `f` takes the event's arguments, on the server's (first) loop. What it returns is
  /// the answer for a server that wants one; it may be a coroutine.
  template <class F>
  subscription on_server_side(std::string_view event, F&& f) const {
    const auto shared = detail::make_server_handler(std::forward<F>(f));
    set_up([name = std::string{event}, shared](detail::nsp_slice& slice) {
      if (!slice.from_servers) slice.from_servers = std::make_unique<detail::server_events>();
      slice.from_servers->add(name, shared);
    });
    return subscription{*shared};
  }

  /// Says something to the programs of all other servers in the cluster; not to this one, and not
  /// to clients. If the last argument is a callback `(std::error_code, std::vector<T>)`, it gets
  /// what they answer, once; the error is `cluster_timeout` if not all have answered in time. Any
  /// thread.
  template <class... Args>
  void server_side_emit(std::string_view event, Args&&... arguments) const {
    if constexpr (detail::ends_with_callback<std::decay_t<Args>...>()) {
      detail::with_last_first(
          [&](auto&& callback, const auto&... rest) {
            using signature = detail::signature_of<std::decay_t<decltype(callback)>>;
            using T = detail::answer_type<
                typename detail::second_of<typename signature::parameters>::type>;
            ask_servers<T>(
                event, detail::server_data(event, rest...),
                [f = std::forward<decltype(callback)>(callback)](answers<T> all) mutable {
                  const std::error_code why = all.error;
                  f(why, std::move(all));
                });
          },
          std::forward<Args>(arguments)...);
    } else {
      if (detail::is_reserved_between_servers(event)) return;
      tell_servers(detail::server_data(event, arguments...), nullptr);
    }
  }

  /// The same as a coroutine:
  /// `const io::answers<int> loads = co_await server.server_side_emit_with_ack<int>("load?");`
  /// The wait can be cancelled.
  template <class T, class... Args>
  asio::awaitable<answers<T>> server_side_emit_with_ack(std::string_view event,
                                                        const Args&... arguments) const {
    return asio::async_initiate<const asio::use_awaitable_t<>, void(answers<T>)>(
        [](auto handler, const basic_nsp& from, std::string name, value data) {
          using signature = void (*)(answers<T>);
          from.template ask_servers<T>(
              name, std::move(data),
              detail::unless_cancelled(from.board_->home(), std::move(handler), signature{},
                                       answers<T>{asio::error::operation_aborted, {}}));
        },
        asio::use_awaitable, *this, std::string{event}, detail::server_data(event, arguments...));
  }

 private:
  void tell_servers(value data, ref<cluster::replies<value>> answers) const {
    board_->for_each_of(*core_, [&](detail::nsp_core& each) {
      board_->tell_others(detail::message::server_event{ref{&each}, data, answers});
    });
  }

  template <class T, class Done>
  void ask_servers(std::string_view event, value data, Done done) const {
    const auto answers_to = detail::gather_answers<T>(board_->home(), std::move(done));
    if (detail::is_reserved_between_servers(event)) return answers_to->fail(error::reserved_event);
    tell_servers(std::move(data), answers_to);
  }

  template <class Change>
  void set_up(const Change& change) const {
    board_->set_up(*core_, change);
  }

  using watchers = detail::watchers;
  using list = watchers::list;

  subscription add(std::string_view event, ref<detail::handler> shared) const {
    if (shared->takes_raw) board_->start_relaying();
    set_up([name = std::string{event}, shared](detail::nsp_slice& slice) {
      slice.events.add(name, shared);
    });
    return subscription{*shared};
  }

  subscription watch(const ref<detail::watcher>& shared, list watchers::* which,
                     void (list::*how)(ref<detail::watcher>)) const {
    set_up([shared, which, how](detail::nsp_slice& slice) {
      ((slice.events.watch().*which).*how)(shared);
      slice.watched = true;
    });
    return subscription{*shared};
  }

  const basic_nsp& keep(std::optional<std::string> room, const history& limits) const {
    set_up([room = std::move(room), limits](detail::nsp_slice& slice) {
      slice.whole.keeps_history.store(true, std::memory_order_relaxed);
      if (!slice.kept) slice.kept = std::make_unique<detail::histories>();
      slice.kept->keep(room, limits);
    });
    return *this;
  }
  void drop(std::optional<std::string> room) const {
    set_up([room = std::move(room)](detail::nsp_slice& slice) {
      if (slice.kept) slice.kept->drop(room);
    });
  }

  /// A callback that takes this server's own sockets.
  template <class... Args, class F>
  static auto for_sockets(F&& callback) {
    using entry = detail::callback<socketio::socket&, Args...>;
    return ref<entry>{
        new entry{[f = std::forward<F>(callback)](socketio::socket& who, Args... rest) mutable {
          f(static_cast<socket&>(who), rest...);
        }}};
  }

  using rooms_told = detail::room_watchers;

  template <class Shared, class List>
  subscription watch_rooms(const Shared& shared, List rooms_told::* which) const {
    set_up([shared, which](detail::nsp_slice& slice) {
      if (!slice.room_events) slice.watch_rooms();
      (*slice.room_events.*which).add(shared);
    });
    return subscription{*shared};
  }

  template <class F>
  static auto room_callback(F&& callback) {
    static_assert(std::invocable<F&, std::string_view>,
                  "socketio: a callback for rooms takes (std::string_view room).");
    using entry = detail::callback<std::string_view>;
    return ref<entry>{new entry{std::forward<F>(callback)}};
  }

  template <class F>
  static auto member_callback(F&& callback) {
    static_assert(std::invocable<F&, socket&, std::string_view>,
                  "socketio: a callback for members takes (io::socket&, std::string_view room).");
    return for_sockets<std::string_view>(std::forward<F>(callback));
  }

  broadcast all() const { return broadcast{board_, core_}; }

  template <class F>
  static auto ended(F&& callback) {
    static_assert(
        std::invocable<F&, socket&, reason>,
        "socketio: a disconnect callback of a namespace takes (io::socket&, io::reason).");
    return for_sockets<reason>(std::forward<F>(callback));
  }

  ref<detail::switchboard> board_;
  ref<detail::nsp_core> core_;
};

/// The namespaces of a server whose sockets carry no data.
using nsp = basic_nsp<no_data>;

}  // namespace socketio
