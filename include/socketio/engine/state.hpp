// layer 2 (engine): one Engine.IO session as a state machine, without sockets and without a clock.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/frame.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/engine/counters.hpp"
#include "socketio/engine/outbox.hpp"
#include "socketio/engine/request_info.hpp"
#include "socketio/error.hpp"
#include "socketio/options.hpp"
#include "socketio/proto/eio/packet.hpp"
#include "socketio/proto/eio/revision.hpp"
#include "socketio/reason.hpp"
#include "socketio/when_slow.hpp"

namespace socketio::engine {

class state;

/// Output for sessions that is in no outbox yet: it goes there before anything else does, and
/// before the turn ends.
class held_output {
 public:
  virtual void let_go() noexcept = 0;

 protected:
  ~held_output() = default;
};

/// What the sessions of one shard share: the time, the timeouts, and the list of sessions that the
/// driver has to look at before the loop's turn ends.
struct environment {
  explicit environment(const socketio::options& o) : options{o} {}

  const socketio::options& options;
  std::string_view id_mark;  ///< what all session ids of this shard end in; see `id_room`
  time_point now{};          ///< as of the last `refresh`
  deadlines timers;
  bool armed = false;  ///< a deadline was set since the driver has looked
  engine::counters counters;
  list<state> dirty;
  held_output* held_back = nullptr;  ///< goes before whatever is queued next
  bool flush_wanted = false;         ///< the driver has been told since it has looked

  void (*wake)(environment&) = nullptr;         ///< called when there is something to be flushed
  time_point (*clock)(environment&) = nullptr;  ///< none in tests, which set `now` themselves

  void refresh() {
    if (clock) now = clock(*this);
  }

  /// The host may call into the library long after the loop did: never count from a stale `now`.
  void arm(deadline& d, duration after) {
    refresh();
    timers.arm(d, now, after);
    armed = true;
  }

  /// Has the driver look, before the turn ends, at what is dirty, after what is held back has gone
  /// into the outboxes.
  void want_flush() {
    if (!std::exchange(flush_wanted, true) && wake) wake(*this);
  }

  void hold(held_output& output) {
    held_back = &output;
    want_flush();
  }

  /// Whatever is going to be queued, or closed, comes behind what is held.
  void let_go() noexcept {
    if (held_back) [[unlikely]]
      std::exchange(held_back, nullptr)->let_go();
  }

  /// The shard whose turn this thread is executing.
  static inline thread_local environment* running = nullptr;
};

enum class transport_kind : std::uint8_t { polling, websocket };

constexpr std::string_view to_string(transport_kind kind) noexcept {
  return kind == transport_kind::polling ? "polling" : "websocket";
}

/// What the driver has to do for a session, as a set of bits. It performs them in this order.
enum class action : std::uint16_t {
  none = 0,
  answer_probe = 1 << 0,    ///< write "3probe" to the candidate
  drop_candidate = 1 << 1,  ///< close the candidate WebSocket; the session is not affected
  release_poll = 1 << 2,    ///< answer the held GET with a noop
  close_poll = 1 << 3,      ///< answer the held GET with what is queued, then a close packet
  close_socket = 1 << 4,    ///< write what is queued, then close the WebSocket
  report_close = 1 << 5,    ///< tell the application that the session has ended
  remove = 1 << 6,          ///< nothing will come after this: forget the session
  report_drain = 1 << 7,    ///< tell the application that nothing waits any more
};

constexpr action operator|(action a, action b) noexcept {
  return static_cast<action>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr action operator&(action a, action b) noexcept {
  return static_cast<action>(static_cast<unsigned>(a) & static_cast<unsigned>(b));
}
constexpr bool has(action set, action one) noexcept {
  return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

inline constexpr std::size_t longest_session_id = 45;

/// For an id with the mark of its shard, of 2 characters. That of a server whose requests are
/// relayed, 7 characters, comes out of the id's own.
inline constexpr std::size_t id_room = longest_session_id + 2;

/// Whether a text can be the id of a session: it travels in URLs, cookies and JSON as it is
/// (unreserved characters of RFC 3986 §2.3).
SOCKETIO_DECL bool is_session_id(std::string_view text) noexcept;

/// The life of one Engine.IO session (Engine.IO protocol v3 or v4): transports, upgrade, heartbeat,
/// close. In revision 4 the server pings, in revision 3 the client does.
///
/// The contract with its driver (`session<Transport>` in layer 5, or a test): call an input, which
/// changes the state at once and may put the session on `environment::dirty`; before the loop's
/// turn ends, take it from that list, perform `take_actions()`, and write the outbox to the
/// transport in use. Inputs never call back, so they may be called from anywhere on the shard's
/// thread.
class state : public link<state>, private deadline, public counted<state> {
 public:
  using action = engine::action;  // a deadline has one, too

  /// `id` must pass `is_session_id`; without one, the session makes its own.
  state(environment& env, transport_kind transport, ref<const request_info> request,
        const eio::dialect& speaks = {}, std::string_view id = {});
  virtual ~state() { held_.set(env_.counters.held_bytes, 0); }

  // ---- for the application -----------------------------------------------------------------

  std::string_view id() const noexcept {
    return {id_size_ <= id_.size() ? id_.data() : seldom_->id.data(), id_size_};
  }
  bool open() const noexcept { return phase_ == phase::open; }
  transport_kind transport() const noexcept { return transport_; }
  bool upgraded() const noexcept { return upgraded_; }
  /// A WebSocket is being tried out.
  bool upgrading() const noexcept { return candidate_ == candidate::probed; }
  eio::revision revision() const noexcept { return dialect_.revision; }
  const eio::dialect& dialect() const noexcept { return dialect_; }
  const ref<const request_info>& request() const noexcept { return request_; }
  /// Keeps of it no more than who has sent it, and when.
  void shorten_request() {
    if (!request_->whole()) return;
    request_ = ref<const request_info>{new request_info{*request_, request_info::without_text{}}};
  }
  std::size_t queued_bytes() const noexcept {
    env_.let_go();
    return outbox_.bytes();
  }
  environment& env() const noexcept { return env_; }

  /// Queues an encoded Engine.IO packet. In line is what each receiver of a broadcast costs.
  [[gnu::always_inline]] send_status send(const frame& f) {
    env_.let_go();
    const bool as_it_is = phase_ == phase::open && !dialect_.base64 && !watched_;
    if (!as_it_is || !outbox_.push_in_place(f)) [[unlikely]] {
      if (!queue_with_care(f)) return send_status::closed;
    }
    touch();
    return outbox_.bytes() <= env_.options.limits.soft_queue ? send_status::ok : pressed();
  }

  /// Whether it takes frames as they are on the wire, several of them in one, too.
  bool takes_joined() const noexcept {
    return transport_ == transport_kind::websocket && !dialect_.base64 && !watched_;
  }

  /// Queues it only if the peer keeps up: nothing may wait already, and the peer must be able to
  /// receive right now (for polling: a GET is held).
  send_status send_lossy(const frame& f);

  /// Queues a message for which this rule holds: all of it, or nothing. With a key, it takes the
  /// place of a message with the same key of which nothing has been written.
  send_status send_droppable(std::span<const frame> message, when_slow rule,
                             const ref<const latest_key>& key = {});

  /// Ends the session from this side. What is queued is still written, unless the peer reads
  /// nothing for `limits::write_timeout`. The application gets no further message.
  void close(reason why);

  /// From now on the application sees every packet: see `application::packet_received` and
  /// `packets_queued`.
  void watch_packets() {
    env_.let_go();
    make_seldom();
    watched_ = true;
  }

  /// The application keeps so many bytes of messages that are no use without those to come.
  void keeps(std::size_t bytes) {
    if (bytes == kept_) [[likely]]
      return;
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    kept_ = static_cast<std::uint32_t>(std::min(bytes, most));
    count_held();
  }

  // ---- inputs from the driver ----------------------------------------------------------------

  /// The session begins: queues the open packet, starts the heartbeat.
  void start();

  /// A packet came over the transport in use. True: it is a message for the application.
  bool receive(const eio::packet& packet);

  /// What came over the transport in use cannot be decoded (the session ends).
  void receive_garbage() { fail(reason::parse_error); }

  /// A GET arrived. False: another one is held already, which ends the session; the caller answers
  /// the new one with 400. True: it is held now, and answered by the driver as soon as `outbox()`
  /// has something or an action says so.
  bool poll_arrived();

  /// The held GET was answered by the driver.
  void poll_answered() noexcept { poll_held_ = false; }

  /// A POST begins. False: another one is being received, which ends the session; answer 400.
  bool post_arrived();
  void post_answered() noexcept { post_held_ = false; }

  /// The connection of a held GET or a POST, or the WebSocket in use, is gone.
  void transport_lost(reason why) { fail(why); }

  /// A WebSocket with this session's id has been opened. False: not wanted, close it.
  bool candidate_arrived();

  /// A packet came over the candidate. True: it has become the WebSocket in use.
  bool candidate_receive(const eio::packet& packet);
  void candidate_lost() noexcept;

  // ---- for the driver
  // ----------------------------------------------------------------------------

  action take_actions() noexcept { return std::exchange(actions_, action::none); }
  engine::outbox& outbox() noexcept { return outbox_; }
  bool poll_held() const noexcept { return poll_held_; }
  bool packets_watched() const noexcept { return watched_; }
  /// What was queued since the last time, for who watches.
  std::vector<frame> take_queued() noexcept { return std::exchange(seldom_->queued, {}); }
  /// Nothing but the outbox waits for the driver.
  bool only_writes() const noexcept { return actions_ == action::none && !watched_; }
  bool candidate_present() const noexcept { return candidate_ != candidate::none; }
  reason close_reason() const noexcept { return reason_; }

  /// All that was queued has been handed over.
  void drained() {
    if (pressed_) report_drain();
  }

  /// What the session counts for, as of the last `count_held`; see limits::held_bytes.
  std::size_t held() const noexcept { return held_.bytes(); }
  /// It holds too much, with so many bytes that its connection has received.
  void cut_off(std::size_t received = 0) {
    fail(outbox_.bytes() >= kept_ + received ? reason::slow_consumer : reason::limit_exceeded);
  }
  void count_held() noexcept { held_.set(env_.counters.held_bytes, outbox_.bytes() + kept_); }

  /// Puts the session on the dirty list.
  void touch() {
    if (!link<state>::linked()) put_on_list();
  }

  /// Actions that the driver could not perform are due again, or those of them that must be.
  void put_back(action undone) { request_action(undone & (action::report_close | action::remove)); }

  /// How long a client that polls is waited for to fetch its last packets.
  static constexpr std::chrono::seconds linger_time{30};

 protected:
  // What is small comes first, since there is room behind the bases.
  bool announced_ = false;  ///< the application knows of it, and is told of its end

 private:
  enum class phase : std::uint8_t { open, lingering, over };
  enum class candidate : std::uint8_t { none, connected, probed };
  enum class pong : std::uint8_t { none, awaited, overdue };

  void put_on_list();
  void request_action(action a);
  bool queue_with_care(const frame& f);
  void queue_as_text(const frame& f);
  bool sends_base64() const noexcept {  // over long-polling, whoever writes the payload does
    return dialect_.base64 && transport_ == transport_kind::websocket;
  }
  send_status starved();
  send_status pressed();
  send_status dropped() noexcept;
  bool drop_oldest() noexcept;
  void report_drain();
  void use_websocket();
  /// How a peer that uses long-polling learns of the end: by a close packet in the answer to the
  /// GET that is held now or comes next, only if one is held, or, knowing already, by a noop.
  enum class farewell : std::uint8_t { owed, if_held, noop };
  void end(reason why, farewell how);
  void fail(reason why) { end(why, farewell::if_held); }
  void await_heartbeat();
  void answer_ping();
  void heartbeat();
  void drop_candidate();

  /// What hardly any session has: a WebSocket that is tried out, somebody who watches, or an id
  /// that is longer than its own would be.
  struct seldom : deadline {
    explicit seldom(state& of)
        : deadline{[](deadline& d) { static_cast<seldom&>(d).session.drop_candidate(); }},
          session{of} {}
    state& session;
    std::vector<frame> queued;  ///< while somebody watches
    std::string id;
  };

  seldom& make_seldom() {
    if (!seldom_) seldom_ = std::make_unique<seldom>(*this);
    return *seldom_;
  }

  static constexpr std::size_t usual_id = 29;  ///< 20 characters, and marks of 2 and 7

  transport_kind transport_;
  phase phase_ = phase::open;
  candidate candidate_ = candidate::none;
  pong pong_ = pong::none;
  reason reason_ = reason::transport_close;
  bool upgraded_ : 1 = false;
  bool poll_held_ : 1 = false;
  bool post_held_ : 1 = false;
  bool heard_since_ping_ : 1 = false;
  bool pressed_ : 1 = false;  ///< the application has been told that the peer is slow
  bool watched_ : 1 = false;
  std::uint8_t id_size_;
  eio::dialect dialect_;
  std::array<char, usual_id> id_;  ///< with the shard's mark
  action actions_ = action::none;
  held_bytes::part held_;
  std::uint32_t kept_ = 0;  ///< by the application

 public:
  /// The application's own object for this session. (It stands here because each message needs it,
  /// and what is around it.)
  void* user = nullptr;

 private:
  environment& env_;
  ref<const request_info> request_;
  engine::outbox outbox_;
  std::unique_ptr<seldom> seldom_;
};

}  // namespace socketio::engine

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/engine/impl/state.ipp"
#endif
