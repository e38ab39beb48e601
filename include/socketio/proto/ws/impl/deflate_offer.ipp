// layer 1 (proto): the negotiation of permessage-deflate, RFC 7692 §7.1.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "socketio/proto/ws/deflate_offer.hpp"
#include "socketio/proto/ws/extensions.hpp"

namespace socketio::ws {

namespace detail {

/// One offer, as far as it has been read.
class deflate_offer {
 public:
  /// Takes a parameter; a wrong one spoils the offer.
  void take(std::string_view name, const std::optional<std::string>& value) {
    good_ = good_ && take_known(name, value);
  }

  /// Accepts the offer if that can be done.
  void accept(const deflate_settings& s, deflate_answer& answer) const {
    if (!good_ || server_window_.value_or(most_window) < least_window) return;
    deflate_parameters& agreed = answer.parameters;
    agreed.server_no_context_takeover = server_no_takeover_ || !s.server_context_takeover;
    agreed.client_no_context_takeover = client_no_takeover_ || !s.client_context_takeover;
    agreed.server_max_window_bits =
        std::min(s.server_max_window_bits, server_window_.value_or(most_window));
    // A client that does not say that it knows the parameter cannot be told to keep to it.
    if (client_window_known_) {
      agreed.client_max_window_bits =
          std::min(s.client_max_window_bits, client_window_.value_or(most_window));
    }
    answer.result = deflate_answer::kind::accepted;
    answer.header = "permessage-deflate";
    if (agreed.server_no_context_takeover) answer.header += "; server_no_context_takeover";
    if (agreed.client_no_context_takeover) answer.header += "; client_no_context_takeover";
    // What was asked for is answered (§7.1.2.1), and what is less than the client expects.
    if (server_window_ || agreed.server_max_window_bits < most_window) {
      append("; server_max_window_bits=", agreed.server_max_window_bits, answer.header);
    }
    if (agreed.client_max_window_bits < most_window) {
      append("; client_max_window_bits=", agreed.client_max_window_bits, answer.header);
    }
  }

 private:
  static constexpr int least_window = 9, most_window = 15;  // of zlib, for raw deflate

  static void append(std::string_view name, int value, std::string& text) {
    text.append(name).append(std::to_string(value));
  }

  bool take_known(std::string_view name, const std::optional<std::string>& value) {
    if (name == "server_no_context_takeover") return set(server_no_takeover_) && !value;
    if (name == "client_no_context_takeover") return set(client_no_takeover_) && !value;
    if (name == "server_max_window_bits") {
      if (server_window_ || !value) return false;
      server_window_ = window(*value);
      return server_window_.has_value();
    }
    if (name != "client_max_window_bits" || !set(client_window_known_)) return false;
    if (!value) return true;
    client_window_ = window(*value);
    return client_window_.has_value();
  }

  static bool set(bool& flag) noexcept { return !std::exchange(flag, true); }

  /// "A decimal integer value without leading zeroes between 8 to 15, inclusive", §7.1.2.
  static std::optional<int> window(std::string_view text) noexcept {
    const auto bits = http::parse_decimal(text);
    if (!bits || *bits < 8 || *bits > 15) return std::nullopt;
    return static_cast<int>(*bits);
  }

  bool good_ = true;
  bool server_no_takeover_ = false;
  bool client_no_takeover_ = false;
  bool client_window_known_ = false;
  std::optional<int> server_window_;
  std::optional<int> client_window_;
};

}  // namespace detail

SOCKETIO_DECL deflate_answer answer_deflate_offers(const http::request& request,
                                                   const deflate_settings& settings) {
  deflate_answer answer;
  detail::deflate_offer offer;
  bool reading = false;  // an offer of this extension
  const auto conclude = [&] {
    if (std::exchange(reading, false) && answer.result == deflate_answer::kind::none) {
      offer.accept(settings, answer);
    }
  };
  for (const http::field& each : request.headers) {
    if (!http::equal_ignoring_case(each.name, "Sec-WebSocket-Extensions")) continue;
    extension_reader list{each.value};
    for (auto item = list.next(); item != extension_reader::item::end; item = list.next()) {
      if (item == extension_reader::item::malformed) {
        return {.result = deflate_answer::kind::malformed};
      }
      if (item == extension_reader::item::parameter) {
        offer.take(list.name(), list.value());
        continue;
      }
      conclude();
      reading = list.name() == "permessage-deflate";
      offer = {};
    }
    conclude();
  }
  return answer;
}

}  // namespace socketio::ws
