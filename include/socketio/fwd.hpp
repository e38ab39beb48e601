// layer 0 (core): the names of the library, without their definitions.
#pragma once

namespace socketio {

struct options;
class socket;
class socket_ref;
class broadcast;
class ack;
class conn;
class handshake;
class verdict;
class next;
class value;
class value_view;
class args;
struct tcp;
template <class Data>
class basic_socket;
template <class Data>
class basic_room;
template <class Data>
class basic_nsp;

}  // namespace socketio

// The short name that examples and documentation use. A program that has its own `io` turns it off.
#ifndef SOCKETIO_NO_IO_ALIAS
namespace io = socketio;
#endif
