// Precompiled for the folders that test whole servers. What such a test costs most, the templates
// of the two transports they use most, is instantiated once, in whole_server.cpp.
#pragma once

#include "socketio.hpp"
#include "socketio/transport/memory.hpp"
#include "support/pch.hpp"

#define WHOLE_SERVERS(instantiate)      \
  instantiate class connection<memory>; \
  instantiate class session<memory>;    \
  instantiate class shard<memory>;      \
  instantiate class connection<tcp>;    \
  instantiate class session<tcp>;       \
  instantiate class shard<tcp>;         \
  instantiate class basic_nsp<no_data>; \
  instantiate class basic_socket<no_data>;

namespace socketio {
WHOLE_SERVERS(extern template)
}
