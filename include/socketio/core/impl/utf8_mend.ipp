// layer 0 (core): the body of utf8_mend.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "socketio/core/utf8.hpp"
#include "socketio/core/utf8_mend.hpp"

namespace socketio {

SOCKETIO_DECL std::string mend_utf8(std::string_view text) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  std::string mended;
  mended.reserve(text.size() + replacement.size());
  std::size_t begin = 0;  // of the character at work
  utf8_validator validator;
  for (std::size_t at = 0; at != text.size();) {
    const bool fits = validator.feed(text.substr(at, 1));
    if (fits) {
      ++at;
      if (!validator.complete()) continue;
      mended.append(text.substr(begin, at - begin));
    } else {
      mended.append(replacement);
      if (at == begin) ++at;  // otherwise a character may begin with the byte that did not fit
      validator.reset();
    }
    begin = at;
  }
  if (begin != text.size()) mended.append(replacement);
  return mended;
}

}  // namespace socketio
