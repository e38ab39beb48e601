// The other translation unit of main.cpp.
#include <socketio.hpp>

void greet(io::socket& socket);

void greet(io::socket& socket) { socket.emit("hello", socket.id()); }
