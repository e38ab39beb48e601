// The header alone: what every file that includes it pays.
#include <socketio.hpp>
