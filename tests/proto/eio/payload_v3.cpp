#include "socketio/proto/eio/payload_v3.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "socketio/proto/eio/payload.hpp"
#include "support/catch.hpp"

namespace eio = socketio::eio;
using eio::payload_form;
using socketio::frame;
using status = eio::payload_reader::status;
using namespace std::string_literals;

namespace {

using list = std::vector<std::string>;

/// What a payload consists of, as text: `b:` before a binary packet, `!` for an error. It lies in a
/// block of its own, with one byte behind it, and each packet is overwritten as far as a parser may
/// do that.
list read(std::string_view text, payload_form form) {
  const std::unique_ptr<char[]> body{new char[text.size() + 1]};
  text.copy(body.get(), text.size());
  eio::payload_reader reader{body.get(), text.size(), form};
  list packets;
  for (eio::packet p;;) {
    const status s = reader.next(p);
    if (s == status::packet) {
      packets.push_back(p.binary ? "b:" : std::string{eio::to_char(p.type)});
      packets.back() += p.text();
      for (std::size_t i = 0; i <= p.size; ++i) p.data[i] = '#';
    } else {
      if (s == status::error) packets.push_back("!");
      CHECK(reader.next(p) == s);
      return packets;
    }
  }
}

list read_text(std::string_view text) { return read(text, payload_form::counted); }
list read_bytes(std::string_view text) { return read(text, payload_form::octets); }

frame make_frame(frame::kind kind, std::string_view packet) {
  socketio::frame_builder builder;
  builder.append(packet);
  return builder.seal(kind, "");
}

/// One packet of a binary payload, right or wrong.
std::string part(int flag, std::string_view length, std::string_view packet) {
  std::string text(1, static_cast<char>(flag));
  for (const char digit : length) text.push_back(static_cast<char>(digit - '0'));
  return text.append(1, '\xff').append(packet);
}

const frame hello = make_frame(frame::kind::text, "4hello");
const frame euro = make_frame(frame::kind::text, "4€😀");
const frame bytes = make_frame(frame::kind::binary, "\1\2\3\4");

std::string counted(const std::vector<frame>& frames) {
  std::string text;
  eio::write_counted(text, frames);
  return text;
}

std::string octets(const std::vector<frame>& frames) {
  std::string text;
  eio::write_octets(text, frames);
  return text;
}

}  // namespace

// ---- text. Engine.IO protocol v3, "Payload", and its examples.

TEST_CASE("F149 a text payload of revision 3 counts UTF-16 code units", "[eio3]") {
  CHECK(read_text("6:4hello1:26:4world") == list{"4hello", "2", "4world"});
  CHECK(read_text("2:4€") == list{"4€"});
  CHECK(read_text("3:4😀1:3") == list{"4😀", "3"});
  CHECK(read_text("10:4€ — текст1:6") == list{"4€ — текст", "6"});
  CHECK(read_text("6:4a:b:c") == list{"4a:b:c"});
  CHECK(read_text("006:4hello") == list{"4hello"});
}

TEST_CASE("F150 a text payload of revision 3 holds bytes as base64", "[eio3]") {
  CHECK(read_text("10:b4AQIDBA==6:4hello") == list{"b:\1\2\3\4", "4hello"});
  CHECK(read_text("2:b4") == list{"b:"});
  CHECK(read_text("9:bAQIDBA==") == list{"!"});    // revision 4's form
  CHECK(read_text("10:b2AQIDBA==") == list{"!"});  // bytes are messages
  CHECK(read_text("9:b4AQIDBA=") == list{"!"});    // R79
}

TEST_CASE("R78 F156 a wrong text payload of revision 3 is an error", "[eio3]") {
  for (const char* wrong : {"",
                            ":",
                            "1",
                            "6",
                            "1:",
                            "0:",
                            "0:1:2",
                            "-1:2",
                            "+1:2",
                            " 1:2",
                            "1 :2",
                            "0x1:2",
                            "1e0:2",
                            "99999999:4hello",
                            "9999999999999999:4",
                            "7:4hello",
                            "4hello",
                            "x",
                            "1:x",
                            "1:7",
                            "2:1",
                            "\xff:2",
                            "1:\xff",
                            "2:4\xff",
                            "2:4\xed\xa0\x80",
                            "2:4😀"}) {
    CAPTURE(wrong);
    CHECK(read_text(wrong) == list{"!"});
  }
  CHECK(read_text("1:2x") == list{"2", "!"});
  CHECK(read_text("1:21:") == list{"2", "!"});
  CHECK(read_text("6:4hello6:4worl") == list{"4hello", "!"});
  CHECK(read_text("2:4😀1:3") == list{"!"});  // half a surrogate pair
}

TEST_CASE("R78 a length has at most sixteen digits", "[eio3]") {
  CHECK(read_text(std::string(15, '0') + "1:2") == list{"2"});
  CHECK(read_text(std::string(16, '0') + "1:2") == list{"!"});
  CHECK(read_text(std::string(1'000'000, '9')) == list{"!"});
  CHECK(read_text(std::string(300, '1') + ":2") == list{"!"});
  CHECK_FALSE(eio::read_counted_head(std::string(20, '9') + ":").has_value());
  CHECK(eio::read_counted_head("9999999999999999:")->length == 9'999'999'999'999'999);
}

TEST_CASE("F149 F150 what is written as text is what is read, and what clients expect", "[eio3]") {
  CHECK(counted({}).empty());
  CHECK(counted({hello, euro, bytes}) == "6:4hello4:4€😀10:b4AQIDBA==");
  CHECK(read_text(counted({hello, euro, bytes, hello})) ==
        list{"4hello", "4€😀", "b:\1\2\3\4", "4hello"});
}

// ---- bytes

TEST_CASE("F151 F152 a binary payload of revision 3 counts bytes", "[eio3]") {
  CHECK(part(0, "6", "4hello") ==
        "\0\6\xff"
        "4hello"s);
  CHECK(read_bytes(part(0, "6", "4hello")) == list{"4hello"});
  CHECK(read_bytes(part(1, "5", "\4\1\2\3\4")) == list{"b:\1\2\3\4"});
  CHECK(read_bytes(part(0, "4", "4€") + part(1, "1", "\4") + part(0, "1", "2")) ==
        list{"4€", "b:", "2"});
  CHECK(read_bytes(part(1, "10",
                        "\4"
                        "123456789")) == list{"b:123456789"});
  CHECK(read_bytes(part(0, "10", "b4AQIDBA==")) == list{"b:\1\2\3\4"});
  CHECK(read_bytes(part(0, "001", "2")) == list{"2"});
}

TEST_CASE("R78 F156 a wrong binary payload of revision 3 is an error", "[eio3]") {
  const std::string flag_only(1, '\0'), ping = part(0, "1", "2");
  for (const std::string& wrong : std::initializer_list<std::string>{
           "", flag_only, "\1", "\xff", flag_only + "\1", part(0, "0", ""), part(1, "0", ""),
           part(0, "", "2"), part(2, "1", "2"), part('0', "1", "2"), part(0, ":", "4123456789"),
           part(0, "1", ""), part(0, "2", "2"), flag_only + "1\377" + "2", part(0, "1", "x"),
           part(1, "1", "\2"), part(1, "1", "4"), part(0, "2", "4\xff")}) {
    CAPTURE(wrong);
    CHECK(read_bytes(wrong) == list{"!"});
  }
  CHECK(read_bytes(ping + flag_only) == list{"2", "!"});
  CHECK(read_bytes(part(1, std::string(300, '1'), "\4")) == list{"!"});
  CHECK(read_bytes(part(1, std::string(1'000'000, '1'), "")) == list{"!"});
}

TEST_CASE("F151 F152 what is written as bytes is what is read, and what clients expect", "[eio3]") {
  CHECK(octets({}).empty());
  CHECK(octets({hello, bytes}) == part(0, "6", "4hello") + part(1, "5", "\4\1\2\3\4"));
  CHECK(octets({euro}) == part(0, "8", "4€😀"));
  const std::string x(1233, 'x');
  const frame long_one = make_frame(frame::kind::binary, x);
  CHECK(octets({long_one}) == part(1, "1234", "\4" + x));
  CHECK(read_bytes(octets({hello, long_one, euro, bytes})) ==
        list{"4hello", "b:" + x, "4€😀", "b:\1\2\3\4"});
}

TEST_CASE("R77 a caller stops after a slice of packets of revision 3 and goes on later", "[eio3]") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "1:3";
  eio::payload_reader reader{text.data(), text.size(), payload_form::counted};
  eio::packet p;
  std::size_t packets = 0;
  for (int slice = 0; slice < 4; ++slice) {
    auto moved = reader;
    for (int i = 0; i < 256 && moved.next(p) == status::packet; ++i) {
      p.data[p.size] = '\0';
      ++packets;
    }
    reader = moved;
  }
  CHECK(packets == 1000);
  CHECK(reader.next(p) == status::end);
}
