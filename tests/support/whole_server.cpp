#include "support/whole_server.hpp"

namespace socketio {
SERVERS_OVER(memory, template)
SERVERS_OVER(tcp, template)
SOCKETS_WITHOUT_DATA(template)
}  // namespace socketio
