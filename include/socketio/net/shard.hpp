// layer 5 (net): everything that one loop owns: sessions, connections, timers, the receive buffer.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include "socketio/cluster/session_relay.hpp"
#include "socketio/core/id_set.hpp"
#include "socketio/engine/application.hpp"
#include "socketio/engine/proxies.hpp"
#include "socketio/engine/state.hpp"
#include "socketio/net/hooks.hpp"
#include "socketio/net/http_routes.hpp"
#include "socketio/net/peer.hpp"
#include "socketio/proto/eio/revision.hpp"
#include "socketio/proto/http/compressor.hpp"
#include "socketio/proto/ws/message_codec.hpp"
#include "socketio/transport/concept.hpp"

namespace socketio {

template <transport Transport>
class session;
template <transport Transport>
class connection;

/// One thread's share of a server. All members are touched by that thread only. It is kept alive by
/// its server and by every pending operation of the loop, so the server object may be destroyed
/// while operations are still to be cancelled.
template <transport Transport>
class shard : public counted<shard<Transport>, shared_count>, public engine::environment {
 public:
  using context = typename Transport::context;
  using executor_type = decltype(std::declval<context&>().get_executor());

  shard(context& host, const socketio::options& o, ref<http_routes> routes,
        ref<detail::hooks> hooks)
      : environment{options_},
        options_{o},
        host_{host},
        routes_{std::move(routes)},
        hooks_{std::move(hooks)},
        timer_{host} {
    options_.path = served_path(o);
    environment::wake = [](environment& self) { static_cast<shard&>(self).schedule_flush(); };
    environment::clock = [](environment& self) {
      return Transport::now(static_cast<shard&>(self).host_);
    };
    environment::refresh();
    detail::prepare_loop<Transport>(host_);
    prepare_timers();
    const auto& [answers, make_compressor] = options_.http_compression;
    if (make_compressor) compressor_ = make_compressor(answers);
    const auto& [messages, make_codecs] = options_.per_message_deflate;
    if (make_codecs) codecs_ = make_codecs(messages, options_.max_payload);
  }

  context& host() noexcept { return host_; }
  auto executor() noexcept { return host_.get_executor(); }
  engine::application& application() noexcept { return *application_; }

  /// To be called before there are sessions.
  void serve(engine::application& a) noexcept { application_ = &a; }
  const engine::proxies& proxies() const noexcept { return proxies_; }
  http_routes& routes() noexcept { return *routes_; }
  detail::hooks& hooks() noexcept { return *hooks_; }

  /// The server closes: nothing new begins.
  bool closing() const noexcept { return closing_; }

  /// And no session has anything to say any more, on whichever shard it is: its client may send the
  /// next request to any of them.
  bool closed() const noexcept { return closing_ && open_sessions_->number == 0; }

  // ---- the other shards of the server
  // -----------------------------------------------------------

  /// `all` are the shards of the server, this one included; they go together. From now on session
  /// ids carry the number of this one, and its loop stays alive while the server is open.
  void join(const std::vector<ref<shard>>& all, std::size_t number) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const auto& each : all) siblings_.push_back(each.get());
    open_sessions_ = all.front()->open_sessions_;
    mark_ = {digits[number / digits.size()], digits[number % digits.size()]};
    environment::id_mark = mark_;
    open_.emplace(executor());
  }

  /// From now on requests for sessions of other servers are theirs. To be called before there are
  /// sessions.
  void relay_with(ref<session_relay> relay) {
    relay_ = std::move(relay);
    mark_ += relay_->id_end();
    environment::id_mark = mark_;
  }
  session_relay* relay() const noexcept { return relay_.get(); }

  /// The other shard that a session id belongs to by its mark, or null.
  shard* owner_of(std::string_view sid) const noexcept {
    if (sid.size() <= mark_.size()) return nullptr;
    sid.remove_prefix(sid.size() - mark_.size());
    for (shard* const each : siblings_) {
      if (each != this && each->id_mark == sid) return each;
    }
    return nullptr;
  }

  bool alone() const noexcept { return siblings_.empty(); }

  /// Gives each shard of the server its turn.
  shard& next_sibling() noexcept {
    return alone() ? *this : *siblings_[next_sibling_++ % siblings_.size()];
  }

  /// `adopt` for a stream that another thread has moved to this shard's context.
  void adopt_soon(typename Transport::stream stream, std::string already_read = {},
                  std::string unsent = {}, std::optional<detail::peer> known = {}) {
    asio::post(executor(),
               [self = ref<shard>{this}, s = std::move(stream), in = std::move(already_read),
                out = std::move(unsent), who = std::move(known)]() mutable {
                 if (!self->closed()) self->adopt(std::move(s), in, std::move(out), std::move(who));
               });
  }

  // ---- the loop's turn
  // ---------------------------------------------------------------------------

  /// Every call of the loop into the library happens inside a turn, which ends with setting the
  /// timer, if there may be an earlier deadline than before, and with a look at what all hold, if
  /// somebody holds more than before.
  class turn {
   public:
    explicit turn(shard& s) : shard_{&s}, outer_{std::exchange(environment::running, &s)} {}
    turn(const turn&) = delete;
    ~turn() {
      if (shard_->environment::armed || shard_->closing_) shard_->set_timer(!outer_);
      if (shard_->counters.held_bytes.grown()) shard_->mind_ceiling();
      environment::running = outer_;
    }

   private:
    ref<shard> shard_;
    environment* outer_;
  };

  /// Shared by all connections: what is read is used up, or copied by who needs it, before the next
  /// read. One byte more than its size may be written to.
  std::span<char> receive_buffer() {
    if (!buffer_) buffer_ = std::make_unique<char[]>(receive_size + 1);
    return {buffer_.get(), receive_size};
  }

  /// For one gathered write: frames of a peer that leave in one system call.
  std::array<asio::const_buffer, 64>& gather() noexcept { return gather_; }

  /// Text under construction that does not outlive the call that makes it.
  std::string& scratch() {
    scratch_.clear();
    return scratch_;
  }

  /// Of polling answers; null if they are not compressed.
  http::compressor* compressor() const noexcept { return compressor_.get(); }

  /// Of WebSocket messages; null if they are not compressed.
  ws::codec_pool* codecs() const noexcept { return codecs_.get(); }

  /// Room for a message that is being inflated. Whoever uses it takes it, and puts it back.
  std::string& inflate_space() noexcept { return inflate_space_; }

  // ---- the ceiling of what is held: limits::held_bytes -----------------------------------------

  /// Whether a new session may begin.
  bool has_room() noexcept { return hooks_->ceiling.has_room(held_by_all()); }

  /// Soon cuts off the session or connection that holds the most here. From any thread.
  void relieve_soon() {
    if (relieving_.exchange(true, std::memory_order_acq_rel)) return;
    try {
      asio::post(executor(), [self = ref<shard>{this}] {
        self->relieving_.store(false, std::memory_order_release);
        const turn entered{*self};
        self->relieve();
      });
    } catch (const std::bad_alloc&) {
      relieving_.store(false, std::memory_order_release);  // when it grows again, somebody tries
    }
  }

  // ---- sessions and connections -----------------------------------------------------------------

  session<Transport>* find(std::string_view sid) const noexcept { return sessions_.find(sid); }

  std::size_t session_count() const noexcept { return sessions_.size(); }

  /// Without an id, the session makes its own. The caller tells the application of it, once it has
  /// the connection that carries it.
  ref<session<Transport>> open_session(engine::transport_kind kind,
                                       ref<const engine::request_info> request,
                                       const eio::dialect& speaks, std::string_view id = {}) {
    const ref<session<Transport>> fresh{
        new session<Transport>{*this, kind, std::move(request), speaks, id}};
    fresh->start();
    sessions_.add(*fresh);
    ++open_sessions_->number;
    return fresh;
  }

  void remove(session<Transport>& s) {
    const ref<session<Transport>> keep{&s};
    if (!sessions_.remove(s)) return;  // a callback has had all of them ended
    if (--open_sessions_->number == 0) finish_closing_all();
  }

  /// Takes over an established stream, with bytes that were already read from it.
  void adopt(typename Transport::stream stream, std::string_view already_read = {},
             std::string unsent = {}, std::optional<detail::peer> known = {}) {
    const turn entered{*this};
    try {
      const ref<connection<Transport>> fresh{new connection<Transport>{*this, std::move(stream)}};
      connections_.push_back(*fresh);
      fresh->start(already_read, std::move(unsent), std::move(known));
    } catch (const std::bad_alloc&) {
      // The stream is closed; there may be memory for the next.
    }
  }

  /// When accepting fails for want of descriptors or memory.
  static constexpr std::chrono::milliseconds accept_pause{50};

  // ---- the end
  // -----------------------------------------------------------------------------------

  /// Ends every session and connection: what is queued is still written, for at most `deadline`.
  void close(std::chrono::milliseconds deadline) {
    const turn entered{*this};
    if (closing_) {
      if (closing_deadline_.due() > environment::now + deadline) arm_closing(deadline);
      return;
    }
    closing_ = true;
    if (application_) application_->closing();
    arm_closing(deadline);
    for (const auto& each : sessions_) each->close(reason::server_shutting_down);
    finish_closing_all();
  }

  /// Ends everything now, without a word to the peers.
  void abort() {
    const turn entered{*this};
    closing_ = true;
    if (application_) application_->closing();
    closing_deadline_.disarm();
    // Sessions first: the loss of their connections would give them another reason.
    for (const auto& each : sessions_) each->transport_lost(reason::server_shutting_down);
    for_each_connection([](connection<Transport>& each) { each.abort(); });
    while (!environment::dirty.empty()) flush();
    open_sessions_->number -= sessions_.size();
    sessions_.clear();
    if (closed() && application_) application_->all_closed();
    if (relay_ && (alone() || siblings_.front() == this)) relay_->abort();
    timer_.cancel();
    timer_due_ = never;
    open_.reset();
  }

  /// Called by connections when they are gone.
  void finish_closing_if_done() {
    if (!closing_ || !connections_.empty() || !sessions_.empty()) return;
    closing_deadline_.disarm();
    open_.reset();
  }

  // ---- flushing
  // ------------------------------------------------------------------------------------

  /// Performs what the sessions touched until now ask for, and writes what they queued. Who is
  /// touched by that has its turn when the loop comes back: whoever emits more each time that a
  /// queue has drained must not keep it from the others.
  void flush() {
    struct generation : list<engine::state> {
      explicit generation(environment& all) noexcept : from{all} { this->splice(from.dirty); }
      ~generation() {
        if (this->empty()) return;
        from.dirty.splice(*this);  // one has thrown
        from.want_flush();
      }
      environment& from;
    };
    environment::let_go();
    environment::flush_wanted = false;
    generation touched{*this};
    while (!touched.empty()) static_cast<session<Transport>&>(touched.pop_front()).settle();
  }

 private:
  static constexpr std::size_t receive_size = 64 * 1024;
  static constexpr time_point never = time_point::max();

  /// The lengths of all deadlines that peers can cause.
  void prepare_timers() {
    const socketio::limits& l = options_.limits;
    for (const duration each : std::initializer_list<duration>{
             options_.ping_interval, options_.ping_timeout,
             options_.ping_interval + options_.ping_timeout, options_.upgrade_timeout,
             options_.connect_timeout, l.http_head_timeout, l.http_body_timeout,
             l.http_idle_timeout, l.write_timeout, l.attachment_timeout, l.close_timeout,
             engine::state::linger_time, accept_pause}) {
      environment::timers.prepare(each);
    }
    if (const auto& recovery = options_.connection_state_recovery) {
      environment::timers.prepare(recovery->max_disconnection_duration);
      environment::timers.prepare(duration::zero());
    }
  }

  /// All sessions touched until the loop comes back to us are flushed together: several packets to
  /// one peer leave in one write, also when different peers caused them.
  void schedule_flush() {
    try {
      Transport::run_soon(host_, [self = ref<shard>{this}] {
        const turn entered{*self};
        self->flush();
      });
    } catch (const std::bad_alloc&) {
      // The turn that this happens in will flush at its end, or the next one.
      flush_owed_ = environment::armed = true;
    }
  }

  void set_timer(bool outermost) {
    if (flush_owed_ && outermost) {
      flush_owed_ = false;
      flush();
    }
    environment::armed = flush_owed_;
    const auto next = environment::timers.next();
    if (!next) {
      if (timer_due_ != never) timer_.cancel();
      timer_due_ = never;
    } else if (*next < timer_due_) {
      try {
        timer_.start(*next, [self = ref<shard>{this}] { self->timer_expired(); });
        timer_due_ = *next;
      } catch (const std::bad_alloc&) {
        timer_due_ = never;
        environment::armed = true;  // the next turn tries again
      }
    }
  }

  void timer_expired() {
    timer_due_ = never;
    const turn entered{*this};
    environment::refresh();
    environment::armed = true;  // what is due next is not what the timer was set to
    try {
      environment::timers.expire(environment::now);
    } catch (const std::bad_alloc&) {
      // Those that have not had their turn are due, and the timer is set to them.
    }
  }

  std::uint64_t held_by_all() const noexcept {
    if (alone()) return environment::counters.held_bytes.read();
    std::uint64_t sum = 0;
    for (const shard* const each : siblings_) sum += each->counters.held_bytes.read();
    return sum;
  }

  void mind_ceiling();
  void relieve();

  void arm_closing(std::chrono::milliseconds deadline) {
    try {
      environment::arm(closing_deadline_, deadline);
    } catch (const std::bad_alloc&) {  // for a length that is prepared it takes none
      environment::arm(closing_deadline_, options_.limits.write_timeout);
    }
  }

  /// Where nothing is left to be said, connections without a request are of no use any more.
  void finish_closing_all() {
    if (!closed()) return;
    if (application_) application_->all_closed();
    if (relay_) relay_->finish();
    close_idle_connections();
    for (shard* const each : siblings_) {
      if (each == this) continue;
      try {
        asio::post(each->executor(), [s = ref<shard>{each}] {
          const turn entered{*s};
          if (s->closed()) s->close_idle_connections();
        });
      } catch (const std::bad_alloc&) {
        // Its deadline ends what is left.
      }
    }
  }

  void close_idle_connections() {
    for_each_connection([](connection<Transport>& each) { each.close_if_idle(); });
    finish_closing_if_done();
  }

  template <class Visitor>
  void for_each_connection(Visitor&& visit) {
    list<connection<Transport>> all;
    all.splice(connections_);
    while (!all.empty()) {
      const ref<connection<Transport>> each{&all.pop_front()};
      connections_.push_back(*each);
      visit(*each);
    }
  }

  struct closing_timer : deadline {
    explicit closing_timer(shard& s)
        : deadline{[](deadline& d) { static_cast<closing_timer&>(d).owner.abort(); }}, owner{s} {}
    shard& owner;
  };

  socketio::options options_;
  engine::proxies proxies_{options_.proxies};
  context& host_;
  engine::application* application_ = nullptr;
  ref<http_routes> routes_;
  ref<detail::hooks> hooks_;
  list<connection<Transport>> connections_;
  id_set<session<Transport>> sessions_;
  struct session_count_of_all : counted<session_count_of_all, shared_count> {
    std::atomic<std::size_t> number = 0;
  };
  ref<session_count_of_all> open_sessions_{new session_count_of_all};
  std::unique_ptr<char[]> buffer_;
  std::string scratch_;
  std::array<asio::const_buffer, 64> gather_;
  std::unique_ptr<http::compressor> compressor_;
  std::unique_ptr<ws::codec_pool> codecs_;
  std::string inflate_space_;
  typename Transport::timer timer_;
  time_point timer_due_ = never;
  bool flush_owed_ = false;  ///< there was no memory to ask the loop for it
  closing_timer closing_deadline_{*this};
  bool closing_ = false;
  std::atomic<bool> relieving_{false};  ///< a call of `relieve` is on its way

  std::vector<shard*> siblings_;  ///< all shards of the server, if there are several
  std::string mark_;              ///< what its session ids end in
  ref<session_relay> relay_;
  std::size_t next_sibling_ = 0;
  std::optional<asio::executor_work_guard<executor_type>> open_;
};

}  // namespace socketio

#include "socketio/net/impl/shard_ceiling.ipp"
