// F9: a payload of Engine.IO revision 3, as text or as bytes (the first byte says which). What the
// reader accepts is written again, in both forms, and read to the same packets; what it hands out
// lies in the body, in order, whatever is done to it meanwhile; a failed reader stays failed.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/eio/payload.hpp"
#include "socketio/proto/eio/payload_v3.hpp"

namespace eio = socketio::eio;
using eio::payload_form;
using socketio::frame;
using status = eio::payload_reader::status;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

frame to_frame(const eio::packet& p) {
  socketio::frame_builder builder;
  if (!p.binary) builder.push_back(eio::to_char(p.type));
  builder.append(p.text());
  return builder.seal(p.binary ? frame::kind::binary : frame::kind::text, "");
}

struct result {
  std::vector<frame> frames;
  bool failed = false;
};

result read(std::string_view text, payload_form form) {
  const std::unique_ptr<char[]> body{new char[text.size() + 1]};
  text.copy(body.get(), text.size());
  eio::payload_reader reader{body.get(), text.size(), form};
  result out;
  const char* begin = body.get();
  for (eio::packet p;;) {
    const status s = reader.next(p);
    if (s != status::packet) {
      out.failed = s == status::error;
      require(reader.next(p) == s);
      return out;
    }
    require(p.data > begin && p.data + p.size <= body.get() + text.size());
    require(p.binary ? p.type == eio::packet_type::message : socketio::is_utf8(p.text()));
    out.frames.push_back(to_frame(p));
    std::memset(p.data, 0xff, p.size + 1);  // all that a parser may do
    begin = p.data + p.size;
  }
}

void require_same(const std::vector<frame>& a, const std::vector<frame>& b) {
  require(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    require(a[i].type() == b[i].type());
    require(a[i].packet() == b[i].packet());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const bool counted = data[0] == 't';
  const result first = read(text, counted ? payload_form::counted : payload_form::octets);
  require(first.failed || !first.frames.empty());
  if (first.frames.empty()) return 0;
  std::string as_text, as_bytes;
  eio::write_counted(as_text, first.frames);
  eio::write_octets(as_bytes, first.frames);
  const result again = read(as_text, payload_form::counted);
  require(!again.failed);
  require_same(first.frames, again.frames);
  const result once_more = read(as_bytes, payload_form::octets);
  require(!once_more.failed);
  require_same(first.frames, once_more.frames);
  return 0;
}
