// layer 4 (hub): what a server knows of its cluster: who is there, who is asked, who is where.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/core/random.hpp"
#include "socketio/error.hpp"

namespace socketio {

namespace detail {

/// 16 hexadecimal digits, as the members of a cluster and their questions are named.
inline std::string random_name() {
  std::array<unsigned char, 8> bytes;
  system_random(bytes);
  std::string name;
  for (const unsigned char each : bytes) {
    name += "0123456789abcdef"[each >> 4];
    name += "0123456789abcdef"[each & 15];
  }
  return name;
}

}  // namespace detail

/// Another server's part of the same namespace.
struct cluster_adapter::peer : deadline {
  peer(member& m, std::string_view u);

  member& of;
  const uid name;
};

/// What somebody wants to know.
struct cluster_adapter::terms {
  cluster::message_type asks;
  duration limit;
  ref<cluster::replies<value>> answers = nullptr;
  ref<cluster::replies<cluster::found_socket>> found = nullptr;
};

/// A question of this server's, until everybody has answered who was there when it was asked.
struct cluster_adapter::inquiry : deadline, terms {
  inquiry(member& m, terms t);

  /// What another server owes. The acknowledgements of clients may come before their number.
  struct debt {
    std::size_t answers = 0;
    std::int64_t clients = 0;  ///< that have not acknowledged

    bool paid() const noexcept { return answers != 0 && clients <= 0; }
  };

  member& of;
  const std::string id = detail::random_name();
  string_map<debt> debts;               ///< of those who are known, or have answered
  debt nameless;                        ///< of all those whose answers do not say whose they are
  std::optional<std::size_t> expected;  ///< so many of them; nothing while they are counted

  void fail() {
    if (answers) answers->fail(error::cluster_timeout);
    if (found) found->fail(error::cluster_timeout);
  }
};

/// This server's part of a namespace.
struct cluster_adapter::member {
  member(cluster_adapter& o, std::string n) : owner{o}, nsp{std::move(n)}, heartbeat{*this} {}

  struct timer : deadline {
    explicit timer(member& m);
    member& of;
  };

  cluster_adapter& owner;
  const std::string nsp;
  const uid name = detail::random_name();
  timer heartbeat;
  string_map<std::unique_ptr<peer>> peers;
  string_map<std::unique_ptr<inquiry>> inquiries;
  string_map<std::unique_ptr<place>> rooms;  ///< if the bus wants to know of them
};

/// Where sockets of this server are, or may come back to.
struct cluster_adapter::place : deadline {
  place(member& m, std::string_view n);

  member& of;
  const std::string name;
  std::size_t shards = 0;  ///< on which it has members
};

inline cluster_adapter::peer::peer(member& m, std::string_view u)
    : deadline{[](deadline& d) {
        const peer& silent = static_cast<peer&>(d);
        silent.of.owner.lost(silent.of, silent.name, true);
      }},
      of{m},
      name{u} {}

inline cluster_adapter::place::place(member& m, std::string_view n)
    : deadline{[](deadline& d) {
        place& empty = static_cast<place&>(d);
        empty.of.owner.vanished(empty);
      }},
      of{m},
      name{n} {}

inline cluster_adapter::inquiry::inquiry(member& m, terms t)
    : deadline{[](deadline& d) {
        inquiry& late = static_cast<inquiry&>(d);
        late.fail();
        late.of.inquiries.erase(late.of.inquiries.find(late.id));
      }},
      terms{std::move(t)},
      of{m} {}

inline cluster_adapter::member::timer::timer(member& m)
    : deadline{[](deadline& d) {
        member& idle = static_cast<timer&>(d).of;
        idle.owner.publish(idle, {.type = cluster::message_type::heartbeat});
      }},
      of{m} {}

}  // namespace socketio
