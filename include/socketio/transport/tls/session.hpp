// layer 3 (transport): one TLS connection: OpenSSL between a stream of bytes and its user.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/peer_certificate.hpp"
#include "socketio/transport/tls/configuration.hpp"
#include "socketio/transport/tls/error.hpp"
#include "socketio/transport/tls/hello_guard.hpp"
#include "socketio/transport/tls/owned.hpp"

namespace socketio::detail {

/// The certificate that the other end of `session` has shown, null if none.
std::unique_ptr<const peer_certificate> peer_certificate_of(const SSL* session);

/// How far a connection has come: what goes along when it moves to another loop.
struct tls_progress {
  explicit tls_progress(ref<const tls_configuration> c) : configuration{std::move(c)} {}

  ref<const tls_configuration> configuration;
  owned<SSL> ssl;
  std::string unsent;
  std::string put_back;          ///< of the handshake, read already from the stream below
  std::error_code below_failed;  ///< what OpenSSL's reads and writes below have ended with
  std::error_code read_ended;    ///< what all further reads answer
  hello_guard hello;
  std::uint8_t hellos = 0;   ///< handshakes that the peer asked for
  std::uint8_t updates = 0;  ///< new keys since the last data
  bool more = false;         ///< the next read need not wait
  bool broken = false;       ///< OpenSSL can say nothing more
  bool ending = false;       ///< shut the stream below down once all is sent
};

/// OpenSSL reads and writes the stream below through a BIO of ours, without buffers in between:
///
/// - It reads when the user reads, the handshake included, and holds nothing while idle.
/// - What it wants to write is always taken: by the stream, or else by `unsent`, which is written
///   as soon as the stream takes more. So nothing that OpenSSL does ever waits for room to write,
///   what `write` has taken needs no second try, and `unsent` is not longer than a record and a few
///   alerts, because `write` takes nothing while there is any of it.
///
/// Lives until it is closed and no operation refers to it. `Below` is a transport.
template <class Below>
class tls_session : public counted<tls_session<Below>> {
 public:
  using context = typename Below::context;
  using stream = typename Below::stream;

  tls_session(context& c, stream below, tls_progress begun)
      : context_{&c}, below_{std::move(below)}, now_{std::move(begun)} {
    attach();
  }

  std::size_t read(char* data, std::size_t size, std::error_code& ec);
  std::size_t write(std::span<const asio::const_buffer> buffers, std::error_code& ec);

  /// What comes before the handshake; before the first `read`.
  std::size_t read_plain(char* data, std::size_t size, std::error_code& ec) {
    if (!closed_) return below_.read_some(data, size, ec);
    return ec = asio::error::bad_descriptor, 0;
  }
  void put_back(std::string_view data) {
    now_.put_back = data;
    now_.more = !data.empty();
  }

  template <class Handler>
  void wait_readable(Handler&& handler) {
    if (!now_.unsent.empty()) wait_to_send();  // it may come from another loop
    if (!now_.more) return below_.wait_readable(std::forward<Handler>(handler));
    // There is something in OpenSSL already, of which the stream below knows nothing.
    Below::run_soon(*context_, [self = ref{this}, h = std::forward<Handler>(handler)]() mutable {
      h(self->closed_ ? std::error_code{asio::error::operation_aborted} : std::error_code{});
    });
  }

  template <class Handler>
  void wait_writable(Handler&& handler) {
    on_writable_ = std::forward<Handler>(handler);
    wait_to_send();
  }

  void shutdown();
  void close(bool abort);

  /// The connection, for the loop of `other`; this object is closed. An operation of ours may still
  /// be pending on it: it ends on this loop, and touches nothing that has moved.
  ref<tls_session> rebind(context& other) {
    closed_ = true;
    return ref{new tls_session{other, std::move(below_).rebind(other), std::move(now_)}};
  }

  const stream& below() const noexcept { return below_; }
  std::unique_ptr<const peer_certificate> certificate() const {
    return now_.ssl ? peer_certificate_of(now_.ssl.get()) : nullptr;
  }

 private:
  static constexpr std::size_t most_unsent = 64 * 1024;

  bool begin(std::error_code& ec);
  void attach();
  SSL* ssl() const noexcept { return now_.ssl.get(); }
  bool established() const noexcept { return ssl() && SSL_is_init_finished(ssl()) != 0; }
  std::error_code why();
  void say_goodbye();

  std::size_t read_below(char* data, std::size_t size, std::error_code& ec);
  void send_unsent();
  void wait_to_send();

  static BIO_METHOD* bio_method();
  static int bio_read(BIO* bio, char* data, std::size_t size, std::size_t* taken);
  static int bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* taken);
  static long bio_control(BIO* bio, int command, long, void*);
  static void on_message(int writing, int version, int type, const void* data, std::size_t size,
                         SSL*, void* self);

  static bool would_block(std::error_code ec) noexcept {
    return ec == asio::error::would_block || ec == asio::error::try_again;
  }

  context* context_;
  stream below_;
  tls_progress now_;
  unique_function<void(std::error_code)> on_writable_;
  bool sending_ = false;  ///< waiting until the stream below takes more
  bool closed_ = false;
};

}  // namespace socketio::detail

#include "socketio/transport/tls/impl/peer_certificate.ipp"
#include "socketio/transport/tls/impl/session.ipp"
