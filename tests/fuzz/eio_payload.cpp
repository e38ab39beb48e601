// F8: an Engine.IO v4 payload. What the reader accepts is written again and read to the same
// packets; what it hands out lies in the body, in order; a failed reader stays failed.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "socketio/core/frame_builder.hpp"
#include "socketio/core/utf8.hpp"
#include "socketio/proto/eio/payload.hpp"

namespace eio = socketio::eio;
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

result read(std::string_view text) {
  const std::unique_ptr<char[]> body{new char[text.size() + 1]};
  text.copy(body.get(), text.size());
  eio::payload_reader reader{body.get(), text.size()};
  result out;
  const char* begin = body.get();
  for (eio::packet p;;) {
    const status s = reader.next(p);
    if (s != status::packet) {
      out.failed = s == status::error;
      require(reader.next(p) == s);
      return out;
    }
    require(p.data >= begin && p.data + p.size <= body.get() + text.size());
    require(p.binary || socketio::is_utf8(p.text()));
    out.frames.push_back(to_frame(p));
    p.data[p.size] = '\0';  // the sentinel that the JSON reader writes
    begin = p.data + p.size;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const result first = read(text);
  std::string written;
  eio::write_payload(written, first.frames);
  require(written.size() == eio::payload_size(first.frames));
  if (!first.failed)
    require(written == text);  // the form is unique: strict base64, no empty packet
  if (first.frames.empty()) return 0;
  const result second = read(written);
  require(!second.failed && second.frames.size() == first.frames.size());
  for (std::size_t i = 0; i < first.frames.size(); ++i) {
    require(first.frames[i].type() == second.frames[i].type());
    require(first.frames[i].packet() == second.frames[i].packet());
  }
  return 0;
}
