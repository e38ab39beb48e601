// What travels between the chat and its page, see PROTOCOL.md. Plain structs are JSON objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

struct file_info {
  std::string id, name, type;
  std::size_t size;
};
struct message {
  std::int64_t id;
  std::string from, text;
  std::int64_t time;  // milliseconds since 1970
  std::optional<file_info> file;
};
struct room_info {
  std::string name;
  std::size_t people;
};
struct announcement {
  std::string name, type;
  std::size_t size;
};
struct joined {
  std::string error;
  std::vector<std::string> people;
  std::deque<message> history;
};
struct result {
  std::string error;
};
struct upload_started {
  std::string error, id;
};
struct upload_progress {
  std::string error;
  std::size_t received;
};
