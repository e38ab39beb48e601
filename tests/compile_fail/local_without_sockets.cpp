// Unix domain sockets where the system has none.
#ifndef OK
#undef ASIO_HAS_LOCAL_SOCKETS
#endif

// expect: socketio: this system, or this version of Asio for it, has no Unix domain sockets
#include <socketio/transport/local.hpp>
