// layer 3 (transport): a stream that is one of several kinds.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>

#include <asio/buffer.hpp>

#include "socketio/peer_certificate.hpp"
#include "socketio/transport/concept.hpp"

namespace socketio::detail {

template <class T, class... Ts>
inline constexpr std::size_t how_often = (std::size_t{std::same_as<T, Ts>} + ... + 0);

template <class Stream>
concept shows_certificate = requires(const Stream& s) { s.peer_certificate(); };

/// As large as the largest of them, and each call is a branch: nothing is allocated.
template <class Context, class... Streams>
class any_stream {
 public:
  /// A stream of one of the transports, also one that the host has accepted itself.
  template <class One>
    requires(how_often<One, Streams...> == 1)
  any_stream(One s) : one_{std::move(s)} {}

  std::size_t read_some(char* data, std::size_t size, std::error_code& ec) {
    return std::visit([&](auto& s) { return s.read_some(data, size, ec); }, one_);
  }
  std::size_t write_some(std::span<const asio::const_buffer> buffers, std::error_code& ec) {
    return std::visit([&](auto& s) { return s.write_some(buffers, ec); }, one_);
  }
  std::size_t read_plain(char* data, std::size_t size, std::error_code& ec)
    requires(begins_plain<Streams> || ...)
  {
    return std::visit(
        [&](auto& s) {
          if constexpr (begins_plain<std::remove_reference_t<decltype(s)>>) {
            return s.read_plain(data, size, ec);
          } else {
            return s.read_some(data, size, ec);
          }
        },
        one_);
  }
  void put_back(std::string_view data)
    requires(begins_plain<Streams> || ...)
  {
    std::visit(
        [&](auto& s) {
          if constexpr (begins_plain<std::remove_reference_t<decltype(s)>>) {
            s.put_back(data);
          }
        },
        one_);
  }
  template <class Handler>
  void wait_readable(Handler&& handler) {
    std::visit([&](auto& s) { s.wait_readable(std::forward<Handler>(handler)); }, one_);
  }
  template <class Handler>
  void wait_writable(Handler&& handler) {
    std::visit([&](auto& s) { s.wait_writable(std::forward<Handler>(handler)); }, one_);
  }
  any_stream rebind(Context& other) && {
    return std::visit([&](auto& s) { return any_stream{std::move(s).rebind(other)}; }, one_);
  }
  void shutdown() {
    std::visit([](auto& s) { s.shutdown(); }, one_);
  }
  void close(bool abort) {
    std::visit([&](auto& s) { s.close(abort); }, one_);
  }
  std::string remote_address() const {
    return std::visit([](const auto& s) { return s.remote_address(); }, one_);
  }
  bool secure() const {
    return std::visit([](const auto& s) { return s.secure(); }, one_);
  }
  std::unique_ptr<const socketio::peer_certificate> peer_certificate() const
    requires(shows_certificate<Streams> || ...)
  {
    return std::visit(
        [](const auto& s) -> std::unique_ptr<const socketio::peer_certificate> {
          if constexpr (requires { s.peer_certificate(); }) return s.peer_certificate();
          return nullptr;
        },
        one_);
  }

 protected:
  const std::variant<Streams...>& one() const noexcept { return one_; }

 private:
  std::variant<Streams...> one_;
};

}  // namespace socketio::detail
