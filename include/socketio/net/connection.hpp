// layer 5 (net): one accepted connection: bytes in and out, first as HTTP, then as WebSocket.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>

#include "socketio/core/frame.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/rare_text.hpp"
#include "socketio/engine/router.hpp"
#include "socketio/net/http_routes.hpp"
#include "socketio/net/peer.hpp"
#include "socketio/net/session.hpp"
#include "socketio/net/shard.hpp"
#include "socketio/proto/eio/jsonp.hpp"
#include "socketio/proto/eio/payload.hpp"
#include "socketio/proto/eio/poll_answer.hpp"
#include "socketio/proto/http/query.hpp"
#include "socketio/proto/http/request_parser.hpp"
#include "socketio/proto/http/response.hpp"
#include "socketio/proto/proxy_protocol.hpp"
#include "socketio/proto/ws/decoder.hpp"
#include "socketio/proto/ws/encoder.hpp"
#include "socketio/proto/ws/handshake.hpp"
#include "socketio/proto/ws/message_codec.hpp"
#include "socketio/transport/relayed.hpp"

namespace socketio {

/// A connection belongs to nobody: it lives until it is closed and no operation of the loop and no
/// HTTP handler refers to it any more. While it is open it serves one HTTP request after the other,
/// or carries, in one of four roles, a session.
///
/// Idle, it owns its stream and a decoder of fixed size: no buffer, no coroutine, no timer.
template <transport Transport>
class connection final : public detail::exchange,
                         public link<connection<Transport>>,
                         private deadline {
 public:
  using stream_type = typename Transport::stream;

  connection(shard<Transport>& owner, stream_type stream)
      : deadline{[](deadline& d) { static_cast<connection&>(d).timed_out(); }},
        shard_{&owner},
        stream_{std::move(stream)},
        http_{std::make_unique<http_part>(owner.options)},
        decoder_{owner.options.max_payload} {}

  /// Begins to serve. `already_read` are bytes that the host has taken from the stream.
  /// `unsent` is what the connection owes the peer from its time on another shard.
  /// `known` is the peer, if that is settled.
  void start(std::string_view already_read, std::string unsent = {},
             std::optional<detail::peer> known = {}) {
    this->add_reference();  // until `close`
    enter([&] {
      http_->peer = std::move(known);
      expect_proxy_header();
      watch(watching::head);
      output_.append(unsent);
      if (!output_.empty()) count_held(), wait_writable();
      if (!already_read.empty()) {
        std::string copy{already_read};  // parsers work in place
        input({copy.data(), copy.size()});
      }
      wait_readable();
    });
  }

  // ---- for the session that it carries
  // -----------------------------------------------------------

  /// Answers the held GET with a payload of these packets.
  void answer_poll(std::span<const frame> packets);

  void send_probe_answer();

  /// Writes all of the session's outbox, as nearly always can be done. False if there is more to it
  /// than one write; some of it may be written then.
  bool write_at_once();

  /// Writes as much of the session's outbox as the peer takes.
  void write_frames() {
    or_be_lost([&] { flush(); });
  }

  /// Writes what is queued, then a close frame, and closes.
  void close_websocket(ws::close_code code = ws::close_code::no_status);

  /// The session of this POST has ended: if the body is still coming in, nobody wants it.
  void abort_unread() {
    if (!http_->busy) lost(false);
  }

  /// What it has of bytes for its peer or from it, and its session's.
  std::size_t held() const noexcept { return held_.bytes() + (carries() ? session_->held() : 0); }

  /// Ends it, with the session, because it holds too much.
  void cut_off();

  /// Closes without a word. The session, if any, has lost it.
  void abort() { lost(true); }

  // ---- for the shard and its HTTP handlers
  // ---------------------------------------------------------

  /// The server closes: connections that nothing is being done with end now.
  void close_if_idle() {
    if (relaying()) return lost(true);
    if (phase_ == phase::http && !http_->busy && role_ == role::none) close(false);
  }

  void respond(http::response answer) override;
  void drop() noexcept override { lost(true); }
  void resume(detail::gate_answer answer) override;
  asio::any_io_executor executor() override { return shard_->executor(); }

 private:
  enum class phase : std::uint8_t {
    http,
    websocket,
    finishing,  ///< a WebSocket that gets the rest of its outbox, then a close frame
    draining,   ///< all is written and the stream shut down; the peer is given time to close too
    closed,
  };
  enum class role : std::uint8_t { none, poll, post, socket, candidate };
  enum class watching : std::uint8_t {
    nothing,
    head,
    body,
    gate,
    idle,
    message,
    write,
    farewell,
  };

  /// What only a request needs whose session another server has.
  struct relayed_part {
    ref<detail::tunnel> way;
    std::string request;      ///< as the owner gets it
    std::size_t pushed = 0;   ///< so much of what is to be written next has been written
    std::string head;         ///< of the answer, as far as it has come
    bool begun = false;       ///< the client has got the beginning of the answer
    bool upgrade = false;     ///< the request asks for a WebSocket
    bool upgraded = false;    ///< and the owner has agreed: what follows the request is for it, too
    bool keep_alive = false;  ///< the connection is for more requests after the answer
    bool pushing = false;     ///< a wait for room in the tunnel is pending
  };

  /// What only HTTP needs; given back when the connection becomes a WebSocket.
  struct http_part {
    explicit http_part(const options& o)
        : parser{http::limits{o.limits.http_head, o.limits.http_headers, o.limits.http_target,
                              o.max_payload}} {}
    std::unique_ptr<proxy::decoder> proxy_header;  ///< a PROXY header is still to come
    std::optional<detail::peer> peer;              ///< once it is known
    std::string client;                            ///< for whom the peer has sent the request
    http::request_parser parser;
    eio::payload_reader post;
    std::unique_ptr<relayed_part> relayed;  ///< another server answers the request
    std::string pipelined;                  ///< read while a request was being answered
    std::string extra_lines;                ///< header lines for the answer
    http::header_list headers;              ///< and what the host's functions add to them
    std::string new_id;                     ///< for the session to be opened, if the host made one
    std::size_t gates = 0;          ///< of the host's functions, so many have let the request go on
    engine::refusal_cause asked{};  ///< what it means if the gate that was asked says no
    bool asking = false;            ///< a gate has not answered yet
    bool busy = false;              ///< a request is waiting for its answer
    bool parsing = false;  ///< inside `http_input`, which goes on by itself after an answer
  };

  /// What only a WebSocket with compressed messages needs.
  struct deflate_part {
    std::unique_ptr<ws::message_codec> codec;
    std::string put_off;       ///< input for the next turn of the loop
    std::size_t inflated = 0;  ///< bytes since the last pause
  };

  using turn = typename shard<Transport>::turn;

  ref<connection> keep() noexcept { return ref<connection>{this}; }
  bool open() const noexcept { return phase_ != phase::closed; }
  bool carries() const noexcept { return role_ != role::none && role_ != role::candidate; }

  /// Everything that the loop or the host calls happens in here. If there is no memory to go on
  /// with it, this connection is cut off, and the session that it carries ends.
  template <class Work>
  void enter(Work&& work) {
    const auto self = keep();
    const turn entered{*shard_};
    try {
      work();
    } catch (const std::bad_alloc&) {
      lost(true);
    }
  }

  /// What a session wants done. If there is no memory for it, the connection has no answer to give
  /// any more, and the session is told by the exception.
  template <class Work>
  void or_be_lost(Work&& work) {
    try {
      work();
    } catch (const std::bad_alloc&) {
      lost(true);
      throw;
    }
  }

  // ---- bytes
  // ---------------------------------------------------------------------------------------

  void wait_readable();
  void wait_writable();
  void read();
  std::size_t read_some(std::span<char> buffer, std::error_code& ec);
  void input(std::span<char> data);
  void write_long_answer();
  bool wants_input() const noexcept;

  /// Writes now what the peer takes, and keeps the rest for later.
  void send(std::string_view data);
  void flush();
  bool flush_output();
  bool flush_outbox();
  std::size_t write(std::span<const asio::const_buffer> buffers, bool& blocked);
  void flushed();
  void count_held() noexcept;

  void watch(watching what);
  void timed_out();
  void give_up_waiting();

  /// No more is written; the connection ends when the peer closes, or soon.
  void drain();
  /// The peer is gone, or is to be gone.
  void lost(bool abort);
  void close(bool abort);
  void leave_session(reason why);

  // ---- HTTP
  // ----------------------------------------------------------------------------------------

  void http_input(std::span<char> data);
  void expect_proxy_header();
  bool take_proxy_header(std::span<char>& data);
  void set_peer(std::string address, bool secure);
  void identify_sender();
  bool move_to_owner(std::span<const char> rest);
  void go_on();
  void on_head();
  void on_request();
  void serve();
  void go_on_after(detail::gate_answer answer);
  void go_on_serving();
  void ask(detail::gate& gate, engine::refusal_cause no);
  bool host_agrees();
  bool has_place(std::unique_ptr<detail::admission::place>& place);
  engine::route decide(const http::request& request);
  static std::string_view uses(const engine::route& to);
  void route(const http::request& request);
  void open_polling(const http::request& request, const eio::dialect& speaks);
  bool begin_post(engine::state& session);
  void run_post();
  std::optional<eio::payload_form> form_of_post() const;
  bool take_form_field();
  void go_on_with_post();
  void end_post();
  void finish_post(unsigned status, std::string_view body);
  void upgrade(const http::request& request, const engine::route& to);
  void refuse(engine::refusal_cause cause, std::string_view current = {},
              std::string_view reason = {}, std::string_view error = {});
  void reply_payload(std::string_view content_type, std::string_view payload,
                     std::string_view lines, bool compressible);
  std::string_view quirk_lines() const;
  void reply(unsigned status, std::string_view content_type, std::string_view body,
             bool keep_alive = true, std::string_view lines = {});
  void reply_polling(std::string_view content_type, std::string_view body, std::string_view lines);
  void add_first_headers(const http::request& request, std::string_view sid);
  void add_headers(const http::request& request);
  void write_hook_headers();
  bool may_persist() const noexcept;
  void replied(bool keep_alive);
  ref<const engine::request_info> describe();
  session<Transport>& downcast(engine::state& s) const noexcept {
    return static_cast<session<Transport>&>(s);
  }

  // ---- requests for other servers
  // ------------------------------------------------------------------------

  bool relaying() const noexcept {
    if constexpr (relays<Transport>) return open() && http_ && http_->relayed;
    return false;
  }
  /// Whether another server has accepted it: for one request, of a session that is here.
  bool comes_from_relay() const noexcept {
    if constexpr (relays<Transport>) return stream_.comes_from_relay();
    return false;
  }
  bool is_rightly_relayed() const;
  bool relay_elsewhere();
  std::size_t held_by_tunnels() const noexcept;
  static std::string for_owner(const http::request& request);
  void push_relayed();
  void push_behind_relayed() {
    if constexpr (relays<Transport>) {
      if (relaying() && http_->relayed->upgraded) push_relayed();
    }
  }
  void wait_to_push();
  void wait_relayed();
  void read_relayed();
  void take_relayed(std::string_view data);
  void end_relayed(bool whole);

  // ---- WebSocket
  // -----------------------------------------------------------------------------------

  void begin_websocket(std::span<char> data);
  void websocket_input(std::span<char> data);
  [[gnu::always_inline]] inline void take_message(const ws::event& event);  // for each message
  void deliver(const std::optional<eio::packet>& packet);
  void fail_websocket(ws::close_code code, reason why);
  void send_control(const ws::control_frame& control);
  bool at_frame_boundary() const noexcept {
    return role_ != role::socket || session_->outbox().offset() == 0;
  }

  // ---- compression
  // ---------------------------------------------------------------------------------

  bool negotiate(const http::request& request);
  void inflate(const ws::event& event);
  bool put_off(std::span<char> data);
  std::size_t deflate_frames(std::size_t most);

  static constexpr std::size_t unsent_limit = 64 * 1024;

  /// Bytes that are deflated or inflated before others have their turn.
  static constexpr std::size_t deflate_slice = 256 * 1024;

  ref<shard<Transport>> shard_;
  stream_type stream_;
  std::unique_ptr<http_part> http_;
  ref<session<Transport>> session_;
  ws::decoder decoder_;
  std::unique_ptr<deflate_part> deflate_;
  rare_text output_;  ///< bytes that go before the outbox: HTTP answers, control frames
  engine::held_bytes::part held_;
  phase phase_ = phase::http;
  role role_ = role::none;
  watching watching_ = watching::nothing;
  bool reading_ = false;  ///< a wait for input is pending
  bool writing_ = false;  ///< a wait for room to write is pending
  bool last_ = false;     ///< close after what is being written now
  ws::close_code close_code_ = ws::close_code::no_status;
};

}  // namespace socketio

#include "socketio/net/impl/connection_bytes.ipp"
#include "socketio/net/impl/connection_compression.ipp"
#include "socketio/net/impl/connection_gates.ipp"
#include "socketio/net/impl/connection_http.ipp"
#include "socketio/net/impl/connection_peer.ipp"
#include "socketio/net/impl/connection_relay.ipp"
#include "socketio/net/impl/connection_websocket.ipp"
