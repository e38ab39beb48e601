// The library, and nothing of it: see CMakeLists.txt.
#include <socketio.hpp>
