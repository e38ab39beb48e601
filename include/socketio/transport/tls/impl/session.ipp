// layer 3 (transport): bodies of transport/tls/session.hpp.
#pragma once

#include "socketio/core/release.hpp"
#include "socketio/transport/tls/record_cutter.hpp"
#include "socketio/transport/tls/session.hpp"

namespace socketio::detail {

// ---- reading
// -------------------------------------------------------------------------------------------

/// The first read begins: a connection that says nothing costs next to nothing.
template <class B>
bool tls_session<B>::begin(std::error_code& ec) {
  if (closed_) return ec = asio::error::bad_descriptor, false;
  if (!now_.configuration) return ec = tls_error::no_certificate, false;
  now_.ssl = now_.configuration->make_session();
  BIO* const bio = now_.ssl ? BIO_new(bio_method()) : nullptr;
  if (!bio) {
    now_.ssl = nullptr;
    return ec = std::make_error_code(std::errc::not_enough_memory), false;
  }
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl(), bio, bio);
  attach();
  return true;
}

/// What OpenSSL calls goes to this object.
template <class B>
void tls_session<B>::attach() {
  if (!now_.ssl) return;
  BIO_set_data(SSL_get_rbio(ssl()), this);
  SSL_set_msg_callback(ssl(), on_message);
  SSL_set_msg_callback_arg(ssl(), this);
}

template <class B>
std::size_t tls_session<B>::read(char* data, std::size_t size, std::error_code& ec) {
  ec = {};
  if (size == 0 || (!now_.ssl && !begin(ec))) return 0;
  std::size_t total = 0;
  while (!now_.read_ended && total < size) {
    ERR_clear_error();
    std::size_t count = 0;
    if (SSL_read_ex(ssl(), data + total, size - total, &count) != 1) {
      ec = why();
      if (would_block(ec)) break;
      now_.read_ended = ec;
      break;
    }
    now_.updates = 0;
    total += count;
    if (SSL_has_pending(ssl()) == 0) break;
  }
  if (!now_.unsent.empty()) wait_to_send();
  if (now_.read_ended) ec = now_.read_ended;
  if (total != 0) ec = {};
  // Of these the stream below would not tell.
  now_.more = now_.read_ended || (total == size && SSL_has_pending(ssl()) != 0);
  return total;
}

/// What the call that has just failed met with.
template <class B>
std::error_code tls_session<B>::why() {
  switch (SSL_get_error(ssl(), 0)) {
    case SSL_ERROR_WANT_READ:
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return asio::error::eof;
    default:
      now_.broken = true;
      if (now_.below_failed == asio::error::eof) return tls_error::truncated;
      return now_.below_failed ? now_.below_failed : take_openssl_error();
  }
}

// ---- writing
// -------------------------------------------------------------------------------------------

template <class B>
std::size_t tls_session<B>::write(std::span<const asio::const_buffer> buffers,
                                  std::error_code& ec) {
  ec = {};
  if (!established()) return ec = tls_error::handshake_pending, 0;
  send_unsent();
  if (!now_.unsent.empty()) return ec = asio::error::would_block, 0;
  record_cutter cutter{buffers};
  std::size_t total = 0;
  while (now_.unsent.empty()) {
    const asio::const_buffer record = cutter.next();
    if (record.size() == 0) break;
    ERR_clear_error();
    std::size_t count = 0;
    if (SSL_write_ex(ssl(), record.data(), record.size(), &count) != 1) {
      ec = why();
      break;
    }
    total += count;
  }
  if (!now_.unsent.empty()) wait_to_send();
  if (total != 0) ec = {};  // the next call meets it again
  return total;
}

/// Writes of `now_.unsent` what the stream below takes.
template <class B>
void tls_session<B>::send_unsent() {
  if (now_.unsent.empty()) return;
  std::error_code ec;
  const asio::const_buffer buffer{now_.unsent.data(), now_.unsent.size()};
  now_.unsent.erase(0, below_.write_some({&buffer, 1}, ec));
  if (ec && !would_block(ec)) {
    now_.below_failed = ec;
    now_.unsent.clear();
  }
  if (!now_.unsent.empty()) return;
  release(now_.unsent);
  if (now_.ending) below_.shutdown();
}

template <class B>
void tls_session<B>::wait_to_send() {
  if (sending_) return;
  sending_ = true;
  below_.wait_writable([self = ref{this}](std::error_code ec) {
    self->sending_ = false;
    if (!ec) self->send_unsent();
    if (!ec && !self->now_.unsent.empty()) return self->wait_to_send();
    if (auto waiting = std::exchange(self->on_writable_, nullptr)) waiting(ec);
  });
}

// ---- the end
// -------------------------------------------------------------------------------------------

template <class B>
void tls_session<B>::shutdown() {
  say_goodbye();
  if (now_.unsent.empty()) return below_.shutdown();
  now_.ending = true;
  wait_to_send();
}

template <class B>
void tls_session<B>::close(bool abort) {
  if (closed_) return;
  if (!abort) say_goodbye();
  closed_ = true;
  below_.close(abort);
  now_.ssl = nullptr;
  release(now_.unsent);
  release(now_.put_back);
}

/// The close_notify alert.
template <class B>
void tls_session<B>::say_goodbye() {
  if (!established() || now_.broken || (SSL_get_shutdown(ssl()) & SSL_SENT_SHUTDOWN) != 0) return;
  ERR_clear_error();
  SSL_shutdown(ssl());
  ERR_clear_error();
}

// ---- called by OpenSSL
// -------------------------------------------------------------------------------------------

template <class B>
BIO_METHOD* tls_session<B>::bio_method() {
  static const owned<BIO_METHOD> method = [] {
    owned<BIO_METHOD> fresh{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socketio")};
    if (fresh) {
      BIO_meth_set_read_ex(fresh.get(), bio_read);
      BIO_meth_set_write_ex(fresh.get(), bio_write);
      BIO_meth_set_ctrl(fresh.get(), bio_control);
    }
    return fresh;
  }();
  return method.get();
}

template <class B>
std::size_t tls_session<B>::read_below(char* data, std::size_t size, std::error_code& ec) {
  if (now_.put_back.empty()) return below_.read_some(data, size, ec);
  const std::size_t count = now_.put_back.copy(data, size);
  now_.put_back.erase(0, count);
  if (now_.put_back.empty()) release(now_.put_back);
  return count;
}

template <class B>
int tls_session<B>::bio_read(BIO* bio, char* data, std::size_t size, std::size_t* taken) {
  auto& self = *static_cast<tls_session*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  *taken = 0;
  if (self.now_.below_failed) return 0;
  std::error_code ec;
  *taken = self.read_below(data, size, ec);
  if (would_block(ec)) {
    BIO_set_retry_read(bio);
    return 0;
  }
  if (!ec && !self.now_.hello.accept(data, *taken)) ec = tls_error::handshake_too_long;
  self.now_.below_failed = ec;
  return ec ? 0 : 1;
}

template <class B>
int tls_session<B>::bio_write(BIO* bio, const char* data, std::size_t size, std::size_t* taken) {
  auto& self = *static_cast<tls_session*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  *taken = 0;
  if (self.now_.below_failed) return 0;
  std::error_code ec;
  std::size_t sent = 0;
  if (self.now_.unsent.empty()) {
    const asio::const_buffer buffer{data, size};
    sent = self.below_.write_some({&buffer, 1}, ec);
    if (would_block(ec)) ec = {};
  }
  if (self.now_.unsent.size() + size - sent > most_unsent) ec = tls_error::too_much_unsent;
  self.now_.below_failed = ec;
  if (ec) return 0;
  self.now_.unsent.append(data + sent, size - sent);
  *taken = size;
  return 1;
}

template <class B>
long tls_session<B>::bio_control(BIO* bio, int command, long, void*) {
  const auto& self = *static_cast<const tls_session*>(BIO_get_data(bio));
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return self.now_.below_failed == asio::error::eof ? 1 : 0;
    default:
      return 0;
  }
}

/// OpenSSL does not mind how often a peer asks for new keys (TLS 1.3), or hears that there will be
/// no new handshake (TLS 1.2). Two hellos are honest: the server may ask for another one.
template <class B>
void tls_session<B>::on_message(int writing, int, int type, const void* data, std::size_t size,
                                SSL*, void* object) {
  if (writing != 0 || type != SSL3_RT_HANDSHAKE || size == 0) return;
  auto& self = *static_cast<tls_session*>(object);
  constexpr std::uint8_t most_hellos = 2;
  constexpr std::uint8_t most_updates = 16;
  const auto message = *static_cast<const unsigned char*>(data);
  const bool unwanted = (message == SSL3_MT_CLIENT_HELLO && ++self.now_.hellos > most_hellos) ||
                        (message == SSL3_MT_KEY_UPDATE && ++self.now_.updates > most_updates);
  if (unwanted) self.now_.below_failed = tls_error::unwanted_handshake;
}

}  // namespace socketio::detail
