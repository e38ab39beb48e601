// layer 0 (core): what a C++ type is called in TypeScript.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/config.hpp"
#include "socketio/core/value/convert.hpp"

namespace socketio::detail {

/// As the compiler spells it.
template <class T>
constexpr std::string_view type_spelling() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  return text.substr(0, text.find_first_of(";]"));
}

template <class T>
inline constexpr char type_identity_tag = 0;

template <class T>
concept has_typescript = requires { std::string_view{convert<T>::typescript}; };

/// Collects the interfaces that the types it is asked about are made of. Aggregates become
/// interfaces of their names in PascalCase (`file_info` is `FileInfo`), whatever their scope; of
/// two with one name the second gets a number.
///
/// What io::convert is specialised for says itself what it is:
/// `static constexpr std::string_view typescript = "Date | string";`
class typescript_types {
 public:
  /// T as a type expression.
  template <class T>
  std::string of();

  /// The declarations that these expressions need.
  const std::string& declarations() const noexcept { return declarations_; }

 private:
  struct declared {
    const void* type;
    std::string name;
  };

  std::string unused_name(std::string_view spelling) const;
  static std::string list_of(std::string element);
  static void unite(std::string& all, const std::string& one);

  std::string binary();
  template <class T>
  std::string interface();
  template <class T>
  void write_member(std::string& body, std::string_view name);

  std::string declarations_;
  std::vector<declared> declared_;
};

template <class T>
void typescript_types::write_member(std::string& body, std::string_view name) {
  body.append("  ").append(name);
  if constexpr (kind_of<T>() == kind::optional) {
    body.append("?: ").append(of<typename T::value_type>());  // left out when it is empty
  } else {
    body.append(": ").append(of<T>());
  }
  body.append(";\n");
}

template <class T>
std::string typescript_types::interface() {
  for (const declared& each : declared_) {
    if (each.type == &type_identity_tag<T>) return each.name;
  }
  std::string name = unused_name(type_spelling<T>());
  declared_.push_back({&type_identity_tag<T>, name});  // before its members, which may be of T
  std::string body = "export interface " + name + " {\n";
  [&]<class... Members>(type_list<Members...>) {
    auto member = member_names<T>.begin();
    (write_member<Members>(body, *member++), ...);
  }(member_types<T>{});
  declarations_ += body + "}\n\n";
  return name;
}

template <class T>
std::string typescript_types::of() {
  constexpr kind k = kind_of<T>();
  if constexpr (k == kind::hook) {
    static_assert(has_typescript<T>,
                  "socketio: the io::convert of this type does not say what it is in TypeScript: "
                  "static constexpr std::string_view typescript = \"…\";");
    return std::string{convert<T>::typescript};
  } else if constexpr (k == kind::null) {
    return "null";
  } else if constexpr (k == kind::boolean) {
    return "boolean";
  } else if constexpr (k == kind::integer || k == kind::enumeration || k == kind::real) {
    return "number";
  } else if constexpr (k == kind::text || k == kind::text_view || k == kind::other_text ||
                       k == kind::time) {
    return "string";
  } else if constexpr (k == kind::binary || k == kind::binary_view || k == kind::other_binary) {
    return binary();
  } else if constexpr (k == kind::value || k == kind::view || k == kind::raw) {
    return "unknown";
  } else if constexpr (k == kind::object) {
    return interface<T>();
  } else if constexpr (k == kind::list) {
    return list_of(of<element_t<T>>());
  } else if constexpr (k == kind::fixed_array) {
    std::string all, element = of<element_of<T>>();
    for (std::size_t i = 0; i < sizeof(T) / sizeof(element_of<T>); ++i) {
      all.append(all.empty() ? "" : ", ").append(element);
    }
    return "[" + all + "]";
  } else if constexpr (k == kind::map) {
    return "Record<string, " + of<typename T::mapped_type>() + ">";
  } else {
    return [&]<class... Parts>(type_list<Parts...>) {
      std::string all;
      if constexpr (k == kind::tuple) {
        ((all.append(all.empty() ? "" : ", ").append(of<Parts>())), ...);
        return "[" + all + "]";
      } else {
        (unite(all, of<Parts>()), ...);
        if (k != kind::variant) unite(all, "null");  // an optional, or a pointer
        return all;
      }
    }(typename parts<T>::type{});
  }
}

}  // namespace socketio::detail

#ifndef SOCKETIO_SEPARATE_COMPILATION
#include "socketio/core/value/impl/typescript.ipp"
#endif
