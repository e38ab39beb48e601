// layer 1 (proto): reads Accept-Encoding.
#pragma once

#include <array>
#include <optional>

#include "socketio/proto/http/content_coding.hpp"

namespace socketio::http {

namespace detail {

/// A weight in thousandths (RFC 9110 §12.4.2): "0", "1", or with up to three decimals.
SOCKETIO_DECL std::optional<int> parse_weight(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int value = 1000 * (text[0] - '0');
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int unit = 100;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (!is_digit(text[i])) return std::nullopt;
    value += unit * (text[i] - '0');
  }
  return value <= 1000 ? std::optional{value} : std::nullopt;
}

/// What a client has said about one coding.
struct coding_wish {
  int weight = -1;  ///< in thousandths; negative: nothing was said
  int place = 0;    ///< in the order of the elements

  bool said() const noexcept { return weight >= 0; }
};

class coding_wishes {
 public:
  void read(std::string_view list) noexcept {
    for_each_element(list, [this](std::string_view element) { read_element(element); });
  }

  content_coding best() const noexcept {
    const int gzip = rank(gzip_), deflate = rank(deflate_);
    const bool first = gzip != deflate ? gzip > deflate : gzip_.place <= deflate_.place;
    const int weight = (first ? gzip : deflate) / 2;
    if (weight <= 0 || identity_.weight > weight) return content_coding::identity;
    return first ? content_coding::gzip : content_coding::deflate;
  }

 private:
  void read_element(std::string_view element) noexcept {
    const auto semicolon = element.find(';');
    const std::string_view name = trim(element.substr(0, semicolon));
    std::optional<int> weight = 1000;
    if (semicolon != element.npos) {
      const std::string_view parameter = trim(element.substr(semicolon + 1));
      if (parameter.size() < 2 || to_lower(parameter[0]) != 'q' || parameter[1] != '=') return;
      weight = parse_weight(parameter.substr(2));
    }
    if (!weight) return;
    const auto is = [&](std::string_view coding) { return equal_ignoring_case(name, coding); };
    coding_wish* const wish = is("gzip") || is("x-gzip") ? &gzip_
                              : is("deflate")            ? &deflate_
                              : is("identity")           ? &identity_
                              : is("*")                  ? &others_
                                                         : nullptr;
    ++place_;
    if (wish && !wish->said()) *wish = {*weight, place_};
  }

  /// Twice the weight, so that one which is named comes before one which is not.
  int rank(const coding_wish& wish) const noexcept {
    return wish.said() ? 2 * wish.weight + 1 : 2 * others_.weight;
  }

  coding_wish gzip_, deflate_, identity_, others_;
  int place_ = 0;
};

}  // namespace detail

SOCKETIO_DECL content_coding choose_coding(std::string_view accept_encoding) noexcept {
  detail::coding_wishes wishes;
  wishes.read(accept_encoding);
  return wishes.best();
}

SOCKETIO_DECL content_coding choose_coding(const request& from) noexcept {
  detail::coding_wishes wishes;
  for (const field& each : from.headers) {
    if (equal_ignoring_case(each.name, "Accept-Encoding")) wishes.read(each.value);
  }
  return wishes.best();
}

}  // namespace socketio::http
