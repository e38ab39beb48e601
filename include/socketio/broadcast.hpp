// layer 4 (hub): emitting to many sockets, and doing other things to many sockets.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/error.hpp>
#include <asio/use_awaitable.hpp>

#include "socketio/answers.hpp"
#include "socketio/emit.hpp"
#include "socketio/hub/audience.hpp"
#include "socketio/hub/cancelling.hpp"
#include "socketio/hub/message.hpp"
#include "socketio/hub/switchboard.hpp"
#include "socketio/remote_socket.hpp"

namespace socketio {

namespace detail {

/// Gives `done(answers<T>)` what those answer who are asked.
template <class T, class Done>
ref<gathering<value>> gather_answers(hub& home, Done done) {
  return ref{new gathering<value>{
      ref{&home},
      [d = std::move(done)](std::error_code why, const std::vector<value>& came) mutable {
        d(answers<T>{why, came});
      }}};
}

/// Gives what is found in one namespace to all that is found.
class found_in final : public cluster::replies<cluster::found_socket> {
 public:
  found_in(ref<switchboard> b, ref<nsp_core> n, ref<gathering<remote_socket>> all)
      : board_{std::move(b)}, nsp_{std::move(n)}, all_{std::move(all)} {}

  void add(cluster::found_socket one) override {
    all_->add(remote_socket{board_, nsp_, std::move(one)});
  }
  void fail(std::error_code why) override { all_->fail(why); }

 private:
  const ref<switchboard> board_;
  const ref<nsp_core> nsp_;
  const ref<gathering<remote_socket>> all_;
};

}  // namespace detail

/// Selects sockets of a namespace and acts on them:
///
///     server.to("lobby").except("muted").emit("tick", 42);
///
/// A value: each call returns a new one, which may be kept and used again, from any thread. The
/// packet is encoded once, whoever and however many receive it. Who is in the rooms is decided on
/// the loop: at once in handlers, soon after from other threads.
class broadcast {
 public:
  broadcast(ref<detail::switchboard> b, ref<detail::nsp_core> n)
      : board_{std::move(b)}, nsp_{std::move(n)} {}

  /// Adds the members of a room. A socket's id is a room too. Without any, everybody is meant.
  broadcast to(std::string_view room) const& { return broadcast{*this}.to(room); }
  broadcast to(std::string_view room) && {
    audience_.rooms.add(room);
    return std::move(*this);
  }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast to(const Rooms& rooms) const {
    broadcast copy{*this};
    copy.audience_.rooms.add(rooms);
    return copy;
  }

  /// The same as `to`.
  broadcast in(std::string_view room) const& { return to(room); }
  broadcast in(std::string_view room) && { return std::move(*this).to(room); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast in(const Rooms& rooms) const {
    return to(rooms);
  }

  /// Leaves out the members of a room.
  broadcast except(std::string_view room) const& { return broadcast{*this}.except(room); }
  broadcast except(std::string_view room) && {
    audience_.except.add(room);
    return std::move(*this);
  }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  broadcast except(const Rooms& rooms) const {
    broadcast copy{*this};
    copy.audience_.except.add(rooms);
    return copy;
  }

  /// Only sockets of this server, not those of others in its cluster (io::adapter).
  broadcast local() const {
    broadcast copy{*this};
    copy.audience_.local = true;
    return copy;
  }

  /// Sockets that do not keep up are left out, instead of having the packet queued.
  broadcast lossy() const {
    broadcast copy{*this};
    copy.audience_.lossy = true;
    return copy;
  }

  /// Sends it on the caller's loop, too, behind what other threads have sent there before, instead
  /// of at once: what is emitted one after the other, under a lock for instance, arrives everywhere
  /// in that order.
  broadcast ordered() const {
    broadcast copy{*this};
    copy.ordered_ = true;
    return copy;
  }

  /// Whether the packet may be compressed, where the options have turned compression on.
  broadcast compress(bool wanted) const {
    broadcast copy{*this};
    copy.compress_ = wanted;
    return copy;
  }

  /// What becomes of the event for those for whom too much waits already.
  broadcast when_slow(socketio::when_slow rule) const {
    broadcast copy{*this};
    copy.rule_ = rule;
    return copy;
  }

  /// Acknowledgements must come within this time; without it, before the client disconnects.
  broadcast timeout(duration limit) const {
    broadcast copy{*this};
    copy.timeout_ = limit;
    return copy;
  }

  /// Sends an event to all of them. If the last argument is a callback
  /// `(std::error_code, std::vector<T>)`, each client is asked to acknowledge, and the callback
  /// gets the answers that came, once: see io::answers for the error. It is called on the loop, and
  /// must not throw. To ask nobody gives no answers and no error.
  template <class... Args>
  void emit(std::string_view event, Args&&... arguments) const {
    if constexpr (detail::ends_with_callback<std::decay_t<Args>...>()) {
      detail::with_last_first(
          [&](auto&& callback, const auto&... rest) {
            using list = typename detail::second_of<
                typename detail::signature_of<std::decay_t<decltype(callback)>>::parameters>::type;
            ask<detail::answer_type<list>>(
                event,
                [f = std::forward<decltype(callback)>(callback)](auto all) mutable {
                  const std::error_code why = all.error;
                  f(why, std::move(all));
                },
                rest...);
          },
          std::forward<Args>(arguments)...);
    } else {
      detail::check_emitted<Args...>();
      if (sio::is_reserved_event(event)) return;
      board_->for_each_of(*nsp_, [&](detail::nsp_core& each) {
        send({ref{&each}, audience_,
              detail::compressed_if(compress_, sio::encode_event(each.name, board_->next_offset(),
                                                                 event, arguments...)),
              rule_});
      });
    }
  }

  /// Sends all of them a value of which only the latest counts; see io::socket::emit_latest.
  template <class... Args>
  void emit_latest(std::string_view key, std::string_view event, const Args&... arguments) const {
    detail::check_emitted<Args...>();
    if (sio::is_reserved_event(event)) return;
    board_->for_each_of(*nsp_, [&](detail::nsp_core& each) {
      send({ref{&each}, audience_,
            detail::compressed_if(
                compress_, sio::encode_event(each.name, sio::offset{0}, event, arguments...)),
            rule_, detail::make_key(each.name, key)});
    });
  }

  /// The same as a coroutine:
  /// `const io::answers<int> votes = co_await server.timeout(2s).emit_with_ack<int>("vote");`
  /// It may be one of any executor, and is resumed there. Nothing is thrown for what is missing.
  /// The wait can be cancelled (asio::cancellation_slot): the error is
  /// asio::error::operation_aborted.
  template <class T, class... Args>
  asio::awaitable<answers<T>> emit_with_ack(std::string_view event, Args&&... arguments) const {
    detail::check_emitted<Args...>();
    static_assert(
        !holds_view_v<T>,
        "socketio: an acknowledgement that is awaited cannot be a view: what it is a view "
        "of has gone by then. Ask for a std::string, io::bytes or io::value.");
    return asio::async_initiate<const asio::use_awaitable_t<>, void(answers<T>)>(
        [](auto handler, const broadcast& whom, questions all) {
          using signature = void (*)(answers<T>);
          whom.ask_all<T>(std::move(all), detail::unless_cancelled(
                                              whom.board_->home(), std::move(handler), signature{},
                                              answers<T>{asio::error::operation_aborted, {}}));
        },
        asio::use_awaitable, *this, encode_questions(event, arguments...));
  }

  /// Finds all of them, on all loops and servers: `co_await server.in("room").fetch_sockets()`, or
  /// with a callback `(std::error_code, std::vector<io::remote_socket>)`. The error is
  /// `server_closed`, or `cluster_timeout` if not all servers have answered in time; or the wait
  /// was cancelled.
  template <class Token = const asio::use_awaitable_t<>&>
  auto fetch_sockets(Token&& token = asio::use_awaitable) const {
    return asio::async_initiate<Token, void(std::error_code, std::vector<remote_socket>)>(
        [](auto handler, const broadcast& whom) { whom.fetch(std::move(handler)); }, token, *this);
  }

  /// Makes all of them join or leave a room, or several.
  void sockets_join(std::string_view room) const { change_rooms(one(room), true); }
  void sockets_leave(std::string_view room) const { change_rooms(one(room), false); }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  void sockets_join(const Rooms& rooms) const {
    change_rooms(several(rooms), true);
  }
  template <std::ranges::input_range Rooms>
    requires(!std::convertible_to<Rooms, std::string_view>)
  void sockets_leave(const Rooms& rooms) const {
    change_rooms(several(rooms), false);
  }

  /// Disconnects all of them; with `close`, their connections too. What was emitted to them before
  /// is still delivered.
  void disconnect_sockets(bool close = false) const {
    board_->perform_everywhere(detail::message::disconnect{nsp_, audience_, close});
  }

 private:
  void send(detail::message::broadcast m) const {
    ordered_ ? board_->queue(std::move(m)) : board_->perform_everywhere(std::move(m));
  }

  static name_list one(std::string_view room) {
    name_list rooms;
    rooms.add(room);
    return rooms;
  }
  template <class Rooms>
  static name_list several(const Rooms& all) {
    name_list rooms;
    rooms.add(all);
    return rooms;
  }

  void change_rooms(name_list rooms, bool join) const {
    board_->perform_everywhere(
        detail::message::membership{nsp_, audience_, std::move(rooms), join});
  }

  /// `done(answers<T>)` gets what `event` is acknowledged with.
  template <class T, class Done, class... Args>
  void ask(std::string_view event, Done done, const Args&... arguments) const {
    detail::check_emitted<Args...>();
    ask_all<T>(encode_questions(event, arguments...), std::move(done));
  }

  /// One for each namespace; nothing if nobody may be asked this.
  using questions = std::optional<std::vector<detail::message::ask>>;
  template <class... Args>
  questions encode_questions(std::string_view event, const Args&... arguments) const {
    if (sio::is_reserved_event(event)) return {};
    std::vector<detail::message::ask> all;
    board_->for_each_of(*nsp_, [&](detail::nsp_core& each) {
      const std::uint64_t id = board_->next_shared_ack_id();
      all.push_back(
          {ref{&each}, audience_,
           detail::compressed_if(compress_, sio::encode_event(each.name, id, event, arguments...)),
           id, timeout_, nullptr});
    });
    return all;
  }

  template <class T, class Done>
  void ask_all(questions all, Done done) const {
    const auto answers_to = detail::gather_answers<T>(board_->home(), std::move(done));
    if (!all) return answers_to->fail(error::reserved_event);
    for (auto& each : *all) {
      each.answers = answers_to;
      board_->perform_everywhere(std::move(each));
    }
  }

  template <class Handler>
  void fetch(Handler handler) const {
    using signature = void (*)(std::error_code, std::vector<remote_socket>);
    const ref<detail::gathering<remote_socket>> all{new detail::gathering<remote_socket>{
        ref<detail::hub>{&board_->home()},
        detail::unless_cancelled(board_->home(), std::move(handler), signature{},
                                 asio::error::operation_aborted, {})}};
    board_->for_each_of(*nsp_, [&](detail::nsp_core& each) {
      board_->perform_everywhere(
          detail::message::fetch{ref{&each}, audience_,
                                 ref<cluster::replies<cluster::found_socket>>{
                                     new detail::found_in{board_, ref{&each}, all}}});
    });
  }

  ref<detail::switchboard> board_;
  ref<detail::nsp_core> nsp_;
  audience audience_;
  std::optional<duration> timeout_;
  bool compress_ = true;
  bool ordered_ = false;
  socketio::when_slow rule_;
};

}  // namespace socketio
