// layer 2 (engine): every option of a server, with its default and unit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/compression_options.hpp"
#include "socketio/config.hpp"
#include "socketio/proto/http/cookie.hpp"
#include "socketio/traffic_limits.hpp"
#include "socketio/when_slow.hpp"

namespace socketio {

/// What a peer may take. Each limit protects memory or time against hostile or broken peers.
struct limits {
  std::size_t http_head = 16 * 1024;   ///< bytes of request line and headers; above: 431
  std::size_t http_headers = 100;      ///< header lines; above: 431
  std::size_t http_target = 8 * 1024;  ///< bytes of the request target; above: 414
  std::size_t attachments = 10;        ///< binary attachments of one packet
  std::size_t json_depth = 128;        ///< nested arrays and objects of one packet
  std::size_t namespaces = 100;        ///< namespaces joined by one connection
  std::size_t refused_connects = 100;  ///< refused CONNECTs of one connection; then it is closed
  std::size_t pending_acks = 10'000;   ///< acknowledgements awaited from one socket
  std::size_t soft_queue =
      1 << 20;  ///< bytes queued for one peer; above: `when_slow`, and `emit` answers `buffered`
  std::size_t hard_queue = 8 << 20;  ///< bytes queued for one peer; above: closed as slow consumer
  /// Bytes queued for all peers, and of messages and requests of theirs that have begun, on all
  /// loops of the server. Above: new sessions are refused (503) until it is less than 80 % of this,
  /// and those that hold the most are cut off. 0: no ceiling.
  std::size_t held_bytes = 1 << 30;
  std::chrono::milliseconds http_head_timeout{
      10'000};  ///< from accept, or the previous answer's end
  std::chrono::milliseconds http_body_timeout{20'000};   ///< from the head's end to the body's
  std::chrono::milliseconds http_idle_timeout{5'000};    ///< keep-alive without a request
  std::chrono::milliseconds write_timeout{20'000};       ///< no byte of queued output accepted
  std::chrono::milliseconds attachment_timeout{20'000};  ///< to complete a packet once begun
  std::chrono::milliseconds close_timeout{1'000};        ///< for the peer to close after us
};

/// Which browser pages of other origins may connect (Fetch standard, "CORS protocol").
struct cors_options {
  /// Allowed origins such as "https://example.com", or "*" for any. Empty: only pages of the
  /// server's own host, for polling by the browser's rule and for WebSocket by ours. A function may
  /// decide about further ones: `engine().allow_origin(…)`.
  std::vector<std::string> origins;
  bool credentials = false;  ///< cookies may be sent; impossible together with "*"
  std::vector<std::string> methods{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"};
  std::vector<std::string> allowed_headers;  ///< empty: what the preflight asks for
  std::vector<std::string> exposed_headers;
  std::chrono::seconds max_age{0};  ///< preflight cache; 0: the browser's default
  unsigned preflight_status = 204;  ///< of the answer to a preflight; some old devices want 200
};

/// In which header a proxy writes for whom it speaks.
enum class forwarded_header : std::uint8_t {
  x_forwarded_for,  ///< X-Forwarded-For, with X-Forwarded-Proto and X-Forwarded-Host
  forwarded,        ///< Forwarded (RFC 7239)
};

/// The proxies in front of the server, as addresses ("10.0.0.7", "::1"), networks ("10.0.0.0/8",
/// "fd00::/8"), or "unix:" for peers over Unix domain sockets. Nobody else is believed.
struct proxy_options {
  /// Proxies that say in `header` who the client is, whether it came encrypted, and which host it
  /// asked for. They must write the header themselves: what they leave alone the client may have
  /// written.
  std::vector<std::string> trusted = {};
  forwarded_header header = forwarded_header::x_forwarded_for;
  /// Proxies whose connections begin with a PROXY protocol header, version 1 or 2. A connection of
  /// theirs without it is closed.
  std::vector<std::string> proxy_protocol = {};
};

/// For clients that come back after a lost connection: how long, and how much, is kept for them.
struct recovery_options {
  /// For how long a client may be away.
  std::chrono::milliseconds max_disconnection_duration{120'000};
  /// Whether a client that comes back is let in without asking the middlewares of the namespace.
  bool skip_middlewares = false;
  std::size_t max_packets = 10'000;  ///< kept for one socket; its oldest are dropped first
  std::size_t max_bytes = 64 << 20;  ///< kept for all sockets of a loop; then the longest absent go
};

/// Options of a server. The names and defaults are those of the JavaScript server. What is a
/// function there is one here too, to be given to io::engine_server.
struct options {
  std::string path = "/socket.io/";  ///< exact path of all Engine.IO requests
  /// Whether `path` ends with a slash, however it was written: clients add one unless told not to.
  bool add_trailing_slash = true;
  bool polling = true;         ///< offer HTTP long-polling
  bool websocket = true;       ///< offer WebSocket
  bool allow_upgrades = true;  ///< tell polling clients that they may upgrade
  bool allow_eio3 = false;     ///< serve clients 2.x (Engine.IO revision 3) too
  std::chrono::milliseconds ping_interval{25'000};    ///< from a pong to the next ping
  std::chrono::milliseconds ping_timeout{20'000};     ///< for the pong to come
  std::chrono::milliseconds upgrade_timeout{10'000};  ///< for a started upgrade to complete
  std::chrono::milliseconds connect_timeout{45'000};  ///< to join a first namespace
  std::size_t max_payload = 1'000'000;                ///< bytes of one message or polling body
  /// The text of a message that follows each session's open packet at once; none when empty.
  std::string initial_packet;
  /// A cookie with the session's id, which the answer to a polling client's first request sets, for
  /// load balancers that keep a client at one server. Without a name it is called "io", its value
  /// is ignored, and it is `secure` at least on secure connections. `options.cookie.emplace()`.
  std::optional<http::set_cookie> cookie;
  cors_options cors;
  socketio::per_message_deflate per_message_deflate;  ///< of WebSocket messages; see io::deflate
  socketio::http_compression http_compression;        ///< of polling answers; see io::gzip
  proxy_options proxies;
  socketio::when_slow when_slow;  ///< what becomes of events for clients that read slowly
  /// Whether namespaces that were made because a client asked for them, see `server::of`, go when
  /// nobody is in them any more.
  bool cleanup_empty_child_namespaces = true;
  /// Whether what a client said when it came stays in memory for as long as it does. If not, most
  /// of it goes once `on_connection` of its first namespace has returned: see io::handshake::kept.
  bool keep_handshake = true;
  /// Lets clients whose connection was lost go on with their session: `socket.recovered()`. Off
  /// unless set: `options.connection_state_recovery.emplace()`.
  std::optional<recovery_options> connection_state_recovery;
  socketio::limits limits;
  traffic_limits traffic;  ///< how much clients may ask for: as much as they like, unless set
};

/// The path that is served: `path` with or without a slash at its end, as `add_trailing_slash`
/// says.
SOCKETIO_DECL std::string served_path(const options& o);

/// Names the first option that cannot work, empty if all can. `server` checks this itself.
SOCKETIO_DECL std::string_view validate(const options& o);

}  // namespace socketio

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/impl/options.ipp"
#endif
