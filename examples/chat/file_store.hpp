// The files that were sent, the oldest forgotten first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include <socketio.hpp>

class file_store {
 public:
  explicit file_store(std::size_t most_bytes) : most_{most_bytes} {}

  void add(const std::string& id, io::bytes content) {
    size_ += content.size();
    ids_.push_back(id);
    files_.emplace(id, std::move(content));
    for (; size_ > most_; ids_.pop_front()) {
      const auto oldest = files_.find(ids_.front());
      size_ -= oldest->second.size();
      files_.erase(oldest);
    }
  }

  /// At most `most` bytes from `offset` on; none past the end, or when the file is gone.
  io::bytes_view read(const std::string& id, std::size_t offset, std::size_t most) const {
    const auto file = files_.find(id);
    if (file == files_.end() || offset >= file->second.size()) return {};
    return io::bytes_view{file->second}.subspan(offset,
                                                std::min(most, file->second.size() - offset));
  }

 private:
  std::map<std::string, io::bytes> files_;
  std::deque<std::string> ids_;  // the oldest first
  std::size_t size_ = 0;         // bytes of all
  std::size_t most_;
};
