// layer 6 (server): the browser's client, served beside Socket.IO.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/core/base64.hpp"
#include "socketio/core/sha1.hpp"
#include "socketio/proto/http/negotiation.hpp"
#include "socketio/proto/http/request.hpp"
#include "socketio/proto/http/response.hpp"

namespace socketio {

/// The files of the official client, which pages load from the server they connect to:
/// `<script src="/socket.io/socket.io.js">`. They come from a folder or from memory, and are read
/// once.
class client_bundle {
 public:
  /// What the client is built into, as the JavaScript server serves it.
  static constexpr std::array<std::string_view, 8> names{
      "socket.io.js",         "socket.io.js.map",         "socket.io.min.js",
      "socket.io.min.js.map", "socket.io.msgpack.min.js", "socket.io.msgpack.min.js.map",
      "socket.io.esm.min.js", "socket.io.esm.min.js.map"};

  /// One file, and how it is answered.
  class file {
   public:
    file(std::string_view name, std::string content)
        : type_{name.ends_with(".map") ? "application/json; charset=utf-8"
                                       : "application/javascript; charset=utf-8"} {
      forms_.push_back({{}, etag_of(content, {}), std::move(content)});
    }

    const std::string& content() const noexcept { return forms_.front().content; }

    /// The same content, compressed in a way that clients may accept: "gzip", "br", "deflate".
    void add_encoded(std::string_view encoding, std::string content) {
      forms_.push_back(
          {std::string{encoding}, etag_of(forms_.front().content, encoding), std::move(content)});
    }

    http::response answer(const http::request& request) const {
      http::response answer;
      if (request.method != http::method::get && request.method != http::method::head) {
        answer.status = 405;
        answer.set("Allow", "GET, HEAD");
        return answer;
      }
      const form& best = chosen(request.header("accept-encoding").value_or(""));
      answer.set("Cache-Control", "public, max-age=0");
      answer.set("ETag", best.etag);
      if (forms_.size() > 1) answer.set("Vary", "Accept-Encoding");
      if (http::etag_matches(request.header("if-none-match").value_or(""), best.etag)) {
        answer.status = 304;
        return answer;
      }
      answer.set("Content-Type", type_);
      answer.set("X-Content-Type-Options", "nosniff");
      if (!best.encoding.empty()) answer.set("Content-Encoding", best.encoding);
      answer.body = best.content;
      return answer;
    }

   private:
    struct form {
      std::string encoding;  ///< none when empty
      std::string etag;
      std::string content;
    };

    /// Of what the client likes best, the smallest.
    const form& chosen(std::string_view accepted) const {
      const form* best = &forms_.front();
      unsigned liking = 0;
      for (std::size_t i = 1; i < forms_.size(); ++i) {
        const form& each = forms_[i];
        const unsigned q = http::quality_of(accepted, each.encoding);
        if (q > liking || (q == liking && q != 0 && each.content.size() < best->content.size())) {
          best = &each;
          liking = q;
        }
      }
      return *best;
    }

    /// Another content is another tag, and so is another form of it (RFC 9110 §8.8.3).
    static std::string etag_of(std::string_view content, std::string_view encoding) {
      const auto digest = sha1(content);
      std::array<char, (4 * digest.size() + 2) / 3> text;
      base64url_encode({digest.data(), digest.size()}, text.data());
      std::string tag = "\"";
      tag.append(text.data(), text.size());
      if (!encoding.empty()) tag.append("-").append(encoding);
      return tag.append("\"");
    }

    std::string_view type_;
    std::vector<form> forms_;
  };

  /// What is there of the files, usually in "node_modules/socket.io-client/dist". A file beside it
  /// with ".gz" or ".br" at the end of its name is its compressed form. Throws std::system_error if
  /// there is none.
  static client_bundle from_folder(const std::filesystem::path& folder) {
    client_bundle bundle;
    for (const std::string_view name : names) {
      std::string content;
      if (!read(folder / name, content)) continue;
      file& added = bundle.add(name, std::move(content));
      for (const auto& [suffix, encoding] : {std::pair{".gz", "gzip"}, std::pair{".br", "br"}}) {
        if (read(folder / std::string{name}.append(suffix), content)) {
          added.add_encoded(encoding, std::move(content));
        }
      }
    }
    if (bundle.files_.empty()) {
      throw std::system_error{std::make_error_code(std::errc::no_such_file_or_directory),
                              "no client in " + folder.string()};
    }
    return bundle;
  }

  /// Adds a file from memory.
  file& add(std::string_view name, std::string content) {
    return files_.emplace_back(name, file{name, std::move(content)}).second;
  }

  /// Compresses all files once: `std::string compress(std::string_view)`, such as io::compress in
  /// <socketio/deflate.hpp>. A form that is empty or not smaller than the file is not kept.
  template <class Compress>
  client_bundle& encode(std::string_view encoding, Compress&& compress) {
    for (auto& [name, each] : files_) {
      std::string content = compress(std::string_view{each.content()});
      const bool smaller = !content.empty() && content.size() < each.content().size();
      if (smaller) each.add_encoded(encoding, std::move(content));
    }
    return *this;
  }

  auto begin() noexcept { return files_.begin(); }
  auto end() noexcept { return files_.end(); }

 private:
  static bool read(const std::filesystem::path& path, std::string& content) {
    std::error_code ec;
    if (!std::filesystem::is_regular_file(path, ec)) return false;
    std::ifstream in{path, std::ios::binary};
    if (!in.is_open()) return false;
    content.assign(std::istreambuf_iterator<char>{in}, {});
    return true;
  }

  std::vector<std::pair<std::string, file>> files_;
};

/// Serves the client under the server's path, "/socket.io/socket.io.js" and so on; before `listen`.
/// Pages of the origins that `cors_options` allows may load it too.
///
///     io::serve_client(server, "node_modules/socket.io-client/dist");
template <class Server>
void serve_client(Server& server, client_bundle bundle) {
  auto& engine = server.engine();
  std::string folder = engine.path();
  if (!folder.ends_with('/')) folder.push_back('/');
  for (auto& [name, content] : bundle) {
    server.http().exact(folder + name,
                        [&engine, file = std::move(content)](const http::request& request) {
                          http::response answer = file.answer(request);
                          engine.add_cors(request, answer.headers);
                          return answer;
                        });
  }
}

/// The same with `client_bundle::from_folder`.
template <class Server>
void serve_client(Server& server, const std::filesystem::path& folder) {
  serve_client(server, client_bundle::from_folder(folder));
}

}  // namespace socketio
