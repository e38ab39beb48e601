// layer 6 (server): who is in a room, as the program knows them.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/core/intrusive.hpp"
#include "socketio/core/string_map.hpp"
#include "socketio/nsp.hpp"
#include "socketio/subscription.hpp"

namespace socketio {

/// What the clients of a room hear of who is in it.
struct presence_events {
  std::string state = "presence";          ///< (room, [members]), to a member that has joined
  std::string change = "presence change";  ///< (room, {joined: [members], left: [members]})
};

/// Who a socket is: sockets with the same key are one member.
template <class Member>
struct present {
  std::string key;
  Member member;
};

/// Who is in the rooms of a namespace: as a list for the program, and as events for the clients.
///
///     struct person { std::string name, picture; };
///     io::presence<person> people{server, [](socket& s) {
///       return io::present{s.data().user_id, person{s.data().name, s.data().picture}};
///     }};
///     people.count("lobby");
///
/// Sockets with the same key are one member, who joins with the first of them and leaves with the
/// last. Events arrive in the order in which members come and go, on all loops alike. All functions
/// may be called from any thread. It is made and destroyed where handlers may be registered.
template <class Member, class Data = no_data>
class presence {
 public:
  using socket = basic_socket<Data>;

  /// `identify(socket&)` returns an `io::present<Member>`, or an optional one: nothing for sockets
  /// that are not to be seen. It is called for each room that a socket joins. Register it before
  /// clients come.
  template <class F>
  presence(const basic_nsp<Data>& of, F identify, presence_events events = {})
      : nsp_{of}, all_{new registry{of, std::move(events)}} {
    joined_ = nsp_.on_join(
        [all = all_, f = std::move(identify)](socket& who, std::string_view room) mutable {
          std::optional<present<Member>> found{f(who)};
          if (found) all->join(who.id(), room, *std::move(found));
        });
    left_ = nsp_.on_leave(
        [all = all_](socket& who, std::string_view room) { all->leave(who.id(), room); });
  }
  presence(const presence&) = delete;
  ~presence() {
    nsp_.off(joined_);
    nsp_.off(left_);
  }

  /// How many members there are, in constant time.
  std::size_t count(std::string_view room) const { return all_->count(room); }

  /// All of them, in no particular order.
  std::vector<Member> members(std::string_view room) const { return all_->members(room); }

  /// One of them.
  std::optional<Member> find(std::string_view room, std::string_view key) const {
    return all_->find(room, key);
  }

 private:
  struct change {
    std::vector<Member> joined, left;
  };

  /// What the callbacks on all loops share. Emitting under the lock only queues.
  class registry : public counted<registry, shared_count> {
   public:
    registry(const basic_nsp<Data>& of, presence_events e) : nsp_{of}, events_{std::move(e)} {}

    void join(const std::string& id, std::string_view name, present<Member> who) {
      const std::lock_guard lock{mutex_};
      auto at = rooms_.find(name);
      if (at == rooms_.end()) at = rooms_.emplace(std::string{name}, room{}).first;
      room& here = at->second;
      const auto [place, first] = here.members.try_emplace(who.key, entry{std::move(who.member)});
      if (here.sockets.emplace(id, who.key).second) ++place->second.sockets;
      nsp_.to(id).local().ordered().emit(events_.state, name, list(here));
      if (first) tell(name, id, {{place->second.member}, {}});
    }

    void leave(const std::string& id, std::string_view name) {
      const std::lock_guard lock{mutex_};
      const auto at = rooms_.find(name);
      if (at == rooms_.end()) return;
      room& here = at->second;
      const auto socket = here.sockets.find(id);
      if (socket == here.sockets.end()) return;
      const auto place = here.members.find(socket->second);
      here.sockets.erase(socket);
      if (--place->second.sockets != 0) return;
      tell(name, id, {{}, {std::move(place->second.member)}});
      here.members.erase(place);
      if (here.members.empty()) rooms_.erase(at);
    }

    std::size_t count(std::string_view name) const {
      const std::lock_guard lock{mutex_};
      const auto at = rooms_.find(name);
      return at == rooms_.end() ? 0 : at->second.members.size();
    }

    std::vector<Member> members(std::string_view name) const {
      const std::lock_guard lock{mutex_};
      const auto at = rooms_.find(name);
      return at == rooms_.end() ? std::vector<Member>{} : list(at->second);
    }

    std::optional<Member> find(std::string_view name, std::string_view key) const {
      const std::lock_guard lock{mutex_};
      const auto at = rooms_.find(name);
      if (at == rooms_.end()) return {};
      const auto place = at->second.members.find(key);
      if (place == at->second.members.end()) return {};
      return place->second.member;
    }

   private:
    struct entry {
      Member member;
      std::size_t sockets = 0;
    };
    struct room {
      string_map<entry> members;        // by their keys
      string_map<std::string> sockets;  // their keys, by the sockets' ids
    };

    static std::vector<Member> list(const room& here) {
      std::vector<Member> all;
      all.reserve(here.members.size());
      for (const auto& [key, each] : here.members) all.push_back(each.member);
      return all;
    }

    void tell(std::string_view name, const std::string& cause, const change& what) const {
      nsp_.to(name).except(cause).local().ordered().emit(events_.change, name, what);
    }

    const basic_nsp<Data> nsp_;
    const presence_events events_;
    mutable std::mutex mutex_;
    string_map<room> rooms_;
  };

  const basic_nsp<Data> nsp_;
  const ref<registry> all_;
  subscription joined_, left_;
};

}  // namespace socketio
