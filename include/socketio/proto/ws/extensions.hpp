// layer 1 (proto): the list of extensions that a client offers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "socketio/config.hpp"

namespace socketio::ws {

/// Reads the value of Sec-WebSocket-Extensions (RFC 6455 §9.1) item by item: an extension, then its
/// parameters, then the next extension. Empty elements of the list are passed over.
class extension_reader {
 public:
  enum class item : std::uint8_t {
    extension,
    parameter,  ///< of the last extension
    end,
    malformed,  ///< and so is every further item
  };

  explicit extension_reader(std::string_view list) noexcept : rest_{list} {}

  SOCKETIO_DECL item next();

  /// Of the last item; the view is into the list.
  std::string_view name() const noexcept { return name_; }

  /// Of the last item, if that is a parameter with a value; a quoted one without the quotes.
  const std::optional<std::string>& value() const noexcept { return value_; }

 private:
  SOCKETIO_DECL void skip_blanks() noexcept;
  SOCKETIO_DECL bool take(char c) noexcept;
  SOCKETIO_DECL bool take_token(std::string_view& token) noexcept;
  SOCKETIO_DECL bool take_value();
  SOCKETIO_DECL item fail() noexcept;

  std::string_view rest_;
  std::string_view name_;
  std::optional<std::string> value_;
  bool inside_ = false;  // an extension, whose parameters may follow
  bool failed_ = false;
};

}  // namespace socketio::ws

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/proto/ws/impl/extensions.ipp"
#endif
