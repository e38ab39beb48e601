// Handlers and emits that do not keep to their contract.
#include <tuple>

#include <socketio/contract.hpp>
#include <socketio/typescript.hpp>

struct message {
  std::string from, text;
};
struct money {
  explicit money(int) {}
};
template <>
struct io::convert<money> {
  static bool from(io::value_view, money&) { return true; }
  template <class Writer>
  static void to(Writer& w, const money&) {
    w.null();
  }
};

using chat = io::contract<
    io::client_to_server<io::event<"join", int(std::string)>, io::event<"say", void(message)>>,
    io::server_to_client<io::event<"said", void(message)>, io::event<"sure?", bool(std::string)>>>;
using typed_nsp = io::typed_nsp<chat>;

// expect: socketio: the contract declares no event of this name from the client
// expect: socketio: the contract declares no event of this name from the server
void names(const typed_nsp& nsp) {
#ifdef OK
  nsp.on<"join">([](std::string) { return 1; });
  nsp.emit<"said">(message{});
#else
  nsp.on<"jion">([](std::string) { return 1; });
  nsp.emit<"say">(message{});
#endif
}

// expect: socketio: the handler takes another number of arguments than the contract declares
// expect: socketio: a parameter of this handler has not the type that the contract declares
// expect: socketio: take the socket of a contract by value
// expect: socketio: take the acknowledgement as the contract's own
// expect: socketio: the acknowledgement that the handler takes is that of another event
// expect: socketio: take the acknowledgement of a contract by value
void parameters(const typed_nsp& nsp) {
#ifdef OK
  nsp.on<"say">([](message) {});
  nsp.on<"join">([](std::string_view) { return 1; });
  nsp.on<"say">([](chat::socket, message) {});
  nsp.on<"join">([](std::string, chat::ack<"join">) {});
#else
  nsp.on<"say">([](message, int) {});
  nsp.on<"join">([](long) { return 1; });
  nsp.on<"say">([](const chat::socket&, message) {});
  nsp.on<"join">([](std::string, io::ack) { return 1; });
  nsp.on<"join">([](std::string, io::typed_ack<bool>) {});
  nsp.on<"join">([](std::string, const chat::ack<"join">&) {});
#endif
}

// expect: socketio: the contract declares no acknowledgement for this event; its handler
// expect: socketio: the contract declares an acknowledgement for this event: return it
// expect: socketio: the handler returns something else than the contract declares
// expect: socketio: the returned value is the acknowledgement; a handler that takes an
// expect: socketio: the answer is not of the type that the contract declares
void answers(const typed_nsp& nsp) {
#ifdef OK
  nsp.on<"say">([](message) {});
  nsp.on<"join">([](std::string) { return 1; });
  nsp.on<"join">([](std::string, chat::ack<"join"> ack) { ack(1); });
#else
  nsp.on<"say">([](message) { return 1; });
  nsp.on<"join">([](std::string) {});
  nsp.on<"join">([](std::string) { return "one"; });
  nsp.on<"join">([](std::string, chat::ack<"join">) { return 1; });
  nsp.on<"join">([](std::string, chat::ack<"join"> ack) { ack(true); });
#endif
}

// expect: socketio: the contract declares another number of arguments for this event
// expect: socketio: an argument of this emit has not the type that the contract declares
// expect: socketio: clients acknowledge this event: end with a callback
// expect: socketio: the callback takes something else than the contract declares
// expect: socketio: the callback for an acknowledgement takes (std::error_code, T)
// expect: socketio: the contract declares no acknowledgement for this event.
void emits(chat::socket socket) {
  const auto answered = [](std::error_code, bool) {};
#ifdef OK
  socket.emit<"said">(message{});
  socket.emit<"sure?">("really", answered);
  std::ignore = socket.emit_with_ack<"sure?">("really");
#else
  socket.emit<"said">();
  socket.emit<"said">("text");
  socket.emit<"sure?">("really");
  socket.emit<"sure?">("really", [](std::error_code, std::string) {});
  socket.emit<"sure?">("really", [](std::error_code) {});
  socket.emit<"said">(message{}, answered);
  socket.emit_with_ack<"said">(message{});
#endif
}

// expect: socketio: on_connection of a contract takes a function of (contract::socket)
// expect: socketio: a disconnect callback of a contract takes (contract::socket
void comings_and_goings(const typed_nsp& nsp) {
#ifdef OK
  nsp.on_connection([](chat::socket) {});
  nsp.on_disconnect([](chat::socket, io::reason) {});
#else
  nsp.on_connection([](io::socket&) {});
  nsp.on_disconnect([](io::reason) {});
#endif
}

// expect: socketio: two events from the client have the same name
// expect: socketio: two events from the server have the same name
// expect: socketio: an event from the client has an argument that cannot be read
// expect: socketio: an event from the server has an argument that cannot be written
// expect: socketio: the name of this event is reserved by the protocol
// expect: socketio: declare the arguments of an event as values
// expect: socketio: name all arguments of an event, or none
// expect: socketio: an event is declared with a function type
void declarations() {
#ifdef OK
  std::ignore = io::client_to_server<io::event<"a", void()>, io::event<"b", void()>>{};
  std::ignore = io::server_to_client<io::event<"disconnected", void(int)>>{};
#else
  io::client_to_server<io::event<"a", void()>, io::event<"a", void()>>{};
  io::server_to_client<io::event<"a", void()>, io::event<"a", void()>>{};
  io::client_to_server<io::event<"b", void(const char*)>>{};
  io::server_to_client<io::event<"c", void(char)>>{};
  io::server_to_client<io::event<"disconnect", void(int)>>{};
  io::server_to_client<io::event<"d", void(const int&)>>{};
  io::server_to_client<io::event<"e", void(int, int), "first">>{};
  io::server_to_client<io::event<"f", int>>{};
#endif
}

// expect: socketio: the io::convert of this type does not say what it is in TypeScript
std::string print() {
#ifdef OK
  using argument = message;
#else
  using argument = money;
#endif
  return io::typescript<io::contract<io::client_to_server<>,
                                     io::server_to_client<io::event<"pay", void(argument)>>>>();
}
