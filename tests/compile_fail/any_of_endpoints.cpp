// Transports that no endpoint could tell apart.
#include <socketio.hpp>
#include <socketio/transport/any_of.hpp>
#include <socketio/transport/memory.hpp>

// expect: socketio: each transport of any_of needs an endpoint type of its own.
// expect: socketio: the transports of any_of must live in one kind of context.
#ifdef OK
using fine = io::any_of<io::tcp>::context;
#else
using twice = io::any_of<io::tcp, io::tcp>::context;
using mixed = io::any_of<io::tcp, io::memory>::context;
#endif
