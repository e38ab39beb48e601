// layer 4 (hub): Socket.IO on top of Engine.IO sessions, for one shard.
#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <asio/any_io_executor.hpp>

#include "socketio/config.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/engine/application.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/hub/client.hpp"
#include "socketio/hub/mailbox.hpp"
#include "socketio/hub/nsp_core.hpp"

namespace socketio::detail {

/// Routes packets between sessions, namespaces and handlers. The server holds it, and so does every
/// handle; after `shut_down` handles find it closed.
class hub final : public engine::application, public counted<hub, shared_count> {
 public:
  /// What layer 5 brings: an executor for coroutines and for waking the loop, whether the calling
  /// thread is the loop's, and how a socket with the user's data is made.
  struct loop {
    asio::any_io_executor executor;
    unique_function<bool()> inside;
    ref<socket_core> (*make_socket)(hub&, nsp_core&, client&, handshake);
  };

  hub(engine::environment& env, loop l);
  ~hub();

  // ---- any thread
  // --------------------------------------------------------------------------------

  /// The namespace of this name, made on first use. Namespaces live as long as the hub.
  nsp_core& of(std::string_view name);

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

  /// Whether the calling thread is executing the loop of this shard.
  bool inside();

  asio::any_io_executor executor() const { return loop_.executor; }

  // ---- the shard
  // ---------------------------------------------------------------------------------

  void opened(engine::state& session) override;
  void received(engine::state& session, const eio::packet& message) override;
  void closed(engine::state& session, reason why) override;

  void execute(message::packet& m);
  void execute(message::broadcast& m);
  void execute(message::membership& m);
  void execute(message::disconnect& m);
  void execute(message::decision& m);

  void join(socket_core& who, std::string_view room);
  void leave(socket_core& who, std::string_view room);

  /// Ends one socket from this side, or with `close` all sockets of its client and the connection.
  void disconnect(socket_core& who, bool close);

  /// Sends the result of a handler, if the client waits for it.
  template <class T>
  void answer(const invocation& call, const T& result) {
    if (call.ack_id) call.who.send(sio::encode_ack(call.who.nsp_name(), *call.ack_id, result));
  }

  /// The handler of `call` was not run: argument number `position` (from 1) does not convert.
  void report_bad_arguments(const invocation& call, std::size_t position);

  /// A handler has thrown. `owes_answer`: nobody else will acknowledge the event now.
  void report_exception(const invocation& call, std::exception_ptr what, bool owes_answer);
  void report(socket_core& who, std::error_code code, std::string_view event,
              std::exception_ptr what = nullptr);

  /// A handler or coroutine that used the socket has ended.
  void handler_finished(socket_core& who);

  engine::environment& env() noexcept { return *env_; }

  using error_callback =
      unique_function<void(socket&, std::error_code, std::string_view, std::exception_ptr)>;
  void on_error(error_callback f) {
    on_error_ = ref<error_handler>{new error_handler{std::move(f)}};
  }

  /// The server is being destroyed: from now on handles do nothing.
  void shut_down();

 private:
  void route(client& from, const sio::packet& packet);
  void connect(client& from, const sio::packet& packet);
  void run_middlewares(socket_core& who);
  void finish_connect(socket_core& who);
  void refuse(client& from, std::string_view nsp, std::string_view message,
              const std::optional<value>& data);
  void dispatch(socket_core& who, const sio::packet& packet);
  void detach(socket_core& who, reason why);
  void drain();
  void drop_handlers();

  /// Counted, because it may be replaced, or the server destroyed, while it runs.
  struct error_handler : counted<error_handler> {
    explicit error_handler(error_callback f) : function{std::move(f)} {}
    error_callback function;
  };

  engine::environment* env_;
  loop loop_;
  ref<error_handler> on_error_;
  tape tape_;

  std::mutex names_mutex_;  // `of` is called from any thread, but hardly ever
  string_map<std::unique_ptr<nsp_core>> names_;

  std::mutex mail_mutex_;
  std::vector<message::any> mail_;
  bool closed_ = false;
};

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/hub/impl/hub.ipp"
#include "socketio/hub/impl/socket_core.ipp"
#endif
