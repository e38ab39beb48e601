#include "socketio/proto/eio/payload.hpp"

#include <memory>
#include <string>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "support/catch.hpp"

namespace eio = socketio::eio;
using socketio::frame;
using status = eio::payload_reader::status;

namespace {

/// The body in a block of its own, with the one writable byte behind it that the reader is
/// promised.
struct body {
  explicit body(std::string_view text) : data{new char[text.size() + 1]}, size{text.size()} {
    text.copy(data.get(), size);
  }
  eio::payload_reader reader() { return {data.get(), size}; }

  std::unique_ptr<char[]> data;
  std::size_t size;
};

/// What a payload consists of, as text: `b:` before a binary packet, `!` for an error.
std::vector<std::string> read(std::string_view text) {
  body b{text};
  auto reader = b.reader();
  std::vector<std::string> packets;
  for (eio::packet p;;) {
    const status s = reader.next(p);
    if (s == status::packet) {
      packets.push_back(p.binary ? "b:" : std::string{eio::to_char(p.type)});
      packets.back() += p.text();
      p.data[p.size] = '\0';  // as a parser would: this byte must not belong to the next packet
    } else {
      if (s == status::error) packets.push_back("!");
      CHECK(reader.next(p) == s);
      return packets;
    }
  }
}

using list = std::vector<std::string>;

frame make_frame(frame::kind kind, std::string_view packet) {
  socketio::frame_builder builder;
  builder.append(packet);
  return builder.seal(kind, "");
}

std::string written(const std::vector<frame>& frames) {
  std::string text;
  eio::write_payload(text, frames);
  CHECK(text.size() == eio::payload_size(frames));
  return text;
}

}  // namespace

// Engine.IO protocol v4, "HTTP long-polling" (the example of the document first).
TEST_CASE("F139 F140 a payload is split at U+001E, binary packets are base64", "[eio]") {
  CHECK(read("4hello\x1e"
             "2\x1e"
             "4world") == list{"4hello", "2", "4world"});
  CHECK(read("4hello\x1e"
             "bAQIDBA==") == list{"4hello", "b:\x01\x02\x03\x04"});
  CHECK(read("4€\x1e"
             "4utf8 — текст") == list{"4€", "4utf8 — текст"});
  CHECK(read("1") == list{"1"});
  CHECK(read("bAA==\x1e"
             "bAAA=\x1e"
             "bAAAA") == list{"b:" + std::string(1, '\0'), "b:" + std::string(2, '\0'),
                              "b:" + std::string(3, '\0')});
}

TEST_CASE("F142 R80 packets before a wrong one are delivered, nothing after it", "[eio]") {
  CHECK(read("") == list{"!"});
  CHECK(read("x") == list{"!"});
  CHECK(read("7") == list{"!"});
  CHECK(read("4a\x1e"
             "x\x1e"
             "4b") == list{"4a", "!"});
  CHECK(read("abc\x1e"
             "4b") == list{"!"});
}

TEST_CASE("R76 an empty packet anywhere is an error", "[eio]") {
  CHECK(read("\x1e") == list{"!"});
  CHECK(read("\x1e"
             "4a") == list{"!"});
  CHECK(read("4a\x1e") == list{"4a", "!"});
  CHECK(read("4a\x1e\x1e"
             "4b") == list{"4a", "!"});
  CHECK(read(std::string(999'999, '\x1e')) == list{"!"});
}

TEST_CASE("R77 a caller stops after a slice of packets and goes on later", "[eio]") {
  std::string text = "3";
  for (int i = 1; i < 1000; ++i)
    text +=
        "\x1e"
        "3";
  body b{text};
  auto reader = b.reader();
  eio::packet p;
  std::size_t packets = 0;
  for (int slice = 0; slice < 4; ++slice) {
    auto moved = reader;  // it is a value: it waits wherever its owner keeps it
    for (int i = 0; i < 256 && moved.next(p) == status::packet; ++i) {
      CHECK(p.type == eio::packet_type::pong);
      ++packets;
    }
    reader = moved;
  }
  CHECK(packets == 1000);
  CHECK(reader.next(p) == status::end);
}

TEST_CASE("R79 wrong base64 is an error", "[eio]") {
  CHECK(read("b!!!") == list{"!"});
  CHECK(read("bA") == list{"!"});
  CHECK(read("bAQIDBA=") == list{"!"});
  CHECK(read("bAQIDBA") == list{"!"});
  CHECK(read("bAQ_-") == list{"!"});
  CHECK(read("4a\x1e"
             "bAQ ID\x1e"
             "4b") == list{"4a", "!"});
}

// A client that emits an empty Uint8Array over long-polling sends exactly this.
TEST_CASE("R79 a lone b is an empty binary packet", "[eio]") {
  CHECK(read("b") == list{"b:"});
  CHECK(read("451-[\"x\",{\"_placeholder\":true,\"num\":0}]\x1e"
             "b\x1e"
             "3") == list{R"(451-["x",{"_placeholder":true,"num":0}])", "b:", "3"});
}

TEST_CASE("R79 700 kB of base64 is decoded in place", "[eio]") {
  std::string bytes;
  for (int i = 0; i < 525'000; ++i) bytes.push_back(static_cast<char>(i * 7));
  std::string text = "b";
  socketio::base64_append(text, bytes);
  body b{text};
  auto reader = b.reader();
  eio::packet p;
  REQUIRE(reader.next(p) == status::packet);
  CHECK((p.text() == bytes));
  CHECK(p.data == b.data.get() + 1);
  CHECK(reader.next(p) == status::end);
}

// RFC 3629: each text packet is checked where it is split off, binary ones are ASCII by nature.
TEST_CASE("a text packet that is not UTF-8 is an error", "[eio]") {
  CHECK(read("4\xff") == list{"!"});
  CHECK(read("4a\x1e"
             "4\xc3") == list{"4a", "!"});
  CHECK(read("4\xc3\x1e"
             "4\xa4") == list{"!"});
  CHECK(read("4\xed\xa0\x80") == list{"!"});
  CHECK(read("\xe2\x82\xac") == list{"!"});
  CHECK(read("4\xf0\x9f\x98\x80\x1e"
             "bAAAA") == list{"4\xf0\x9f\x98\x80", "b:" + std::string(3, '\0')});
}

TEST_CASE("a reader of nothing is at its end", "[eio]") {
  eio::payload_reader reader;
  eio::packet p;
  CHECK(reader.next(p) == status::end);
}

TEST_CASE("F139 F140 frames are joined to a payload of exactly the announced size", "[eio]") {
  CHECK(written({}).empty());
  CHECK(written({make_frame(frame::kind::text, "6")}) == "6");
  CHECK(written({make_frame(frame::kind::text, "4hello"), make_frame(frame::kind::text, "2")}) ==
        "4hello\x1e"
        "2");
  CHECK(written({make_frame(frame::kind::text, "4hello"),
                 make_frame(frame::kind::binary, "\x01\x02\x03\x04"),
                 make_frame(frame::kind::binary, ""), make_frame(frame::kind::text, "3")}) ==
        "4hello\x1e"
        "bAQIDBA==\x1e"
        "b\x1e"
        "3");
}

TEST_CASE("what is written is what is read, at every length of base64", "[eio]") {
  std::vector<frame> frames;
  list expected;
  std::string bytes;
  for (int size = 0; size < 200; ++size) {
    frames.push_back(make_frame(frame::kind::binary, bytes));
    expected.push_back("b:" + bytes);
    frames.push_back(make_frame(frame::kind::text, "4" + std::to_string(size)));
    expected.push_back("4" + std::to_string(size));
    bytes.push_back(static_cast<char>(size * 11 + 0x1e));
  }
  CHECK((read(written(frames)) == expected));
}
