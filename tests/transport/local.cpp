#include "socketio/transport/local.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/datagram_protocol.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "socketio.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using asio::local::stream_protocol;
using socketio::test::temporary_folder;

std::error_code listen(io::local::listener& l, const io::local::endpoint& where) {
  std::error_code ec;
  l.listen(where, ec);
  return ec;
}

/// Whether somebody listens there.
bool answers(const std::string& path) {
  asio::io_context loop;
  std::error_code ec;
  stream_protocol::socket s{loop};
  s.connect(path, ec);
  return !ec;
}

/// What a server leaves behind that has been killed.
void leave_stale_file(const std::string& path) {
  asio::io_context loop;
  const stream_protocol::acceptor dead{loop, path};
}

/// A server over a socket in a folder of its own, and blocking clients on another thread.
struct served {
  explicit served(io::options o = {}) : server{loop, o} { server.listen(path); }

  /// Runs the loop while `work` is done.
  template <class Work>
  void during(Work work) {
    std::thread client{[&] {
      work();
      server.close(0ms);
    }};
    loop.run();
    client.join();
  }

  stream_protocol::socket connect() {
    stream_protocol::socket s{clients};
    s.connect(path);
    return s;
  }

  static std::string exchange(stream_protocol::socket& s, std::string_view text) {
    asio::write(s, asio::buffer(text));
    std::string answer;
    std::error_code ec;
    asio::read(s, asio::dynamic_buffer(answer), ec);
    return answer;
  }

  const temporary_folder folder;
  const std::string path = folder / "socket";
  asio::io_context loop, clients;
  io::server<io::local> server;
};

constexpr std::string_view whoami =
    "GET /whoami HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.7\r\n"
    "Connection: close\r\n\r\n";

/// What the server takes the sender of that request for.
std::string sender(io::proxy_options proxies, std::string_view first = {}) {
  io::options o;
  o.proxies = std::move(proxies);
  served s{o};
  s.server.http().exact("/whoami", [](const io::http::request& r) {
    io::http::response answer;
    answer.body = r.address;
    return answer;
  });
  std::string answer;
  s.during([&] {
    auto client = s.connect();
    answer = served::exchange(client, std::string{first} + std::string{whoami});
  });
  return answer.empty() ? "(nothing)" : answer.substr(answer.find("\r\n\r\n") + 4);
}

}  // namespace

TEST_CASE("the file has its mode, whatever the umask, and goes when nobody listens", "[local]") {
  const temporary_folder folder;
  const std::string path = folder / "socket";
  const auto mask = ::umask(GENERATE(::mode_t{0}, ::mode_t{0077}));
  asio::io_context loop;
  {
    io::local::listener l{loop};
    REQUIRE_FALSE(listen(l, path));
    CHECK(fs::status(path).type() == fs::file_type::socket);
    CHECK(fs::status(path).permissions() == fs::perms{0660});
    REQUIRE_FALSE(listen(l, {path, io::file_mode{0600}}));
    CHECK(fs::status(path).permissions() == fs::perms{0600});
    CHECK(answers(path));
    l.close();
    CHECK_FALSE(fs::exists(path));
    REQUIRE_FALSE(listen(l, path));
  }
  CHECK_FALSE(fs::exists(path));
  ::umask(mask);
}

TEST_CASE("the file of a dead server is taken over", "[local]") {
  const temporary_folder folder;
  const std::string path = folder / "socket";
  leave_stale_file(path);
  REQUIRE(fs::exists(path));
  asio::io_context loop;
  io::local::listener l{loop};
  CHECK_FALSE(listen(l, path));
  CHECK(answers(path));
}

TEST_CASE("a socket that somebody listens on stays", "[local]") {
  const temporary_folder folder;
  const std::string path = folder / "socket";
  asio::io_context loop;
  stream_protocol::acceptor other{loop};
  other.open();
  other.bind(path);
  other.listen(GENERATE(0, 10));
  REQUIRE(answers(path));  // this one waits now, and a queue for none is full
  io::local::listener l{loop};
  CHECK(listen(l, path) == asio::error::address_in_use);
  l.close();
  CHECK(fs::exists(path));
  other.accept();
  CHECK(answers(path));
}

TEST_CASE("what is no stream socket is never removed", "[local]") {
  const temporary_folder folder;
  const std::string path = folder / "socket";
  asio::io_context loop;
  asio::local::datagram_protocol::socket datagrams{loop};
  SECTION("a file") { std::ofstream{path} << "precious"; }
  SECTION("a folder") { fs::create_directory(path); }
  SECTION("a link to nowhere") { fs::create_symlink(folder / "nowhere", path); }
  SECTION("a link to a dead socket") {
    leave_stale_file(folder / "dead");
    fs::create_symlink(folder / "dead", path);
  }
  SECTION("a pipe") { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }
  SECTION("a socket of another type, in use") {
    datagrams.open();
    datagrams.bind(path);
  }
  io::local::listener l{loop};
  CHECK(listen(l, path) == asio::error::address_in_use);
  l.close();
  CHECK(fs::symlink_status(path).type() != fs::file_type::not_found);
}

TEST_CASE("a link that has taken the place of the socket is not followed", "[local]") {
  const temporary_folder folder;
  const std::string victim = folder / "victim", path = folder / "socket";
  std::ofstream{victim} << "text";
  fs::permissions(victim, fs::perms{0600});
  fs::create_symlink(victim, path);
  socketio::detail::socket_file file;
  std::error_code ec;
  file.claim({path}, ec);
  CHECK(ec == asio::error::address_in_use);
  file.remove();
  CHECK(fs::is_symlink(path));
  CHECK(fs::status(victim).permissions() == fs::perms{0600});
}

TEST_CASE("only the file that is its own goes with a listener", "[local]") {
  const temporary_folder folder;
  const std::string path = folder / "socket";
  asio::io_context loop;
  io::local::listener first{loop}, second{loop};
  REQUIRE_FALSE(listen(first, path));
  fs::remove(path);
  SECTION("another server's") {
    REQUIRE_FALSE(listen(second, path));
    first.close();
    CHECK(answers(path));
  }
  SECTION("anybody's") {
    std::ofstream{path} << "precious";
    first.close();
    CHECK(fs::exists(path));
  }
  SECTION("none") { first.close(); }
}

TEST_CASE("of servers that start at the same moment, one listens", "[local]") {
  const temporary_folder folder;
  const std::string path = folder / "socket";
  for (int round = 0; round < 30; ++round) {
    leave_stale_file(path);
    std::atomic<int> listening{0}, refused{0}, done{0};
    std::vector<std::thread> servers;
    for (int i = 0; i < 4; ++i) {
      servers.emplace_back([&] {
        asio::io_context loop;
        io::local::listener l{loop};
        const auto ec = listen(l, path);
        if (!ec) ++listening;
        if (ec == asio::error::address_in_use) ++refused;
        ++done;
        while (done < 4) std::this_thread::yield();
      });
    }
    for (auto& each : servers) each.join();
    REQUIRE(listening == 1);
    REQUIRE(refused == 3);
  }
}

TEST_CASE("paths that cannot be", "[local]") {
  const temporary_folder folder;
  asio::io_context loop;
  io::local::listener l{loop};
  CHECK(listen(l, "") == asio::error::invalid_argument);
  CHECK(listen(l, std::string{"\0name", 5}) == asio::error::invalid_argument);
  CHECK(listen(l, std::string{"na\0me", 5}) == asio::error::invalid_argument);
  CHECK(listen(l, "@name") == asio::error::invalid_argument);
  CHECK(listen(l, folder / "missing/socket").value() == ENOENT);
  constexpr std::size_t most = sizeof(::sockaddr_un::sun_path) - 1;
  const std::string base = folder / "";
  CHECK(listen(l, base + std::string(most + 1 - base.size(), 'x')) == std::errc::filename_too_long);
  CHECK_FALSE(listen(l, base + std::string(most - base.size(), 'x')));
}

TEST_CASE("a server that cannot listen says where", "[local]") {
  asio::io_context loop;
  io::server<io::local> server{loop};
  CHECK_THROWS_WITH(server.listen("/nowhere/at/all"),
                    Catch::Matchers::StartsWith("listen on unix:/nowhere/at/all: "));
}

TEST_CASE("a connection that the host has accepted is served", "[local]") {
  asio::io_context loop;
  io::server<io::local> server{loop};
  io::local::socket ours{loop};
  stream_protocol::socket peer{loop};
  asio::local::connect_pair(ours, peer);
  server.accept(io::local::stream{std::move(ours)}, "GET / HTTP/1.1\r\n");
  asio::write(peer, asio::buffer(std::string_view{"Host: a\r\nConnection: close\r\n\r\n"}));
  loop.run_for(20ms);
  std::string answer;
  std::error_code ec;
  asio::read(peer, asio::dynamic_buffer(answer), ec);
  CHECK(answer.starts_with("HTTP/1.1 404 "));
}

TEST_CASE("a proxy at a Unix domain socket is believed if it is named", "[local]") {
  CHECK(sender({}) == "unix:");
  CHECK(sender({.trusted = {"127.0.0.1", "0.0.0.0/0", "::/0"}}) == "unix:");
  CHECK(sender({.trusted = {"unix:"}}) == "203.0.113.7");
  const char* const header = "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n";
  CHECK(sender({.proxy_protocol = {"unix:"}}, header) == "192.0.2.1");
  CHECK(sender({.trusted = {"unix:"}, .proxy_protocol = {"unix:"}}, header) == "192.0.2.1");
  CHECK(sender({.proxy_protocol = {"unix:"}}, "PROXY UNKNOWN\r\n") == "unix:");
  CHECK(sender({.proxy_protocol = {"unix:"}}) == "(nothing)");  // closed
}

TEST_CASE("a peer may be bound to a name of any length", "[local]") {
  served s;
  bool bound = false;
  std::string answer;
  s.during([&] {
    // Linux takes one byte more than the structure's array holds, and tells of it.
    ::sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string base = s.folder / "";
    std::memset(name.sun_path, 'x', sizeof name.sun_path);
    std::memcpy(name.sun_path, base.data(), base.size());
    stream_protocol::socket peer{s.clients};
    peer.open();
    bound = ::bind(peer.native_handle(), reinterpret_cast<::sockaddr*>(&name), sizeof name) == 0;
    peer.connect(s.path);
    answer = served::exchange(peer,
                              "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n"
                              "Connection: close\r\n\r\n");
  });
  CHECK(bound);
  CHECK(answer.starts_with("HTTP/1.1 200 "));
}

TEST_CASE("descriptors that a peer sends along are not kept", "[local]") {
  const auto open_descriptors = [] {
    return std::distance(fs::directory_iterator{"/proc/self/fd"}, fs::directory_iterator{});
  };
  served s;
  std::ptrdiff_t before = 0, after = -1;
  bool sent = false;
  std::string answer;
  s.during([&] {
    auto peer = s.connect();
    const std::string_view text = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto next_answer = [&] {
      std::string all;
      asio::read_until(peer, asio::dynamic_buffer(all), "Not Found\n");
      return all;
    };
    asio::write(peer, asio::buffer(text));
    answer = next_answer();  // the server has its end now
    before = open_descriptors();
    ::iovec part{const_cast<char*>(text.data()), text.size()};
    alignas(::cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
    ::msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ::cmsghdr* const gift = CMSG_FIRSTHDR(&message);
    gift->cmsg_level = SOL_SOCKET;
    gift->cmsg_type = SCM_RIGHTS;
    gift->cmsg_len = CMSG_LEN(sizeof(int));
    const int descriptor = peer.native_handle();
    std::memcpy(CMSG_DATA(gift), &descriptor, sizeof descriptor);
    sent = ::sendmsg(peer.native_handle(), &message, 0) > 0;
    answer = next_answer();
    after = open_descriptors();
  });
  CHECK(answer.starts_with("HTTP/1.1 404 "));
  CHECK(sent);
  CHECK(after == before);
}

TEST_CASE("a thousand connections come, and go without a word", "[local]") {
  ::rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<::rlim_t>(files.rlim_max, 4096);
  ::setrlimit(RLIMIT_NOFILE, &files);
  io::options options;
  options.ping_interval = 100ms;
  options.ping_timeout = 100ms;
  served s{options};
  std::size_t open = 0;
  int answered = 0;
  s.during([&] {
    std::vector<stream_protocol::socket> peers;
    for (int i = 0; i < 1000; ++i) {
      auto& peer = peers.emplace_back(s.connect());
      asio::write(peer, asio::buffer(std::string_view{
                            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\n"
                            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                            "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"}));
    }
    for (auto& each : peers) {
      std::string status(12, ' ');
      asio::read(each, asio::buffer(status));
      if (status == "HTTP/1.1 101") ++answered;
    }
    peers.clear();
    do {  // until the server knows
      std::promise<std::size_t> count;
      asio::post(s.loop, [&] { count.set_value(s.server.engine().session_count()); });
      open = count.get_future().get();
    } while (open != 0);
  });
  CHECK(answered == 1000);
  CHECK(open == 0);
}
