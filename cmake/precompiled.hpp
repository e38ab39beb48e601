// Precompiled for programs with the compiled library: what they have in common. The templates that
// cost most are instantiated once, in precompiled.cpp.
#pragma once

#include <socketio.hpp>

#define SERVERS_OVER(transport, instantiate) \
  instantiate class connection<transport>;   \
  instantiate class session<transport>;      \
  instantiate class shard<transport>;

#define SOCKETS_WITHOUT_DATA(instantiate) \
  instantiate class basic_nsp<no_data>;   \
  instantiate class basic_socket<no_data>;

namespace socketio {
SERVERS_OVER(tcp, extern template)
SOCKETS_WITHOUT_DATA(extern template)
}  // namespace socketio
