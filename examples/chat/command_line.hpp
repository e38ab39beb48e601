// What the chat program takes on its command line, and how it finds a port.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <asio/error.hpp>

struct wanted_port {
  std::uint16_t number = 3000;
  bool exact = false;  // asked for by the user
};

struct command_line {
  wanted_port port;
  std::string redis;  // a URL; empty: this server is alone
  std::string name;
};

inline bool read_port(std::string_view text, wanted_port& port) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port.number);
  port.exact = true;
  return !text.empty() && ec == std::errc{} && end == text.data() + text.size();
}

/// Prints the help and ends the program if that is asked for; nothing after a mistake.
inline std::optional<command_line> read_command_line(int count, char** words) {
  command_line line;
  for (int i = 1; i < count; i += 2) {
    const std::string_view word = words[i];
    if (word == "--help" || word == "-h") {
      std::printf(
          "usage: %s [--port N] [--redis URL] [--name NAME]\n"
          "  --port N      listen on port N; 0 is any free port\n"
          "                (default: 3000, or the next one that is free)\n"
          "  --redis URL   be one of several servers, which meet at this Redis\n"
          "                (version 7 or later), as in redis://127.0.0.1\n"
          "  --name NAME   what the page says of this server\n",
          words[0]);
      std::exit(0);
    }
    const std::string_view value = i + 1 < count ? words[i + 1] : "";
    if (word == "--port" && read_port(value, line.port)) {
    } else if (word == "--redis" && !value.empty()) {
      line.redis = value;
    } else if (word == "--name" && !value.empty()) {
      line.name = value;
    } else {
      std::fprintf(stderr, "%s: what does '%s' mean? Try --help.\n", words[0], words[i]);
      return std::nullopt;
    }
  }
  return line;
}

template <class Server>
bool listen_on_free_port(Server& server, wanted_port port) {
  std::error_code ec;
  for (int tries = port.exact ? 1 : 100; tries > 0; --tries, ++port.number) {
    server.listen({}, port.number, ec);
    if (!ec) return true;
    if (ec != asio::error::address_in_use) break;
  }
  std::fprintf(stderr, "cannot listen on port %d: %s\n", port.number, ec.message().c_str());
  return false;
}
