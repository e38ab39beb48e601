// layer 4 (hub): the sessions of clients, kept where all servers of a cluster find them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "socketio/cluster/request.hpp"
#include "socketio/core/deadlines.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/value/value.hpp"
#include "socketio/proto/sio/offset.hpp"

namespace socketio::cluster {

/// What a client finds again: its socket's id, rooms and data.
struct session {
  struct membership {
    std::string room;
    std::uint32_t since = 0;  ///< what is older was not for it: see sio::offset::age
  };

  std::string by;   ///< the loop of a server that has it, by a random name
  std::string pid;  ///< the secret by which its client is known
  std::string id;
  std::vector<membership> rooms;  ///< the one named by its id included
  value data;
};

/// A session, and the events that its client has not got, with their positions.
struct found_session : session {
  std::vector<emission> missed;

  /// Whether those are all. Otherwise it can be resumed only where that is known better.
  bool complete = false;

  /// Whether it is known to be one of the namespace that it was asked for in: other programs do not
  /// write that down. Otherwise middlewares are asked in any case.
  bool of_namespace = false;
};

/// Where a server writes down what its clients need to go on elsewhere. Only for servers with
/// connection state recovery, and with a bus that gives events their positions.
///
/// All calls come from tasks on the server's loop (node::post), and callbacks are called in such
/// tasks.
class sessions {
 public:
  virtual ~sessions() = default;

  /// Why a session has not been written.
  enum class unwritten : std::uint8_t {
    taken,   ///< another has it now
    failed,  ///< too much waits to be written; after a break, all are by node::write_sessions
  };
  using on_unwritten = unique_function<void(unwritten)>;

  /// A client has got this session, and may need it for as long. Whoever had it does not any more.
  virtual void create(std::string_view nsp, const session& s, duration kept, on_unwritten told) = 0;

  /// It has changed, or is needed for longer.
  virtual void update(std::string_view nsp, const session& s, duration kept, on_unwritten told) = 0;

  /// Nobody comes back to it. Not if another has it now.
  virtual void remove(std::string_view nsp, const session& s) = 0;

  /// What a client may miss that comes back; more than that and it is new.
  struct bounds {
    std::size_t packets;
    std::size_t bytes;
  };

  /// Takes a session from wherever it is: whoever asks next gets nothing. `done` gets an error if
  /// nobody can be asked, or too many want to at once.
  using claimed = unique_function<void(std::error_code, std::optional<found_session>)>;
  virtual void claim(std::string_view nsp, std::string_view pid, sio::offset after, bounds most,
                     claimed done) = 0;
};

}  // namespace socketio::cluster
