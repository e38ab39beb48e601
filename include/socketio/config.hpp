// layer 0 (core): how non-template function bodies are emitted.
#pragma once

// Header-only by default: every body is inline. With SOCKETIO_SEPARATE_COMPILATION defined for the
// whole program (the target socketio::compiled does it), headers only declare, and the one
// translation unit that includes <socketio/impl/src.hpp> holds the bodies.
#ifdef SOCKETIO_SEPARATE_COMPILATION
#define SOCKETIO_DECL
#else
#define SOCKETIO_DECL inline
#endif
