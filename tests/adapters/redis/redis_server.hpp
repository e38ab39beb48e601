// A real redis-server of a test's own, in a temporary folder, on a free port of the loopback.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "support/temporary_folder.hpp"

namespace socketio::test {

/// Starts with the object, and is killed with it, also when it is frozen.
class redis_server {
 public:
  using arguments = std::vector<std::string>;

  static std::uint16_t free_port() {
    asio::io_context context;
    asio::ip::tcp::acceptor a{context, {asio::ip::address_v4::loopback(), 0}};
    return a.local_endpoint().port();
  }

  /// An argument that becomes a free port.
  static constexpr const char* any_port = "any port";

  /// A Sentinel wants a file, which it writes to.
  explicit redis_server(const arguments& more = {}, const std::string& file = {}) {
    // A port that is free may be another's before this server has it.
    for (int attempt = 1;; ++attempt) {
      port_ = free_port();
      more_ = more;
      for (std::string& each : more_) {
        if (each == any_port) each = std::to_string(free_port());
      }
      if (!file.empty()) std::ofstream{folder_ / "conf"} << file;
      if (!file.empty()) more_.insert(more_.begin(), folder_ / "conf");
      try {
        start();
        return;
      } catch (const std::runtime_error&) {
        if (attempt == 5 || log().find("Address already in use") == std::string::npos) throw;
      }
    }
  }
  redis_server(const redis_server&) = delete;
  ~redis_server() { stop(); }

  std::uint16_t port() const { return port_; }
  std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
  /// The one argument behind `option`.
  const std::string& value(const std::string& option) const {
    return *std::next(std::find(more_.begin(), more_.end(), option));
  }
  std::string socket_path() const { return folder_ / "redis.sock"; }

  void start() {
    arguments all = more_;
    all.insert(all.begin(), "redis-server");
    for (const std::string& each :
         arguments{"--port", std::to_string(port_), "--bind", "127.0.0.1", "--dir", folder_ / "",
                   "--save", "", "--appendonly", "no", "--unixsocket", socket_path(), "--daemonize",
                   "no", "--loglevel", "warning"}) {
      all.push_back(each);
    }
    std::filesystem::remove(folder_ / "log");
    std::vector<char*> argv;
    for (std::string& each : all) argv.push_back(each.data());
    argv.push_back(nullptr);
    child_ = ::fork();
    if (child_ == 0) {
#ifdef __linux__
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // when the test is killed itself
#endif
      const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(log, 1);
      ::dup2(log, 2);
      ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    wait_until_it_listens();
  }

  void stop() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
  }

  void freeze() {
    ::kill(child_, SIGSTOP);
    ::waitpid(child_, nullptr, WUNTRACED);
  }
  void thaw() { ::kill(child_, SIGCONT); }

 private:
  /// Whether it answers; an error will do.
  bool answers() const {
    asio::io_context context;
    asio::local::stream_protocol::socket probe{context};
    std::error_code ec;
    char first = 0;
    probe.connect({socket_path()}, ec);
    if (!ec) asio::write(probe, asio::buffer("PING\r\n", 6), ec);
    if (!ec) asio::read(probe, asio::buffer(&first, 1), ec);
    return first == '+' || first == '-';
  }

  void wait_until_it_listens() {
    using namespace std::chrono_literals;
    for (int i = 0; i < 1000; ++i) {
      if (answers()) return;
      if (::waitpid(child_, nullptr, WNOHANG) == child_) {
        child_ = -1;
        break;
      }
      std::this_thread::sleep_for(10ms);
    }
    stop();
    throw std::runtime_error{"redis-server does not start: " + log()};
  }

  std::string log() const {
    std::ifstream file{folder_ / "log"};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  temporary_folder folder_;
  std::uint16_t port_ = 0;
  arguments more_;
  pid_t child_ = -1;
};

}  // namespace socketio::test
