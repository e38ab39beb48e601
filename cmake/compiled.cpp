// The one translation unit of socketio::compiled.
#include <socketio/impl/src.hpp>
