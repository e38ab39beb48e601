// layer 4 (hub): namespaces that come to be when clients ask for them, all made alike.
#pragma once

#include <concepts>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/handshake.hpp"

namespace socketio::detail {

struct nsp_slice;

/// A function that may be let go while it runs.
template <class Signature>
struct shared_function : counted<shared_function<Signature>, shared_count> {
  template <class F>
  explicit shared_function(F f) : call{std::move(f)} {}
  unique_function<Signature> call;
};

/// What namespaces of the same kind have in common. The switchboard guards it: it is used while one
/// of them is made, or while handlers are registered.
struct nsp_family {
  template <class F>
  explicit nsp_family(F accepts_name)
      : accepts{new shared_function<bool(std::string_view, const handshake*)>{
            [f = std::move(accepts_name)](std::string_view name, const handshake* shake) mutable {
              if constexpr (std::predicate<F&, std::string_view, const handshake&>) {
                return shake && f(name, *shake);
              } else {
                return f(name);
              }
            }}} {}

  /// Whether there may be a namespace of that name. If the program asks, there is no handshake.
  ref<shared_function<bool(std::string_view, const handshake*)>> accepts;

  /// What was registered, as what it does to each shard's part of each new namespace.
  std::vector<ref<shared_function<void(nsp_slice&)>>> changes;
};

}  // namespace socketio::detail
