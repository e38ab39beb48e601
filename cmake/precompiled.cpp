#include "precompiled.hpp"

namespace socketio {
SERVERS_OVER(tcp, template)
SOCKETS_WITHOUT_DATA(template)
}  // namespace socketio
