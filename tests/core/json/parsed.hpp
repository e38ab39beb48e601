// JSON text in a block of exactly its size, and the tape that was read from it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "socketio/core/json/validate.hpp"
#include "socketio/json.hpp"

struct parsed {
  explicit parsed(std::string_view text, socketio::tape_limits limits = {})
      : block{new char[text.size() + 1]}, values{limits} {
    text.copy(block.get(), text.size());
    block[text.size()] = 'x';  // anything may stand here, and is there afterwards
    status = socketio::json::read(block.get(), text.size(), values);
    if (socketio::json::is_valid(text, limits.depth) != (ok() || status == too_large)) {
      throw std::logic_error{"validated otherwise"};
    }
    restored = block[text.size()] == 'x';
  }

  bool ok() const { return status == socketio::json::status::ok; }
  socketio::value_view root() const { return values.root(); }
  std::string dump() const { return ok() ? socketio::to_json(root()) : "error"; }

  std::unique_ptr<char[]> block;
  socketio::tape values;
  static constexpr auto too_large = socketio::json::status::too_large;
  socketio::json::status status;
  bool restored;
};
