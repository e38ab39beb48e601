#include "precompiled.hpp"

namespace socketio {
SERVERS_OVER_TCP(template)
}
