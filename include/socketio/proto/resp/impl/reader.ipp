// layer 1 (proto): the bodies of resp/reader.hpp.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <system_error>

#include "socketio/core/json/number.hpp"
#include "socketio/core/release.hpp"
#include "socketio/core/value/tape.hpp"
#include "socketio/proto/resp/reader.hpp"

namespace socketio::resp {

namespace detail {

/// All of `text` as a decimal number; RESP allows the plus that from_chars does not.
inline std::optional<std::int64_t> to_integer(std::string_view text) noexcept {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return {};
  }
  std::int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

/// A double as RESP3 writes it. `text` is followed by the end of its line.
inline std::optional<double> to_double(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  if (text == "nan" || text == "-nan") return std::numeric_limits<double>::quiet_NaN();
  socketio::detail::node number;
  const char* const end = json::detail::read_number(text.data(), number);
  if (end != text.data() + text.size()) return {};
  return value_view{&number}.as_double();
}

inline bool is_number(std::string_view digits) noexcept {
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  return !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
}

}  // namespace detail

SOCKETIO_DECL std::span<char> reader::prepare() {
  if (done_) begin_reply();
  if (begin_ == end_) {
    begin_ = end_ = at_ = scanned_ = 0;
    if (capacity_ > kept) {
      buffer_.reset();
      capacity_ = 0;
    }
  }
  if (capacity_ - end_ < piece) {
    const std::size_t unread = end_ - begin_;
    const std::size_t wanted = unread + piece;
    if (begin_ != 0 && wanted <= capacity_ && unread <= begin_) {
      std::memcpy(buffer_.get(), data() + begin_, unread);
    } else {
      const std::size_t capacity = std::max(2 * unread, kept);
      std::unique_ptr<char[]> fresh{new char[capacity]};
      if (unread != 0) std::memcpy(fresh.get(), data() + begin_, unread);
      buffer_ = std::move(fresh);
      capacity_ = capacity;
    }
    at_ -= begin_;
    scanned_ -= begin_;
    end_ = unread;
    begin_ = 0;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

SOCKETIO_DECL void reader::begin_reply() noexcept {
  done_ = false;
  begin_ = at_;
  release(nodes_, kept_nodes);
  elements_ = 0;
}

SOCKETIO_DECL std::optional<reply_view> reader::next() {
  if (failed()) return {};
  if (done_) begin_reply();
  for (;;) {
    if (end_ == at_ || read_value() != step::value) return {};
    if (!close_finished()) continue;
    done_ = true;
    return reply_view{nodes_.data(), data() + begin_};
  }
}

/// A value is a line, which says what it is; strings with a length have as many bytes behind it.
SOCKETIO_DECL reader::step reader::read_value() {
  static constexpr std::string_view marks = "+-:$*_#,(!=%~>|";
  const char mark = data()[at_];
  if (marks.find(mark) == marks.npos) return fail(fault::malformed);
  const std::size_t start = at_;
  std::string_view line;
  step s = read_line(line);
  if (s != step::value) return s;
  switch (mark) {
    case '$':
    case '=':
      s = read_text(type::string, mark, line);
      break;
    case '!':
      s = read_text(type::error, mark, line);
      break;
    case '*':
    case '~':
    case '%':
    case '>':
    case '|':
      s = read_aggregate(mark, line);
      break;
    default:
      s = read_leaf(mark, line);
  }
  if (s == step::incomplete) at_ = start;
  if (s == step::value) scanned_ = at_;
  return s;
}

/// What is between the mark and CR LF. Neither byte may stand alone.
SOCKETIO_DECL reader::step reader::read_line(std::string_view& line) {
  const std::size_t first = at_ + 1;
  const std::size_t from = std::max(scanned_, first);
  // The last place where its end may be. Nothing behind is looked at, so that it does not matter
  // how much has come.
  const std::size_t most = std::min(first + limits_.line + 1, begin_ + limits_.bytes - 1);
  const std::size_t to = std::min(end_, most + 1);
  const void* const found = from < to ? std::memchr(data() + from, '\n', to - from) : nullptr;
  if (!found) {
    if (end_ > most) return fail(fault::too_large);
    scanned_ = end_;
    return step::incomplete;
  }
  const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - data());
  scanned_ = end;
  if (end == first || data()[end - 1] != '\r') return fail(fault::malformed);
  line = {data() + first, end - 1 - first};
  if (line.find('\r') != line.npos) return fail(fault::malformed);
  at_ = end + 1;
  return step::value;
}

SOCKETIO_DECL reader::step reader::read_text(resp::type as, char mark, std::string_view length) {
  const auto announced = detail::to_integer(length);
  if (!announced) return fail(fault::malformed);
  if (*announced == -1 && mark == '$') return push({});  // RESP2's null
  if (*announced < 0) return fail(fault::malformed);
  const auto size = static_cast<std::uint64_t>(*announced);
  if (size > limits_.bulk || size + 2 > limits_.bytes - (at_ - begin_)) {
    return fail(fault::too_large);
  }
  if (end_ - at_ < size + 2) return step::incomplete;
  const char* const behind = data() + at_ + size;
  if (behind[0] != '\r' || behind[1] != '\n') return fail(fault::malformed);

  detail::node n;
  n.type = as;
  n.size = static_cast<std::uint32_t>(size);
  n.text = at_ - begin_;
  if (mark == '=') {  // three characters and a colon in front
    if (size < 4 || data()[at_ + 3] != ':') return fail(fault::malformed);
    n.size -= 4;
    n.text += 4;
  }
  at_ += size + 2;
  return push(n);
}

SOCKETIO_DECL reader::step reader::read_aggregate(char mark, std::string_view length) {
  const auto announced = detail::to_integer(length);
  if (!announced) return fail(fault::malformed);
  if (*announced == -1 && mark == '*') return push({});  // RESP2's null
  if (*announced < 0) return fail(fault::malformed);
  const std::uint64_t each = mark == '%' || mark == '|' ? 2 : 1;
  const auto count = static_cast<std::uint64_t>(*announced);
  if (count > (limits_.elements - elements_) / each) return fail(fault::too_large);
  if (stack_.size() == limits_.depth) return fail(fault::too_deep);
  // Pushes are for the outermost level alone.
  if (mark == '>' && (!stack_.empty() || count == 0)) return fail(fault::malformed);

  detail::node n;
  n.type = mark == '*'   ? type::array
           : mark == '~' ? type::set
           : mark == '>' ? type::push
                         : type::map;
  n.size = static_cast<std::uint32_t>(count * each);
  elements_ += n.size;
  push(n);
  stack_.push_back({nodes_.size() - 1, n.size, mark == '|'});
  return step::value;
}

SOCKETIO_DECL reader::step reader::read_leaf(char mark, std::string_view line) {
  detail::node n;
  const auto text = [&](resp::type as) {
    n.type = as;
    n.size = static_cast<std::uint32_t>(line.size());
    n.text = static_cast<std::size_t>(line.data() - data()) - begin_;
  };
  switch (mark) {
    case '+':
      text(type::string);
      break;
    case '-':
      text(type::error);
      break;
    case '(':
      if (!detail::is_number(line)) return fail(fault::malformed);
      text(type::big_number);
      break;
    case ':': {
      const auto value = detail::to_integer(line);
      if (!value) return fail(fault::malformed);
      n.type = type::integer;
      n.integer = *value;
      break;
    }
    case ',': {
      const auto value = detail::to_double(line);
      if (!value) return fail(fault::malformed);
      n.type = type::real;
      n.real = *value;
      break;
    }
    case '#':
      if (line != "t" && line != "f") return fail(fault::malformed);
      n.type = type::boolean;
      n.boolean = line == "t";
      break;
    default:  // '_'
      if (!line.empty()) return fail(fault::malformed);
  }
  return push(n);
}

SOCKETIO_DECL reader::step reader::push(detail::node n) {
  nodes_.push_back(n);
  if (!stack_.empty()) --stack_.back().left;
  return step::value;
}

/// Ends the aggregates of which the last element has been read; whether the reply is complete.
SOCKETIO_DECL bool reader::close_finished() {
  while (!stack_.empty() && stack_.back().left == 0) {
    const open done = stack_.back();
    stack_.pop_back();
    if (done.attribute) {  // as if it had not been there
      nodes_.resize(done.node);
      if (!stack_.empty()) ++stack_.back().left;
      return false;
    }
    nodes_[done.node].node_span = nodes_.size() - done.node;
  }
  return stack_.empty();
}

}  // namespace socketio::resp
