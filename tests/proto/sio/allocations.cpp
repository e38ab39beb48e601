// How much heap memory the codecs ask for. Frames come from malloc rather than from operator new,
// so malloc itself is counted: where the C library lets a program replace it, and no sanitizer has.
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "socketio/proto/sio/decoder.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "support/catch.hpp"

#if defined(__has_feature)
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !HAS_FEATURE(address_sanitizer) && !HAS_FEATURE(thread_sanitizer) &&                     \
    !HAS_FEATURE(memory_sanitizer)

namespace {

thread_local std::size_t allocations = 0;

}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_realloc(void* block, std::size_t size);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}

void* realloc(void* block, std::size_t size) {
  ++allocations;
  return __libc_realloc(block, size);
}
}

namespace sio = socketio::sio;
using socketio::bytes;
using status = sio::decoder::status;

namespace {

/// The number of allocations that something takes.
template <class Work>
std::size_t count(Work work) {
  const std::size_t before = allocations;
  work();
  return allocations - before;
}

}  // namespace

TEST_CASE("a text event is encoded with one allocation", "[sio]") {
  std::string any;
  REQUIRE(count([&] { any.assign(100, 'a'); }) == 1);  // it does count

  std::string text(40, 'a'), long_text(100'000, 'a');
  sio::encoded out;
  CHECK(count([&] { out = sio::encode_event("/", {}, "echo", text); }) == 1);
  CHECK(count([&] { out = sio::encode_event("/chat", 17, "name", "literal", 1, 2.5, true); }) == 1);
  CHECK(count([&] { out = sio::encode_event("/", {}, "long", long_text, long_text); }) == 1);
  CHECK(count([&] { out = sio::encode_event("/", {}, "none", std::vector<bytes>{}); }) == 1);
  CHECK(count([&] { out = sio::encode_ack("/", 1, text); }) == 1);
  socketio::frame f;
  CHECK(count([&] { f = sio::encode_connect("/chat", "oSO0OpakMV_3jnilAAAA"); }) == 1);
  CHECK(count([&] { f = sio::encode_connect_error("/nope", "Invalid namespace"); }) == 1);
  CHECK(count([&] { f = sio::encode_disconnect("/chat"); }) == 1);
}

TEST_CASE("each attachment is one more allocation, and their list another", "[sio]") {
  const bytes data(1000);
  sio::encoded out;
  CHECK(count([&] { out = sio::encode_event("/", {}, "picture", data); }) == 3);
}

TEST_CASE("a text event is decoded without an allocation", "[sio]") {
  socketio::tape tape;
  sio::decoder decoder;
  std::string first = R"(2["warm",["up"]])", text = R"(2["echo","hello",{"a":[1,2.5]}])";
  REQUIRE(decoder.text(first.data(), first.size(), tape) == status::packet);
  status s{};
  CHECK(count([&] { s = decoder.text(text.data(), text.size(), tape); }) == 0);
  CHECK(s == status::packet);
}

TEST_CASE("a packet with one attachment is held in two allocations", "[sio]") {
  socketio::tape tape;
  sio::decoder decoder;
  const bytes data(1000);
  status s{};
  std::size_t taken = 0;
  for (int i = 0; i < 2; ++i) {  // the first time the tape gets its memory as well
    std::string text = R"(51-["x",{"_placeholder":true,"num":0}])";
    taken = count([&] {
      s = decoder.text(text.data(), text.size(), tape);
      s = decoder.binary(data, tape);
    });
    CHECK(s == status::packet);
  }
  CHECK(taken == 2);
}

#endif
