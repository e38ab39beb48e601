// expect: socketio: only a server over io::relayed<…> can relay, such as
#include <memory>
#include <utility>

#include <socketio.hpp>
#include <socketio/cluster/memory_relay.hpp>
#include <socketio/transport/relayed.hpp>

void install(io::memory_relay& between, asio::io_context& loop) {
#ifdef OK
  io::server<io::relayed<io::tcp>> server{loop};
#else
  io::server<io::tcp> server{loop};
#endif
  server.relay(between.join());
}
