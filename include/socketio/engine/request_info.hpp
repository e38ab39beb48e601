// layer 2 (engine): the HTTP request that opened a session, kept for as long as anyone asks.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/core/intrusive.hpp"
#include "socketio/peer_certificate.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::engine {

/// The first request of a session, in one block of memory: target and header lines as they came.
/// Headers are looked up by scanning, which costs nothing for the sessions that never ask.
/// Shared between the session and the handles of its sockets; immutable, usable from any thread.
class request_info : public counted<request_info, shared_count> {
 public:
  /// `request` is a http::request; what it views is copied.
  template <class Request>
  request_info(const Request& request, std::string address, bool secure,
               std::chrono::system_clock::time_point issued,
               std::unique_ptr<const peer_certificate> certificate = {})
      : target_size_{static_cast<std::uint32_t>(request.target.size())},
        secure_{secure},
        address_{std::move(address)},
        issued_{issued},
        certificate_{std::move(certificate)} {
    std::size_t size = request.target.size();
    for (const auto& header : request.headers) size += header.name.size() + header.value.size() + 2;
    text_.reset(new char[size]);
    const auto add = [this](std::string_view piece) {
      std::copy(piece.begin(), piece.end(), text_.get() + text_size_);
      text_size_ += static_cast<std::uint32_t>(piece.size());
    };
    add(request.target);
    for (const auto& header : request.headers) {
      add(header.name), add(":"), add(header.value), add("\n");
    }
  }

  /// Of another request no more than who has sent it, and when.
  struct without_text {};
  request_info(const request_info& of, without_text)
      : secure_{of.secure_}, whole_{false}, address_{of.address_}, issued_{of.issued_} {}

  /// Whether there are target, headers and certificate: see `options::keep_handshake`.
  bool whole() const noexcept { return whole_; }

  /// The request target as sent: path and query.
  std::string_view url() const noexcept { return {text_.get(), target_size_}; }

  /// The query, undecoded, without the question mark.
  std::string_view query() const noexcept {
    const std::string_view target = url();
    const auto mark = target.find('?');
    return mark == target.npos ? std::string_view{} : target.substr(mark + 1);
  }

  /// Calls `visit(name, value)` for each header line in order.
  template <class Visitor>
  void for_each_header(Visitor&& visit) const {
    std::string_view rest{text_.get() + target_size_, text_size_ - target_size_};
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      const auto colon = rest.find(':');
      visit(rest.substr(0, colon), rest.substr(colon + 1, end - colon - 1));
      rest.remove_prefix(end + 1);
    }
  }

  /// The value of the first header of this name (any case).
  std::optional<std::string_view> header(std::string_view name) const {
    std::optional<std::string_view> found;
    for_each_header([&](std::string_view each, std::string_view value) {
      if (!found && http::equal_ignoring_case(each, name)) found = value;
    });
    return found;
  }

  /// The peer's address, without the port.
  const std::string& address() const noexcept { return address_; }
  bool secure() const noexcept { return secure_; }
  std::chrono::system_clock::time_point issued() const noexcept { return issued_; }
  /// The client's TLS certificate, null if it has shown none.
  const peer_certificate* certificate() const noexcept { return certificate_.get(); }

 private:
  std::uint32_t text_size_ = 0;
  std::uint32_t target_size_ = 0;
  bool secure_;
  bool whole_ = true;
  std::unique_ptr<char[]> text_;
  std::string address_;
  std::chrono::system_clock::time_point issued_;
  std::unique_ptr<const peer_certificate> certificate_;
};

}  // namespace socketio::engine
