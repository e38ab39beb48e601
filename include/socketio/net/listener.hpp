// layer 5 (net): accepts connections, through bad times too.
#pragma once

#include <chrono>
#include <cstdint>
#include <new>
#include <system_error>
#include <utility>

#include <asio/error.hpp>

#include "socketio/core/deadlines.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/error.hpp"
#include "socketio/net/shard.hpp"

namespace socketio {

/// A listening socket whose connections a shard serves. Kept alive by its pending accept.
template <transport Transport>
class listener : public counted<listener<Transport>, shared_count> {
 public:
  explicit listener(shard<Transport>& owner)
      : shard_{&owner}, acceptor_{owner.host()}, pause_{*this} {}

  void listen(const typename Transport::endpoint& where, std::error_code& ec) {
    acceptor_.listen(where, ec);
    begin(ec);
  }

  /// The same for one of several listeners on one port.
  void listen_shared(const typename Transport::endpoint& where, std::error_code& ec)
    requires shares_ports<Transport>
  {
    acceptor_.listen_shared(where, ec);
    spread_by_system_ = true;
    begin(ec);
  }

  std::uint16_t port() const { return acceptor_.port(); }
  shard<Transport>& owner() const noexcept { return *shard_; }
  bool open() const noexcept { return open_; }

  void close() {
    open_ = false;
    pause_.disarm();
    acceptor_.close();
  }

 private:
  struct timer : deadline {
    explicit timer(listener& l)
        : deadline{[](deadline& d) { static_cast<timer&>(d).owner.accept(); }}, owner{l} {}
    listener& owner;
  };

  void begin(const std::error_code& ec) {
    if (ec) return;
    open_ = true;
    accept();
  }

  /// Connections go round the shards, unless the system has chosen among several listeners.
  void serve(typename Transport::stream stream) {
    shard<Transport>& to = spread_by_system_ ? *shard_ : shard_->next_sibling();
    if (&to == shard_.get()) {
      to.adopt(std::move(stream));
    } else {
      to.adopt_soon(std::move(stream).rebind(to.host()));
    }
  }

  void accept() {
    try {
      acceptor_.async_accept(
          [self = ref<listener>{this}](std::error_code ec, typename Transport::stream stream) {
            if (self->open_) self->accepted(ec, std::move(stream));
          });
    } catch (const std::bad_alloc&) {
      pause();
    }
  }

  void accepted(std::error_code ec, typename Transport::stream stream) {
    const typename shard<Transport>::turn entered{*shard_};
    try {
      if (!ec) serve(std::move(stream));
    } catch (const std::bad_alloc&) {
      // That one is closed; there may be memory for the next.
    }
    if (!open_) return;
    !ec || concerns_one_connection(ec) ? accept() : pause();
  }

  /// Out of descriptors or memory: asking again at once would only turn the loop hot.
  void pause() {
    const typename shard<Transport>::turn entered{*shard_};
    shard_->arm(pause_, shard<Transport>::accept_pause);
  }

  /// The connection that was to be accepted is gone already; the next one may be fine.
  static bool concerns_one_connection(std::error_code ec) {
    return ec == asio::error::connection_aborted || ec == asio::error::connection_reset ||
           ec == asio::error::interrupted || ec == asio::error::would_block ||
           ec == asio::error::try_again;
  }

  ref<shard<Transport>> shard_;
  typename Transport::listener acceptor_;
  timer pause_;
  bool open_ = false;
  bool spread_by_system_ = false;
};

}  // namespace socketio
