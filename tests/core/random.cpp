#include "socketio/core/random.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include "support/catch.hpp"

#if !defined(_WIN32)
#include <sys/wait.h>
#include <unistd.h>
#endif

TEST_CASE("R63 an id is 20 url-safe characters and never the same", "[random]") {
  std::set<std::string> ids;
  for (int i = 0; i < 10'000; ++i) {
    const std::string id = socketio::random_id();
    REQUIRE(id.size() == 20);
    REQUIRE(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789-_") == std::string::npos);
    ids.insert(id);
  }
  CHECK(ids.size() == 10'000);
}

TEST_CASE("R63 every one of the 120 bits of an id is random", "[random]") {
  // Each character has 64 values; among 4,000 ids a value misses a place with probability
  // 64·20·e^-62.
  std::set<char> seen[20];
  for (int i = 0; i < 4'000; ++i) {
    const std::string id = socketio::random_id();
    for (std::size_t place = 0; place < 20; ++place) seen[place].insert(id[place]);
  }
  for (const auto& values : seen) CHECK(values.size() == 64);
}

TEST_CASE("threads draw different ids", "[random]") {
  std::vector<std::string> mine, theirs;
  std::thread other{[&theirs] {
    for (int i = 0; i < 100; ++i) theirs.push_back(socketio::random_id());
  }};
  for (int i = 0; i < 100; ++i) mine.push_back(socketio::random_id());
  other.join();
  std::set<std::string> all{mine.begin(), mine.end()};
  all.insert(theirs.begin(), theirs.end());
  CHECK(all.size() == 200);
}

#if !defined(_WIN32)
TEST_CASE("a forked child does not repeat its parent's ids", "[random]") {
  (void)socketio::random_id();  // leaves a stock that the child inherits
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string id = socketio::random_id();
    ::_exit(::write(pipe_ends[1], id.data(), id.size()) == 20 ? 0 : 1);
  }
  char theirs[20];
  const auto size = ::read(pipe_ends[0], theirs, sizeof theirs);
  int status = -1;
  ::waitpid(child, &status, 0);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  REQUIRE(size == 20);
  CHECK(std::string(theirs, 20) != socketio::random_id());
}
#endif

TEST_CASE("system_random fills any size", "[random]") {
  for (const std::size_t size : {0u, 1u, 255u, 256u, 257u, 1000u}) {
    std::vector<unsigned char> bytes(size, 0);
    socketio::system_random(bytes);
    if (size >= 255) {
      // 16 zero bytes at the end by chance: 2^-128.
      CHECK(std::any_of(bytes.end() - 16, bytes.end(), [](unsigned char b) { return b != 0; }));
    }
  }
  CHECK(socketio::random_seed() != socketio::random_seed());
}
