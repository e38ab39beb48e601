// The namespace /listeners of the fixture contract.
#pragma once

#include <string>
#include <string_view>

#include <socketio.hpp>

namespace socketio::test {

/// `Server`'s data of a socket has a `trace`: what its listeners have seen.
template <class Server>
void serve_listeners(Server& server) {
  using socket = typename Server::socket;
  const auto nsp = server.of("/listeners");
  nsp.on_connection([nsp](socket& s) {
    const auto note = [&s](std::string_view what) {
      return [&s, what](std::string_view event, io::args all) {
        s.data().trace.push_back(std::string{what}.append(":").append(event).append(":").append(
            std::to_string(all.size())));
      };
    };
    s.on_any(note("in"));
    s.prepend_any(note("first in"));
    s.on_any_outgoing(note("out"));
    const io::subscription prepended = s.prepend_any_outgoing(note("first out"));
    s.use([](std::string_view event, io::args) -> io::verdict {
      if (event == "forbidden") return io::refuse("not here");
      return io::accept;
    });
    s.once("once", [](io::socket& me, std::string text) { me.emit("heard", text); });
    const io::subscription mortal =
        s.on("mortal", [](io::socket& me) { me.emit("heard", "mortal"); });
    s.on("off", [mortal, prepended](io::socket& me) {
      me.off(mortal);
      me.off(prepended);
      return true;
    });
    s.on("off any", [](io::socket& me) {
      me.off_any();
      me.off_any_outgoing();
      return true;
    });
    s.on("forbidden", [](io::socket& me) { me.emit("heard", "forbidden"); });
    s.on("all", [nsp](std::string text) { nsp.emit("news", text); });
  });
  nsp.on("trace", [](socket& s) { return s.data().trace; });
}

}  // namespace socketio::test
