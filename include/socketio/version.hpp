// layer 0 (core): the version of the library, read from here by CMake too.
#pragma once

/// major * 10000 + minor * 100 + patch; 0.1.0 for now.
#define SOCKETIO_VERSION 100
