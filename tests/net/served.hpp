// An Engine.IO server over the memory transport that says nothing by itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/net/engine_server.hpp"
#include "support/eio_client.hpp"

namespace socketio::test {

/// Counts sessions and says nothing.
struct silent final : engine::application {
  void opened(engine::state& session) override { ids.emplace_back(session.id()); }
  void received(engine::state&, const eio::packet& message) override {
    messages.emplace_back(message.text());
  }
  void closed(engine::state&, reason) override { ++closes; }

  std::vector<std::string> ids;
  std::vector<std::string> messages;
  int closes = 0;
};

struct served {
  explicit served(const options& o = {}) : server{network, o, application} {
    server.listen(80);
    server.on_connection_error([this](const engine::connection_error& e) {
      std::string text = std::to_string(static_cast<int>(e.code)).append(" ").append(e.message);
      for (const auto& [name, value] : e.context) {
        text.append(" ").append(name).append("=").append(value);
      }
      errors.push_back(std::move(text));
    });
  }

  eio_answer get(std::string_view path, std::string_view lines = {}) {
    return eio_client{network}.get(path, lines);
  }
  eio_answer handshake(std::string_view lines = {}) { return get(eio_path("polling"), lines); }
  eio_answer websocket(std::string_view lines = {}) {
    eio_client client{network};
    const auto socket = client.websocket(eio_path("websocket"), lines);
    return client.upgrade_answer;
  }

  memory::network network;
  silent application;
  std::vector<std::string> errors;
  engine_server<memory> server;
};

inline std::vector<std::string> all(const eio_answer& answer, std::string_view name) {
  std::vector<std::string> values;
  for (const auto& [each, value] : answer.headers) {
    if (each == name) values.push_back(value);
  }
  return values;
}

}  // namespace socketio::test
