// What a request parser makes of a stream of bytes, as text: equal texts, equal behaviour.
#pragma once

#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/proto/http/request_parser.hpp"

namespace http_test {

inline std::string describe(const socketio::http::request& request) {
  std::string text{request.method_text};
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append("\n  ").append(name).append("=").append(value);
  };
  add("method", std::to_string(static_cast<int>(request.method)));
  add("target", request.target);
  add("path", request.path);
  add("query", request.query);
  add("version", std::to_string(request.version_minor));
  add("host", request.host);
  add("type", request.content_type);
  add("keep-alive", request.keep_alive ? "yes" : "no");
  add("continue", request.expects_continue ? "yes" : "no");
  add("websocket", request.upgrade_websocket ? "yes" : "no");
  for (const auto& [name, value] : request.headers) add(name, value);
  add("body", request.body);
  return text + "\n";
}

/// Feeds the pieces one after the other, each in a heap block of exactly its size, through as many
/// requests as there are. After an upgrade the rest of the bytes is part of the outcome.
inline std::string outcome(const std::vector<std::string_view>& pieces,
                           const socketio::http::limits& limits = {}) {
  using socketio::http::parse_state;
  socketio::http::request_parser parser{limits};
  std::string log;
  bool upgraded = false;
  for (const std::string_view piece : pieces) {
    const auto block = std::make_unique<char[]>(piece.size());
    piece.copy(block.get(), piece.size());
    std::string_view rest{block.get(), piece.size()};
    while (!upgraded) {
      const std::size_t used = parser.feed(rest);
      if (used > rest.size()) return log + "took more than there was";
      rest.remove_prefix(used);
      const parse_state state = parser.state();
      if (state == parse_state::failed) {
        return log + std::to_string(parser.error().status) + " " +
               std::string{parser.error().reason};
      }
      if (state == parse_state::head_complete) {
        log += "head\n";
        continue;
      }
      if (state == parse_state::complete) {
        log += describe(parser.message());
        upgraded = parser.message().upgrade_websocket;
        if (upgraded) log += "upgraded, then: ";
        parser.next();
        if (rest.empty()) break;
        continue;
      }
      if (!rest.empty()) return log + "left something and wants more";
      break;
    }
    if (upgraded) log += rest;
  }
  if (upgraded) return log;
  return log + (parser.idle() ? "idle" : "unfinished");
}

inline std::vector<std::string_view> bytewise(std::string_view input) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < input.size(); ++i) pieces.push_back(input.substr(i, 1));
  return pieces;
}

inline std::vector<std::string_view> random_pieces(std::string_view input, unsigned seed) {
  std::mt19937 random{seed};
  const std::size_t longest = 1 + random() % 100;
  std::vector<std::string_view> pieces;
  while (!input.empty()) {
    pieces.push_back(input.substr(0, random() % (longest + 1)));  // empty ones too
    input.remove_prefix(pieces.back().size());
  }
  return pieces;
}

}  // namespace http_test
