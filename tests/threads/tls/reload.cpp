// TLS on several loops: connections that move between them, while the certificate is loaded anew.
#include <array>
#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "socketio/net/shards.hpp"
#include "socketio/server.hpp"
#include "socketio/transport/tls.hpp"
#include "support/catch.hpp"
#include "threads/loops.hpp"
#include "transport/tls/client.hpp"

using namespace socketio::test;

namespace {

/// A connection that waits for what it wants.
class blocking_client {
 public:
  explicit blocking_client(std::uint16_t port)
      : context_{SSL_CTX_new(TLS_client_method())}, bio_{BIO_new_ssl_connect(context_.get())} {
    BIO_set_conn_hostname(bio_.get(), ("127.0.0.1:" + std::to_string(port)).c_str());
    if (BIO_do_connect(bio_.get()) != 1) throw std::runtime_error{"no TLS connection"};
  }

  /// The body of the answer.
  std::string ask(const std::string& request) {
    BIO_write(bio_.get(), request.data(), static_cast<int>(request.size()));
    std::string text;
    std::array<char, 4096> piece;
    while (true) {
      const auto head = text.find("\r\n\r\n");
      const auto length = text.find("ontent-") == text.npos ? text.npos : text.find("ength: ");
      if (head != text.npos && length < head) {
        const auto size = static_cast<std::size_t>(std::stoul(text.substr(length + 7)));
        if (text.size() >= head + 4 + size) return text.substr(head + 4, size);
      }
      const int n = BIO_read(bio_.get(), piece.data(), static_cast<int>(piece.size()));
      if (n <= 0) throw std::runtime_error{"the connection has ended: " + text};
      text.append(piece.data(), static_cast<std::size_t>(n));
    }
  }

 private:
  owned<SSL_CTX> context_;
  struct free_all {
    void operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
  };
  std::unique_ptr<BIO, free_all> bio_;
};

std::string post(const std::string& path, std::string_view body) {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string{body};
}
std::string fetch(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

}  // namespace

TEST_CASE("R170 reload while connections come, and move to the loops of their sessions",
          "[threads][tls]") {
  constexpr int clients = 3;
  constexpr int rounds = 20;
  socketio::tls_context context{test_options()};
  socketio::shards shards{3u};
  socketio::server<socketio::tls> server{shards};
  server.on("echo", [](socketio::socket& s, std::string text) { s.emit("echo", text); });
  const std::uint16_t port = server.listen({"127.0.0.1", 0, context});
  std::thread loops{[&] { shards.run(); }};

  std::atomic<int> good{0};
  crew talking{clients, [&](int) {
                 for (int i = 0; i < rounds; ++i) {
                   // Both connections are on some loop; the session is on that of the first.
                   blocking_client first{port};
                   blocking_client second{port};
                   const std::string base = "/socket.io/?EIO=4&transport=polling";
                   const std::string opened = first.ask(fetch(base));
                   const auto at = opened.find("\"sid\":\"") + 7;
                   const std::string path =
                       base + "&sid=" + opened.substr(at, opened.find('"', at) - at);
                   if (second.ask(post(path, "40")) != "ok") continue;
                   first.ask(fetch(path));
                   const std::string text(20'000, 'x');
                   if (second.ask(post(path, "42[\"echo\",\"" + text + "\"]")) != "ok") continue;
                   if (second.ask(fetch(path)) == "42[\"echo\",\"" + text + "\"]") ++good;
                 }
               }};
  crew reloading{1, [&](int) {
                   for (int i = 0; i < rounds; ++i) {
                     context.reload();
                     std::this_thread::yield();
                   }
                 }};
  reloading.join();
  talking.join();
  CHECK(good == clients * rounds);
  server.close();
  loops.join();
}
