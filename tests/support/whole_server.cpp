#include "support/whole_server.hpp"

namespace socketio {
WHOLE_SERVERS(template)
}
