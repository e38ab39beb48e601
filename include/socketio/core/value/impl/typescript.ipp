// layer 0 (core): the bodies of value/typescript.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/core/value/typescript.hpp"

namespace socketio::detail {

/// The words of a compiler's spelling without the scopes in front of them: `a::page<b::file_info>`
/// has the words page and file_info.
SOCKETIO_DECL std::vector<std::string_view> unscoped_words(std::string_view spelling) {
  const auto in_word = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < spelling.size()) {
    if (spelling.substr(at).starts_with("::")) {
      if (!words.empty()) words.pop_back();
      at += 2;
    } else if (spelling[at] == '(') {  // of a function, or "(anonymous namespace)", which is a word
      const std::size_t end = std::min(spelling.find(')', at), spelling.size() - 1);
      if (at == 0 || !in_word(spelling[at - 1])) words.push_back("scope");
      at = end + 1;
    } else if (in_word(spelling[at])) {
      std::size_t end = at;
      while (end < spelling.size() && in_word(spelling[end])) ++end;
      words.push_back(spelling.substr(at, end - at));
      at = end;
    } else {
      ++at;
    }
  }
  return words;
}

SOCKETIO_DECL std::string pascal_case(std::string_view spelling) {
  std::string name;
  for (const std::string_view word : unscoped_words(spelling)) {
    bool capital = true;
    for (const char c : word) {
      if (c == '_') {
        capital = true;
        continue;
      }
      name += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      capital = false;
    }
  }
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name.insert(0, "Type");
  return name;
}

SOCKETIO_DECL std::string typescript_types::unused_name(std::string_view spelling) const {
  // What the declaration itself uses or declares.
  constexpr std::array<std::string_view, 9> taken{"Array",
                                                  "ArrayBuffer",
                                                  "Record",
                                                  "Uint8Array",
                                                  "Binary",
                                                  "EventError",
                                                  "Socket",
                                                  "ClientToServerEvents",
                                                  "ServerToClientEvents"};
  const std::string name = pascal_case(spelling);
  const auto is_taken = [&](std::string_view wanted) {
    return std::find(taken.begin(), taken.end(), wanted) != taken.end() ||
           std::any_of(declared_.begin(), declared_.end(),
                       [&](const declared& each) { return each.name == wanted; });
  };
  std::string unused = name;
  for (int number = 2; is_taken(unused); ++number) unused = name + std::to_string(number);
  return unused;
}

SOCKETIO_DECL std::string typescript_types::list_of(std::string element) {
  if (element.find_first_of(" |") == element.npos) return element + "[]";
  return "Array<" + element + ">";
}

SOCKETIO_DECL void typescript_types::unite(std::string& all, const std::string& one) {
  if ((" | " + all + " | ").find(" | " + one + " | ") != std::string::npos) return;
  all.append(all.empty() ? "" : " | ").append(one);
}

/// What clients may send, and may get: an ArrayBuffer in browsers, a Buffer in Node.js.
SOCKETIO_DECL std::string typescript_types::binary() {
  for (const declared& each : declared_) {
    if (each.name == "Binary") return each.name;
  }
  declared_.push_back({nullptr, "Binary"});
  declarations_ += "export type Binary = ArrayBuffer | Uint8Array;\n\n";
  return "Binary";
}

}  // namespace socketio::detail
