// Precompiled for programs with the compiled library: all that they have in common.
#pragma once

#include <socketio.hpp>

#define SERVERS_OVER_TCP(instantiate)   \
  instantiate class connection<tcp>;    \
  instantiate class session<tcp>;       \
  instantiate class shard<tcp>;         \
  instantiate class basic_nsp<no_data>; \
  instantiate class basic_socket<no_data>;

namespace socketio {
SERVERS_OVER_TCP(extern template)
}
