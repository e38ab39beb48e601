#include "socketio/core/value/typescript.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "socketio/core/value/value.hpp"
#include "support/catch.hpp"

namespace first {
struct file_info {
  std::string name;
  std::optional<std::string> type;
  std::unique_ptr<int> size;
};
}  // namespace first
namespace second {
struct file_info {
  bool is_open;
};
}  // namespace second

namespace {

struct tree {
  std::vector<tree> children;
  first::file_info file;
};

template <class T>
struct page {
  std::vector<T> items;
  std::size_t total;
};

struct money {
  explicit money(std::int64_t c = 0) : cents{c} {}
  std::int64_t cents;
};

struct Record {
  int x;
};

enum class color { red, green };

template <class T>
std::string name_of() {
  socketio::detail::typescript_types types;
  return types.of<T>();
}

}  // namespace

template <>
struct socketio::convert<money> {
  static constexpr std::string_view typescript = "`${number} EUR`";
};

namespace {

using socketio::detail::typescript_types;

TEST_CASE("typescript: plain types", "[value]") {
  CHECK(name_of<bool>() == "boolean");
  CHECK(name_of<std::uint64_t>() == "number");
  CHECK(name_of<float>() == "number");
  CHECK(name_of<color>() == "number");
  CHECK(name_of<std::string>() == "string");
  CHECK(name_of<const char*>() == "string");
  CHECK(name_of<std::chrono::system_clock::time_point>() == "string");
  CHECK(name_of<std::nullptr_t>() == "null");
  CHECK(name_of<std::monostate>() == "null");
  CHECK(name_of<socketio::bytes>() == "Binary");
  CHECK(name_of<socketio::value>() == "unknown");
  CHECK(name_of<money>() == "`${number} EUR`");
}

TEST_CASE("typescript: what consists of others", "[value]") {
  CHECK(name_of<std::vector<std::string>>() == "string[]");
  CHECK(name_of<std::vector<bool>>() == "boolean[]");
  CHECK(name_of<std::list<std::vector<int>>>() == "number[][]");
  CHECK(name_of<std::vector<std::optional<int>>>() == "Array<number | null>");
  CHECK(name_of<std::vector<money>>() == "Array<`${number} EUR`>");
  CHECK(name_of<std::map<std::string, std::vector<int>>>() == "Record<string, number[]>");
  CHECK(name_of<std::tuple<int, std::string, std::optional<bool>>>() ==
        "[number, string, boolean | null]");
  CHECK(name_of<std::tuple<>>() == "[]");
  CHECK(name_of<std::pair<int, int>>() == "[number, number]");
  CHECK(name_of<std::array<int, 3>>() == "[number, number, number]");
  CHECK(name_of<std::array<int, 0>>() == "[]");
  CHECK(name_of<std::variant<int, double, std::string, std::monostate>>() ==
        "number | string | null");
  CHECK(name_of<std::optional<std::variant<int, std::nullptr_t>>>() == "number | null");
}

TEST_CASE("typescript: aggregates are interfaces, each declared once", "[value]") {
  typescript_types types;
  CHECK(types.of<tree>() == "Tree");
  CHECK(types.of<std::vector<first::file_info>>() == "FileInfo[]");
  CHECK(types.of<second::file_info>() == "FileInfo2");
  CHECK(types.of<page<second::file_info>>() == "PageFileInfo");
  CHECK(types.of<Record>() == "Record2");  // which TypeScript has
  struct local {
    tree t;
  };
  CHECK(types.of<local>() == "Local");
  CHECK(types.of<tree>() == "Tree");
  CHECK(types.declarations() == R"(export interface FileInfo {
  name: string;
  type?: string;
  size: number | null;
}

export interface Tree {
  children: Tree[];
  file: FileInfo;
}

export interface FileInfo2 {
  is_open: boolean;
}

export interface PageFileInfo {
  items: FileInfo2[];
  total: number;
}

export interface Record2 {
  x: number;
}

export interface Local {
  t: Tree;
}

)");
}

TEST_CASE("typescript: binary has a name, declared where it is needed", "[value]") {
  typescript_types types;
  CHECK(types.declarations().empty());
  CHECK(types.of<std::vector<socketio::bytes>>() == "Binary[]");
  CHECK(types.of<socketio::bytes_view>() == "Binary");
  CHECK(types.declarations() == "export type Binary = ArrayBuffer | Uint8Array;\n\n");
}

}  // namespace
