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

/// Prints the help and ends the program if that is asked for; nothing after a mistake.
inline std::optional<wanted_port> read_command_line(int count, char** words) {
  wanted_port port;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--help" || word == "-h") {
      std::printf(
          "usage: %s [--port N]\n"
          "  --port N   listen on port N; 0 is any free port\n"
          "             (default: 3000, or the next one that is free)\n",
          words[0]);
      std::exit(0);
    }
    const std::string_view value = word == "--port" && i + 1 < count ? words[++i] : "";
    const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), port.number);
    if (value.empty() || ec != std::errc{} || end != value.data() + value.size()) {
      std::fprintf(stderr, "%s: what does '%s' mean? Try --help.\n", words[0], words[i]);
      return std::nullopt;
    }
    port.exact = true;
  }
  return port;
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
