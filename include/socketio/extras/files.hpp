// layer 6 (server): HTTP handlers that serve files of the host's disk.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/core/percent.hpp"
#include "socketio/proto/http/request.hpp"
#include "socketio/proto/http/response.hpp"

namespace socketio {

namespace detail {

inline std::string_view content_type_of(const std::filesystem::path& file) {
  using entry = std::pair<std::string_view, std::string_view>;
  constexpr std::array<entry, 13> types{{{".html", "text/html; charset=utf-8"},
                                         {".css", "text/css; charset=utf-8"},
                                         {".js", "text/javascript; charset=utf-8"},
                                         {".mjs", "text/javascript; charset=utf-8"},
                                         {".json", "application/json; charset=utf-8"},
                                         {".map", "application/json; charset=utf-8"},
                                         {".svg", "image/svg+xml"},
                                         {".png", "image/png"},
                                         {".jpg", "image/jpeg"},
                                         {".gif", "image/gif"},
                                         {".webp", "image/webp"},
                                         {".ico", "image/x-icon"},
                                         {".txt", "text/plain; charset=utf-8"}}};
  const std::string extension = file.extension().string();
  for (const auto& [name, type] : types) {
    if (name == extension) return type;
  }
  return "application/octet-stream";
}

inline http::response read_file(const http::request& request, const std::filesystem::path& file) {
  http::response answer;
  if (request.method != http::method::get && request.method != http::method::head) {
    answer.status = 405;
    answer.set("Allow", "GET, HEAD");
    return answer;
  }
  std::error_code ec;
  std::ifstream in;
  if (std::filesystem::is_regular_file(file, ec)) in.open(file, std::ios::binary);
  if (!in.is_open()) {
    answer.status = 404;
    answer.body = "Not Found\n";
    return answer;
  }
  answer.set("Content-Type", content_type_of(file));
  answer.set("X-Content-Type-Options", "nosniff");
  answer.body.assign(std::istreambuf_iterator<char>{in}, {});
  return answer;
}

}  // namespace detail

/// Serves one file: `server.http().exact("/", io::serve_file("page/index.html"))`. It is read for
/// each request, on the loop's thread: meant for the few small files of a page.
inline auto serve_file(std::filesystem::path file) {
  return [file = std::move(file)](const http::request& request) {
    return detail::read_file(request, file);
  };
}

/// Serves the files below a folder under a prefix:
/// `server.http().prefix("/page/", io::serve_folder("/page/", "files"))`. Paths that lead out of
/// the folder, or through a symbolic link out of it, are not found.
inline auto serve_folder(std::string prefix, std::filesystem::path folder) {
  return [prefix = std::move(prefix), folder = std::move(folder)](const http::request& request) {
    namespace fs = std::filesystem;
    std::error_code ec;
    const auto name = percent_decode(request.path.substr(prefix.size()));
    if (name && name->find('\0') == name->npos) {
      const fs::path root = fs::canonical(folder, ec);
      const fs::path file = fs::weakly_canonical(root / fs::path{*name}.relative_path(), ec);
      const auto [end, rest] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
      if (!ec && end == root.end()) return detail::read_file(request, file);
    }
    return detail::read_file(request, {});
  };
}

}  // namespace socketio
