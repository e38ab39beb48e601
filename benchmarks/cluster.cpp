// A server of the cluster that is measured: nothing but the ordinary public interface.
//
//     bench_cluster PORT REDIS-URL sharded|classic

#include <charconv>
#include <cstdint>
#include <string_view>

#include <socketio.hpp>
#include <socketio/adapters/redis/classic.hpp>
#include <socketio/adapters/redis/sharded.hpp>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::uint16_t port = 0;
  const std::string_view text = argv[1], adapter = argv[3];
  std::from_chars(text.data(), text.data() + text.size(), port);

  asio::io_context ctx{1};
  io::server<io::tcp> server{ctx};
  io::redis::options redis;
  redis.address = io::redis::address{argv[2]};
  server.adapter(adapter == "classic" ? io::redis::classic_adapter({.connection = redis})
                                      : io::redis::sharded_adapter({.connection = redis}));

  server.on("join", [](io::socket& s, std::string_view room) {
    s.join(room);
    return room;
  });
  server.on("bcast", [&server](io::value_view data) { server.to("r").emit("bcast", data); });

  server.listen("127.0.0.1", port);
  ctx.run();
}
