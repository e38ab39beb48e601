// The floor: what the kernel asks of any server. One thread, plain epoll, and the fewest system
// calls that sockets allow: one recv and one send per readable connection, and one send per room
// member for all broadcasts of a loop turn. It parses no JSON and checks next to nothing: it is a
// yardstick, not a server.
//
//     bench_floor [PORT]

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol.hpp"

namespace floor_server {
namespace {

struct session {  // over long-polling
  std::string queued;
  int held_get = -1;
};

struct connection {
  enum class state : std::uint8_t { free, http, websocket };

  state now = state::free;
  bool writing = false;
  int room_index = -1;
  session* holder = nullptr;            // whose GET waits here
  std::unique_ptr<std::string> unread;  // incomplete input
  std::unique_ptr<std::string> unsent;  // what the socket did not take
};

class server {
 public:
  explicit server(std::uint16_t port);
  void run();

 private:
  connection& at(int fd) { return connections_[static_cast<std::size_t>(fd)]; }

  void accept_all();
  void drop(int fd);
  void watch(int fd, bool writing);
  void send(int fd, std::string_view bytes);
  void flush(int fd);
  void read(int fd);
  std::size_t read_http(int fd, char* data, std::size_t size);
  std::size_t read_websocket(int fd, char* data, std::size_t size);
  std::size_t request(int fd, std::string_view input);
  void poll(int fd, std::string_view head, std::string_view body);
  void ping();

  template <class Send>
  void packet(int fd, std::string_view text, Send&& reply) {
    answer(
        text, reply, [this, fd] { join(fd); },
        [this](std::string_view t) { append_frame(room_out_, text_frame, t); });
  }

  void join(int fd) {
    if (at(fd).room_index >= 0) return;
    at(fd).room_index = static_cast<int>(room_.size());
    room_.push_back(fd);
  }

  int epoll_, listener_;
  std::vector<connection> connections_;  // by descriptor
  std::vector<int> room_;
  std::unordered_map<std::string, session> sessions_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{1} << 18);
  std::string out_;       // replies of one read
  std::string room_out_;  // broadcasts of one loop turn
};

void set(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

server::server(std::uint16_t port)
    : epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      listener_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
  set(listener_, SOL_SOCKET, SO_REUSEADDR);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 4096) != 0) {
    std::perror("listen");
    std::exit(1);
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = listener_;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
}

void server::accept_all() {
  for (int i = 0; i < 256; ++i) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    set(fd, IPPROTO_TCP, TCP_NODELAY);
    const auto index = static_cast<std::size_t>(fd);
    if (connections_.size() <= index) connections_.resize(index + 1);
    connections_[index].now = connection::state::http;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }
}

void server::drop(int fd) {
  connection& c = at(fd);
  if (c.now == connection::state::free) return;
  if (c.room_index >= 0) {
    const int last = room_.back();
    room_[static_cast<std::size_t>(c.room_index)] = last;
    at(last).room_index = c.room_index;
    room_.pop_back();
  }
  if (c.holder) c.holder->held_get = -1;
  c = connection{};
  ::close(fd);
}

void server::watch(int fd, bool writing) {
  if (at(fd).writing == writing) return;
  at(fd).writing = writing;
  epoll_event event{};
  event.events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void server::send(int fd, std::string_view bytes) {
  connection& c = at(fd);
  if (c.now == connection::state::free) return;
  if (!c.unsent) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) return;
    if (sent < 0 && errno != EAGAIN) return drop(fd);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    c.unsent = std::make_unique<std::string>();
    watch(fd, true);
  }
  c.unsent->append(bytes);
}

void server::flush(int fd) {
  const std::unique_ptr<std::string> bytes = std::move(at(fd).unsent);
  watch(fd, false);
  if (bytes) send(fd, *bytes);
}

std::size_t server::read_websocket(int fd, char* data, std::size_t size) {
  const auto reply = [this](unsigned char opcode, std::string_view text) {
    append_frame(out_, opcode, text);
  };
  const std::size_t used = read_frames(
      data, size, [&](std::string_view text) { packet(fd, text, reply); },
      [&](std::string_view bytes) { reply(binary_frame, bytes); });
  if (used == refused) drop(fd);
  return used;
}

// The size of the request at the front; 0 when it is not complete.
std::size_t server::request(int fd, std::string_view input) {
  const std::size_t end = input.find("\r\n\r\n");
  if (end == input.npos) return 0;
  const std::string_view head = input.substr(0, end + 2);
  if (head.substr(0, head.find("\r\n")).find("transport=websocket") != head.npos) {
    append_upgrade(out_, head);
    at(fd).now = connection::state::websocket;
    return end + 4;
  }
  std::size_t length = 0;
  if (head[0] == 'P') {
    const std::string_view text = header(head, "content-length:");
    std::from_chars(text.data(), text.data() + text.size(), length);
  }
  if (input.size() < end + 4 + length) return 0;
  poll(fd, head, input.substr(end + 4, length));
  return end + 4 + length;
}

std::size_t server::read_http(int fd, char* data, std::size_t size) {
  std::size_t used = 0;
  while (used < size && at(fd).now == connection::state::http) {
    const std::size_t one = request(fd, {data + used, size - used});
    if (one == 0) break;
    used += one;
  }
  return used;
}

void server::poll(int fd, std::string_view head, std::string_view body) {
  const std::string_view target = head.substr(0, head.find("\r\n"));
  const std::size_t key = target.find("&sid=");
  if (key == target.npos) {
    const std::string sid = new_sid();
    sessions_.try_emplace(sid);
    return append_response(out_, open_packet(sid, true));
  }
  const std::string_view rest = target.substr(key + 5);
  const auto found = sessions_.find(std::string{rest.substr(0, rest.find_first_of(" &"))});
  if (found == sessions_.end()) return drop(fd);
  session& s = found->second;
  if (head[0] == 'P') {
    while (!body.empty()) {
      const std::size_t end = body.find('\x1e');
      packet(fd, body.substr(0, end), [&s](unsigned char, std::string_view text) {
        if (!s.queued.empty()) s.queued += '\x1e';
        s.queued += text;
      });
      body.remove_prefix(end == body.npos ? body.size() : end + 1);
    }
    append_response(out_, "ok");
  } else {
    s.held_get = fd;
    at(fd).holder = &s;
  }
  if (s.held_get < 0 || s.queued.empty()) return;
  const int get = std::exchange(s.held_get, -1);
  at(get).holder = nullptr;
  if (get == fd) {
    append_response(out_, s.queued);
  } else {
    std::string response;
    append_response(response, s.queued);
    send(get, response);
  }
  s.queued.clear();
}

void server::read(int fd) {
  std::size_t before = 0;
  if (const auto unread = std::move(at(fd).unread)) {
    before = unread->copy(buffer_.data(), unread->size());
  }
  const ssize_t got = ::recv(fd, buffer_.data() + before, buffer_.size() - before, 0);
  if (got <= 0) return drop(fd);
  const std::size_t size = before + static_cast<std::size_t>(got);
  std::size_t used = 0;
  out_.clear();
  if (at(fd).now == connection::state::http) used = read_http(fd, buffer_.data(), size);
  if (at(fd).now == connection::state::websocket) {
    used += read_websocket(fd, buffer_.data() + used, size - used);
  }
  if (at(fd).now == connection::state::free) return;
  if (used < size) at(fd).unread = std::make_unique<std::string>(&buffer_[used], size - used);
  if (!out_.empty()) send(fd, out_);
}

void server::ping() {
  std::string frame;
  append_frame(frame, text_frame, "2");
  for (std::size_t fd = 0; fd < connections_.size(); ++fd) {
    if (connections_[fd].now == connection::state::websocket) send(static_cast<int>(fd), frame);
  }
}

void server::run() {
  using namespace std::chrono;
  constexpr milliseconds ping_interval{25000};
  std::vector<epoll_event> events(1024);
  auto next_ping = steady_clock::now() + ping_interval;
  for (;;) {
    const auto left = ceil<milliseconds>(next_ping - steady_clock::now()).count();
    if (left <= 0) {
      ping();
      next_ping += ping_interval;
      continue;
    }
    const int count = ::epoll_wait(epoll_, events.data(), 1024, static_cast<int>(left));
    for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(count, 0)); ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener_) {
        accept_all();
        continue;
      }
      const auto gone = [&] { return at(fd).now == connection::state::free; };
      if (!gone() && (events[i].events & EPOLLOUT) != 0) flush(fd);
      if (!gone() && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(fd);
    }
    if (room_out_.empty()) continue;
    for (std::size_t i = room_.size(); i-- > 0;) send(room_[i], room_out_);
    room_out_.clear();
  }
}

}  // namespace
}  // namespace floor_server

int main(int argc, char** argv) {
  std::uint16_t port = 3000;
  if (argc > 1) {
    const std::string_view text = argv[1];
    std::from_chars(text.data(), text.data() + text.size(), port);
  }
  std::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  floor_server::server{port}.run();
}
