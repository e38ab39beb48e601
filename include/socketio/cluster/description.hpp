// layer 4 (hub): a socket of another server, described as the JavaScript server does.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/cluster/request.hpp"
#include "socketio/core/percent.hpp"
#include "socketio/core/value/convert.hpp"
#include "socketio/proto/http/query.hpp"
#include "socketio/proto/http/text.hpp"

namespace socketio::cluster::codec {

/// As Date.prototype.toString writes it (ECMA-262 §21.4.4.41), in UTC.
inline std::string print_time(std::chrono::system_clock::time_point when) {
  using namespace std::chrono;
  const auto day = floor<days>(when);
  const year_month_day date{day};
  const hh_mm_ss time{floor<seconds>(when - day)};
  constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto two = [](auto number) {
    const std::string digits = std::to_string(number);
    return digits.size() < 2 ? '0' + digits : digits;
  };
  return std::string{weekdays[weekday{day}.c_encoding()]} + ' ' +
         months[static_cast<unsigned>(date.month()) - 1] + ' ' +
         two(static_cast<unsigned>(date.day())) + ' ' +
         std::to_string(static_cast<int>(date.year())) + ' ' + two(time.hours().count()) + ':' +
         two(time.minutes().count()) + ':' + two(time.seconds().count()) +
         " GMT+0000 (Coordinated Universal Time)";
}

/// A room as a member names it. In JavaScript it may be a number, and anything else that nobody has
/// joined: what stands for that here is no UTF-8, so that no client can join it either.
inline std::string room_name(value_view v) {
  if (const auto name = v.as_string()) return std::string{*name};
  if (const auto number = v.as_int64()) return std::to_string(*number);
  return "\xff";
}

using pairs = std::vector<std::pair<std::string, std::string>>;

inline std::string* find(pairs& all, std::string_view key) {
  for (auto& [name, text] : all) {
    if (name == key) return &text;
  }
  return nullptr;
}

/// One value for each name: those of headers that come several times are joined (RFC 9110 §5.3).
inline pairs headers_of(const engine::request_info& request) {
  pairs all;
  request.for_each_header([&](std::string_view name, std::string_view text) {
    std::string lower{name};
    for (char& c : lower) c = http::to_lower(c);
    if (std::string* const first = find(all, lower)) {
      first->append(lower == "cookie" ? "; " : ", ").append(text);
    } else {
      all.emplace_back(std::move(lower), text);
    }
  });
  return all;
}

inline pairs query_of(std::string_view text) {
  pairs all;
  const http::query query{text};
  for (const auto& each : query) {
    auto name = form_decode(each.name);
    if (!name || find(all, *name)) continue;
    if (auto found = query.find(*name).value) all.emplace_back(std::move(*name), std::move(*found));
  }
  return all;
}

template <class Writer>
void write_pairs(Writer& out, std::string_view key, const pairs& all) {
  out.key(key), out.begin_object();
  for (const auto& [name, text] : all) out.key(name), out.string(text);
  out.end_object();
}

template <class Writer>
void write_handshake(Writer& out, const handshake& h) {
  using namespace std::chrono;
  const auto issued = h.issued();
  out.begin_object();
  write_pairs(out, "headers", headers_of(h.request()));
  out.key("time"), out.string(print_time(issued));
  out.key("address"), out.string(h.address());
  out.key("xdomain"), out.boolean(h.cross_domain());
  out.key("secure"), out.boolean(h.secure());
  out.key("issued"), out.integer(duration_cast<milliseconds>(issued.time_since_epoch()).count());
  out.key("url"), out.string(h.url());
  write_pairs(out, "query", query_of(h.request().query()));
  out.key("auth"), to_writer(out, h.auth());
  out.end_object();
}

template <class Writer>
void write_description(Writer& out, const found_socket& s) {
  out.begin_object();
  out.key("id"), out.string(s.id);
  out.key("handshake"), write_handshake(out, s.handshake);
  out.key("rooms"), out.begin_array();
  for (const std::string& each : s.rooms) out.string(each);
  out.end_array();
  out.key("data");
  if (s.data.is_null()) {  // the JavaScript server has an object always
    out.begin_object(), out.end_object();
  } else {
    to_writer(out, static_cast<value_view>(s.data));
  }
  out.end_object();
}

/// What is missing, or of another kind than it should be, is empty: only the id must be there.
inline std::optional<found_socket> read_description(value_view v) {
  const auto id = v["id"].as_string();
  if (!id) return {};
  const auto text = [](value_view from) { return from.as_string().value_or(std::string_view{}); };
  const value_view shake = v["handshake"];
  struct header {
    std::string_view name, value;
  };
  struct {
    std::string_view target;
    std::vector<header> headers;
  } request{text(shake["url"]), {}};
  for (const auto& [name, content] : shake["headers"].members()) {
    const std::string_view line = text(content);
    // It is kept as lines of text, so nothing may look like more of them.
    if (line.find('\n') == line.npos && name.find_first_of(":\n") == name.npos) {
      request.headers.push_back({name, line});
    }
  }
  constexpr std::int64_t latest = 9'000'000'000'000;  // or nanoseconds would overflow
  const std::int64_t ms = shake["issued"].as_int64().value_or(0);
  const std::chrono::milliseconds issued{ms < 0 || ms > latest ? 0 : ms};
  ref<const engine::request_info> info{new engine::request_info{
      request, std::string{text(shake["address"])}, shake["secure"].as_bool() == true,
      std::chrono::system_clock::time_point{issued}}};
  // Every request has a target: whoever names none has forgotten it.
  if (request.target.empty()) {
    info = ref{new engine::request_info{*info, engine::request_info::without_text{}}};
  }
  found_socket found{std::string{*id}, handshake{info, value{shake["auth"]}}, {}, value{v["data"]}};
  for (const value_view each : v["rooms"].elements()) {
    found.rooms.push_back(room_name(each));
  }
  return found;
}

}  // namespace socketio::cluster::codec
