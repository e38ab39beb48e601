// layer 4 (hub): one client in one namespace: the part that needs no template.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/error.hpp"
#include "socketio/handshake.hpp"
#include "socketio/hub/delivery.hpp"
#include "socketio/hub/event_table.hpp"
#include "socketio/hub/room_table.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/reason.hpp"

namespace socketio {

class socket;

namespace detail {

class backlog;
class client;
class hub;
struct nsp_slice;
struct resumption;

/// What an awaited acknowledgement is delivered to: an error, or the arguments.
using ack_callback = unique_function<void(std::error_code, args)>;

/// The state behind io::socket. The shard owns it while it is connected; handles (socket_ref, ack)
/// and running coroutines keep its memory, and find it disconnected.
///
/// Members marked "any thread" may be called from anywhere; all others on the shard only.
class socket_core : public counted<socket_core, shared_count> {
 public:
  enum class phase : std::uint8_t {
    connecting,
    connected,
    leaving,  ///< gone, but still in its rooms, for on_disconnecting
    disconnected,
  };

  socket_core(hub& h, nsp_slice& n, client& c, handshake shake);
  virtual ~socket_core();

  // ---- any thread
  // --------------------------------------------------------------------------------

  const std::string& id() const noexcept { return id_; }
  const std::string& nsp_name() const noexcept;
  /// If handshakes are not kept, on the shard only.
  const handshake& shake() const noexcept { return handshake_; }
  hub& owner() const noexcept { return *hub_; }

  /// Queues an encoded packet; from another thread it travels to the shard first, and the answer is
  /// `ok` unless the server is gone.
  send_status send(const sio::encoded& packet);

  /// The same for an event, which may be dropped if a rule says so.
  send_status send_event(const sio::encoded& event, const delivery& how);

  /// An event of which nothing is said.
  send_status send_event(const sio::encoded& event);

  // ---- the shard
  // ---------------------------------------------------------------------------------

  nsp_slice& nsp() const noexcept { return *nsp_; }
  bool connected() const noexcept { return phase_ == phase::connected; }

  /// Queues an encoded packet.
  send_status send_here(const sio::encoded& packet);

  /// The rule for its events, unless they say another.
  void rule(when_slow r) noexcept;

  /// Keeps no more of the handshake than this request.
  void shorten_handshake(ref<const engine::request_info> request) noexcept {
    handshake_ = handshake{std::move(request), value{}};
  }

  /// Gets another id. Only while it is connecting: nobody can have looked for it yet.
  void assume(std::string id) noexcept { id_ = std::move(id); }
  virtual void swap_data(socket_core& with) noexcept = 0;

  /// What the user has attached, if it can be written; else null.
  virtual value data_as_value() const = 0;

  /// Attaches what another server has written of it, if it can be read.
  virtual void data_from_value(value_view v) = 0;

  /// The public face of this object.
  virtual socket& face() noexcept = 0;

  /// Ends the life of what the user attached: data, unless the client may come back to it, and
  /// handlers, which may hold handles to this very socket. Then the namespace can go, too.
  void drop_user_parts() noexcept;

  /// Sends a packet whose acknowledgement is awaited; without timeout until the socket's end.
  send_status send_awaiting(std::uint64_t id, const sio::encoded& packet,
                            std::optional<duration> timeout, ack_callback done);
  /// An acknowledgement that nobody will be asked for.
  void refuse_awaiting(std::error_code why, ack_callback done);

  /// Whoever waits for this acknowledgement does so no longer: any thread.
  void stop_awaiting(std::uint64_t id);

  std::uint64_t next_ack_id() noexcept { return next_ack_id_++ % shared_ack_ids; }

  /// From here on ack ids belong to broadcasts, which have one for all their receivers. All of them
  /// fit the 32 bits that some clients give them.
  static constexpr std::uint64_t shared_ack_ids = std::uint64_t{1} << 30;

  /// The rooms that it is in, the one named by its id first.
  std::vector<std::string> room_names() const;

  /// An acknowledgement came; unknown ids are ignored.
  void acknowledged(std::uint64_t id, args arguments);

  /// Every pending acknowledgement ends with this error.
  void fail_acks(error why);

  /// The handlers of this socket alone, created on first use.
  event_table& events() {
    if (!events_) events_ = std::make_unique<event_table>();
    return *events_;
  }
  event_table* own_events() const noexcept { return events_.get(); }

  phase phase_ = phase::connecting;
  bool recovered_ = false;        ///< it goes on where another has been lost
  bool in_own_room_ = true;       ///< reachable by its id, until it leaves that room
  bool occupies_ = true;          ///< its namespace stays
  std::uint32_t mark_ = 0;        ///< the last broadcast that has considered this socket
  std::uint32_t running_ = 0;     ///< handlers and coroutines that are using it
  std::uint32_t middleware_ = 0;  ///< the one that decides on it now, while connecting
  std::uint32_t next_ack_id_ = 0;
  when_slow rule_ = {};
  client* client_;  ///< null from `leaving` on
  memberships rooms_;
  std::unique_ptr<backlog> backlog_;     ///< if the client can come back to it: see `recovery`
  std::unique_ptr<resumption> resumes_;  ///< while connecting, if it is going to go on with another

 private:
  virtual void drop_data() noexcept {}

  struct pending_ack : deadline {
    pending_ack(socket_core& s, std::uint64_t number, ack_callback callback);
    socket_core& socket;
    std::uint64_t id;
    ack_callback done;
  };
  using pending_acks = std::unordered_map<std::uint64_t, std::unique_ptr<pending_ack>>;

  ref<hub> hub_;
  ref<nsp_slice> nsp_;
  std::string id_;
  handshake handshake_;
  std::unique_ptr<pending_acks> acks_;
  std::unique_ptr<event_table> events_;
};

}  // namespace detail
}  // namespace socketio
