// Precompiled for the folders that test whole servers, over the two transports that they use most.
#pragma once

#include "../../cmake/precompiled.hpp"
#include "socketio/transport/memory.hpp"
#include "support/pch.hpp"

namespace socketio {
SERVERS_OVER(memory, extern template)
}
