// expect: socketio: the second argument of io::health is a function bool ().
#include <string>

#include <socketio.hpp>
#include <socketio/extras/health.hpp>

void install(io::server<io::tcp>& server) {
#ifdef OK
  server.http().exact("/health", io::health(server, [] { return true; }));
#else
  server.http().exact("/health", io::health(server, [] { return std::string{}; }));
#endif
}
