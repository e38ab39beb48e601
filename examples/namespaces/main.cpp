// A namespace for every document: "/doc-7" comes to be when a client asks for it, and goes with its
// last client.
//
//   namespaces [port]
#include <iostream>
#include <string>
#include <string_view>

#include <socketio.hpp>

int main(int count, char** words) {
  asio::io_context loop;
  io::server<io::tcp> server{loop};

  // What is registered here is for each of them.
  auto documents = server.of(io::pattern{"/doc-*"});
  documents.use([](io::socket& socket) -> io::verdict {
    if (socket.handshake().auth()["name"].as_string()) return io::accept;
    return io::refuse("who are you?");
  });
  documents.on("write", [](io::socket& socket, std::string text) {
    socket.broadcast().emit("written", text);
  });
  documents.on("chapter", [](io::socket& socket, std::string name) { socket.join(name); });

  // And this for each as it is made.
  server.on_new_namespace([](const io::nsp& document) {
    std::cout << document.name() << " is opened" << std::endl;
    document.on("title", [name = document.name()] { return "Document " + name.substr(5); });
  });

  documents.on_room_created(
      [](std::string_view chapter) { std::cout << "somebody reads " << chapter << std::endl; });
  documents.on_room_deleted(
      [](std::string_view chapter) { std::cout << "nobody reads " << chapter << std::endl; });

  server.listen("127.0.0.1", count > 1 ? static_cast<std::uint16_t>(std::stoi(words[1])) : 3000);
  std::cout << "listening on " << server.port() << std::endl;
  loop.run();
}
