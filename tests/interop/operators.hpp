// The namespace /operators of the fixture contract.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include <socketio.hpp>

namespace socketio::test {

template <class Server>
void serve_operators(Server& server) {
  using names = std::vector<std::string>;
  const auto nsp = server.of("/operators");
  const auto outcome = [](std::error_code ec, names votes) {
    std::sort(votes.begin(), votes.end());
    return std::tuple{!ec, std::move(votes)};
  };
  nsp.on("join", [](io::socket& s, std::string room) {
    s.join(room);
    return room;
  });
  nsp.on("vote", [nsp, outcome](std::string room, int limit, io::ack done) {
    nsp.to(room)
        .timeout(std::chrono::milliseconds{limit})
        .emit("vote", room,
              [outcome, ack = std::move(done)](std::error_code ec, names votes) mutable {
                ack(outcome(ec, std::move(votes)));
              });
  });
  nsp.on("vote-coro",
         [nsp, outcome](std::string room, int limit) -> asio::awaitable<std::tuple<bool, names>> {
           const auto whom = nsp.to(room).timeout(std::chrono::milliseconds{limit});
           const auto votes = co_await whom.template emit_with_ack<std::string>("vote", room);
           co_return outcome(votes.error, votes);
         });
  nsp.on("others", [outcome](io::socket& s, std::string room, io::ack done) {
    s.timeout(std::chrono::seconds{10})
        .to(room)
        .emit("vote", room,
              [outcome, ack = std::move(done)](std::error_code ec, names votes) mutable {
                ack(outcome(ec, std::move(votes)));
              });
  });
  nsp.on("fetch", [nsp](std::string room) -> asio::awaitable<std::vector<names>> {
    const auto whom = nsp.in(room);
    const auto sockets = co_await whom.fetch_sockets();
    std::vector<names> found;
    for (const io::remote_socket& each : sockets) {
      names rooms = each.rooms();
      std::sort(rooms.begin(), rooms.end());
      found.push_back(std::move(rooms));
    }
    std::sort(found.begin(), found.end());
    co_return found;
  });
  nsp.on("sockets-join", [nsp](std::string room, names to) { nsp.in(room).sockets_join(to); });
  nsp.on("sockets-leave", [nsp](std::string room, names to) { nsp.in(room).sockets_leave(to); });
  nsp.on("lossy", [](io::socket& s, int count) {
    for (int i = 0; i < count; ++i) s.lossy().emit("tick", i, io::bytes(3));
    s.emit("tick", "sure");
  });
  nsp.on("kick-room", [nsp](std::string room) {
    nsp.in(room).emit("last", 1);
    nsp.in(room).disconnect_sockets(true);
  });
}

}  // namespace socketio::test
