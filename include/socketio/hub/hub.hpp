// layer 4 (hub): Socket.IO on top of Engine.IO sessions, for one shard.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include "socketio/cluster/sessions.hpp"
#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/mailbox.hpp"
#include "socketio/core/random.hpp"
#include "socketio/engine/application.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/hub/burst.hpp"
#include "socketio/hub/client.hpp"
#include "socketio/hub/gathering.hpp"
#include "socketio/hub/message.hpp"
#include "socketio/hub/nsp_core.hpp"
#include "socketio/proto/sio/decoder.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace socketio::detail {

class recovery;
class switchboard;

/// Routes packets between the sessions of one shard, namespaces and handlers. It is a part of its
/// switchboard: a reference to the hub keeps that, and after `shut_down` handles find it closed.
class hub final : public engine::application {
 public:
  /// What layer 5 brings: an executor for coroutines, whether the calling thread is the loop's, how
  /// the loop is made to call `drain` soon, and how a socket with the user's data is made.
  struct loop {
    asio::any_io_executor executor;
    unique_function<bool()> inside;
    unique_function<void(ref<hub>)> wake;
    ref<socket_core> (*make_socket)(hub&, nsp_slice&, client&, handshake);
  };

  hub(switchboard& all, std::size_t number, engine::environment& env, loop l);
  ~hub();

  // ---- any thread
  // --------------------------------------------------------------------------------

  void add_reference() const noexcept;
  void drop_reference() const noexcept;

  switchboard& all() const noexcept { return *all_; }

  /// Does what the message says: at once on the shard, soon from another thread. False when the
  /// server is gone.
  template <class Message>
  bool perform(Message m) {
    if (inside()) {
      execute(m);
      return true;
    }
    return post(std::move(m));
  }

  /// Puts a message where the loop will find it.
  bool post(message::any m);

  /// Whether this thread is in a turn of this shard.
  bool running() const noexcept { return engine::environment::running == env_; }

  /// Whether the calling thread is executing the loop of this shard, in a turn or not.
  bool inside() { return running() || inside_loop(); }

  /// Has the loop call `f` soon, in no turn of the shard; false, with `f` untouched, when the
  /// server is gone.
  template <class F>
  bool defer(F& f) {
    const std::lock_guard lock{door_};
    if (closed_) return false;
    asio::post(loop_.executor, std::move(f));
    return true;
  }

  asio::any_io_executor executor() const { return loop_.executor; }

  // ---- the shard
  // ---------------------------------------------------------------------------------

  /// This shard's part of a namespace.
  nsp_slice& slice(nsp_core& n) const noexcept { return *n.slices[number_]; }

  /// Changes this shard's part of a namespace, unless nobody can come there any more.
  template <class Change>
  void set_up(nsp_core& n, Change& change) {
    let_go();
    if (nsp_slice& here = slice(n); !here.retired) change(here);
  }

  /// Carries out the messages that have come.
  void drain();

  // Declared inline at once, where they are: a first one that is not would have g++ put the whole
  // of the hub into each object file (the key function of the Itanium C++ ABI, §5.2.3).
  SOCKETIO_DECL void opened(engine::state& session) override;
  SOCKETIO_DECL void received(engine::state& session, const eio::packet& message) override;
  SOCKETIO_DECL void closed(engine::state& session, reason why) override;
  SOCKETIO_DECL void drained(engine::state& session) override;
  SOCKETIO_DECL void upgrading(engine::state& session) override;
  SOCKETIO_DECL void upgraded(engine::state& session) override;
  SOCKETIO_DECL void packet_received(engine::state& session, const eio::packet& packet) override;
  SOCKETIO_DECL void packets_queued(engine::state& session,
                                    std::span<const frame> packets) override;
  SOCKETIO_DECL void closing() override;
  SOCKETIO_DECL void all_closed() override;

  void execute(message::packet& m);
  void execute(message::event& m);
  void execute(message::broadcast& m);
  void execute(message::membership& m);
  void execute(message::disconnect& m);
  void execute(message::ask& m);
  void execute(message::fetch& m);
  void execute(message::decision& m);
  void execute(message::set_up& m);
  void execute(message::retire& m);
  void execute(message::server_event& m);
  void execute(message::task& m);

  /// Queues the broadcasts that are held, if any are; so never when the server is gone, and the
  /// environment with it.
  void let_go() noexcept {
    if (!burst_.empty()) env_->let_go();
  }

  /// Queues packets, one after the other, for all of an audience that are on this shard.
  void deliver(nsp_slice& here, const audience& to, std::span<const sio::encoded> packets) noexcept;

  /// Queues a packet in the form that the client reads; whole, or not at all.
  send_status send(client& to, const sio::encoded& packet);

  /// The same for an event that need not be.
  send_status send(client& to, const sio::encoded& event, const delivery& how);

  /// Shows an event that is being sent to the socket to those who watch.
  void show_outgoing(socket_core& who, const sio::encoded& packet);

  /// Who is absent can be made to, too, and who is about to go on with it.
  void join(socket_core& who, std::string_view room);
  void leave(socket_core& who, std::string_view room);

  /// Sends what was kept of a room, or of the namespace, to who has just come.
  void replay(socket_core& who, history_log* log);

  /// Tells those who want to know of what has happened to rooms.
  void tell_of_rooms(nsp_slice& nsp);

  /// Ends one socket from this side, or with `close` all sockets of its client and the connection.
  void disconnect(socket_core& who, bool close);

  /// Sends the result of a handler, if the client waits for it.
  template <class T>
  void answer(const invocation& call, const T& result) {
    if (!call.ack_id) return;
    const sio::encoded packet = sio::encode_ack(call.who.nsp_name(), *call.ack_id, result);
    // What a coroutine returns may come in no turn.
    running() ? call.who.send_here(packet) : call.who.send(packet);
  }

  /// What a client is told that waits for an acknowledgement, and gets none.
  struct failure {
    std::string_view error;
  };

  /// The handler of `call` was not run: argument number `position` (from 1) does not convert.
  void report_bad_arguments(const invocation& call, std::size_t position);

  /// A middleware of the socket has refused the event.
  void report_refusal(const invocation& call, const verdict& why);

  /// A handler has thrown. `owes_answer`: nobody else will acknowledge the event now.
  void report_exception(const invocation& call, std::exception_ptr what, bool owes_answer);
  void report(socket_core& who, std::error_code code, std::string_view event,
              std::exception_ptr what = nullptr);

  /// A handler or coroutine that used the socket has ended.
  void handler_finished(socket_core& who) noexcept;

  /// There is no memory to go on with this client: its session ends.
  void give_up(socket_core& who) noexcept;
  template <class Work>
  [[gnu::always_inline]] void or_give_up(socket_core& who, Work&& work) {
    try {
      work();
    } catch (const std::bad_alloc&) {
      give_up(who);
    }
  }

  /// While it exists, the socket's user is running something.
  struct in_use {
    explicit in_use(socket_core& s) noexcept : who{s} { ++who.running_; }
    in_use(const in_use&) = delete;
    ~in_use() { who.owner().handler_finished(who); }
    socket_core& who;
  };

  engine::environment& env() noexcept { return *env_; }

  /// See cluster::node.
  void forget_events();
  void write_all_down();

  /// Only where it is switched on, as it is if a socket has a backlog.
  recovery& recovering() noexcept { return *recovery_; }

  using error_callback =
      unique_function<void(socket&, std::error_code, std::string_view, std::exception_ptr)>;
  /// Counted, because it is shared by all shards, and may be replaced while it runs.
  struct error_handler : counted<error_handler, shared_count> {
    explicit error_handler(error_callback f) : function{std::move(f)} {}
    error_callback function;
  };
  void on_error(ref<error_handler> f) noexcept { on_error_ = std::move(f); }

  /// The server is being destroyed: from now on handles do nothing.
  void shut_down();

 private:
  bool inside_loop();
  void received_msgpack(client& from, const eio::packet& message);
  bool relay(client& from, const eio::packet& message);
  void received_garbage(client& from);
  void route(client& from, const sio::packet& packet);
  void connect(client& from, const sio::packet& packet);
  void connect(client& from, std::string_view name, value auth);
  void let_in(socket_core& who);
  void resume_if_asked(socket_core& who);
  bool claim_session(socket_core& who);
  void claimed(socket_core& who, sio::offset after, std::error_code ec,
               std::optional<cluster::found_session> found);
  void stand_in(socket_core& who, sio::offset after, const cluster::found_session& found);
  void write_down(socket_core& who, bool anew) noexcept;
  void write_end(socket_core& who, reason why) noexcept;
  void session_unwritten(socket_core& who, cluster::sessions::unwritten why);
  void rooms_changed(socket_core& who) noexcept;
  void rewrite();
  bool write_down_if_due(socket_core& who);
  void replace_connection(socket_core& lost);
  void run_middlewares(socket_core& who);
  void finish_connect(socket_core& who);
  bool catch_up(socket_core& who);
  void forget_handshake(socket_core& who) noexcept;
  void refuse(client& from, std::string_view nsp, std::string_view message,
              const std::optional<value>& data);
  void turn_away(socket_core& who, std::string_view message, const std::optional<value>& data);
  void dispatch(const invocation& call);
  void run_own_handlers(const invocation& call);
  bool measure(client& from, const eio::packet& message);
  bool admit(const invocation& call);
  bool admit_connect(client& from, std::string_view nsp);
  bool pass_watchers(const invocation& call);
  void detach(socket_core& who, reason why);
  template <class... Args>
  void tell_of_connection(const engine::state& session,
                          callback_list<socketio::conn&, Args...> conn_core::* callbacks,
                          std::type_identity_t<Args>... args);
  void end_connection(conn_core& connection, socket_core* last, reason why);
  void drop_handlers();

  switchboard* all_;
  std::size_t number_;
  engine::environment* env_;
  loop loop_;
  ref<error_handler> on_error_;
  sio::workspace decoding_;
  sio::transcoder transcode_;
  std::unique_ptr<recovery> recovery_;
  burst burst_;

  const std::string name_ = random_id();  ///< in sessions that this loop has

  /// Of sessions that live long, as long as any are written.
  struct rewriter : deadline {
    static constexpr duration pause = std::chrono::milliseconds{100};
    explicit rewriter(hub& h)
        : deadline{[](deadline& d) { static_cast<rewriter&>(d).owner.rewrite(); }}, owner{h} {}
    hub& owner;
  };
  std::optional<rewriter> rewriting_;
  std::uint32_t writing_ = 0;  ///< so many times all of them had to be written again

  mailbox<message::any> mail_;
  std::atomic<bool> unwoken_ = false;  ///< there is mail that the loop could not be told of
  std::mutex door_;  // guards `closed_` and what `loop_` calls: those are gone with the server
  bool closed_ = false;
};

template <class T>
gathering<T>::~gathering() {
  struct completed {
    result done;
    std::error_code why;
    std::vector<T> all;

    void operator()() {
      try {
        done(why, std::move(all));
      } catch (...) {
        // There is no socket that on_error could be told of.
      }
    }
  };
  completed c{std::move(done_), error_, std::move(all_)};
  if (home_->defer(c)) return;
  c.why = error::server_closed;
  c();
}

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/switchboard.hpp"  // the bodies need both, and stand there
#endif
