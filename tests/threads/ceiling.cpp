// What all loops of a server hold together: limits.held_bytes.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/tcp_client.hpp"
#include "threads/loops.hpp"

using namespace socketio::test;

TEMPLATE_TEST_CASE("R60 the ceiling is that of all loops together", "[threads]", one_loop,
                   several_loops) {
  constexpr std::size_t clients = 12, size = 20'000, ceiling = 10 * size;
  io::options o;
  o.limits.held_bytes = ceiling;
  hosted_server<TestType> h{o};
  h.server->on("ask", [](const std::string& text) { return text.size(); });
  h.start();

  // Each sends an event but for its last byte.
  const std::string event = text_frame(R"(421["ask",")" + std::string(size, 'x') + R"("])");
  std::vector<std::unique_ptr<tcp_client>> all;
  for (std::size_t i = 0; i < clients; ++i) {
    all.push_back(std::make_unique<tcp_client>(h.port));
    all.back()->join();
  }
  for (auto& each : all) each->write(event.substr(0, event.size() - 1));

  // Those that nobody has cut off get their answer, the others an end: at least one of them.
  std::size_t answered = 0;
  for (auto& each : all) {
    // Not before there was one too many for all loops, or else too few might wait at a time.
    eventually([&] { return h.server->stats().holders_cut != 0; });
    each->write(event.substr(event.size() - 1));
    if (each->next() == "431[" + std::to_string(size) + "]") ++answered;
  }
  const io::statistics stats = h.server->stats();
  CHECK(stats.holders_cut >= 1);
  CHECK(stats.holders_cut <= 4);
  CHECK(answered == clients - stats.holders_cut);
  CHECK(stats.held_bytes == 0);
}
