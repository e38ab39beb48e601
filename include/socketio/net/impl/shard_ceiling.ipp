// layer 5 (net): the part of net/shard.hpp that keeps a server below limits::held_bytes.
#pragma once

#include "socketio/net/shard.hpp"

namespace socketio {

/// Somebody holds more than before. If it is too much, the largest holder of the shard where most
/// is held goes: shards do not see each other's sessions, only their sums.
template <transport T>
void shard<T>::mind_ceiling() {
  environment::counters.held_bytes.looked();
  if (!hooks_->ceiling.exceeded(held_by_all())) return;
  shard* fullest = this;
  for (shard* const each : siblings_) {
    if (each->counters.held_bytes.read() > fullest->counters.held_bytes.read()) fullest = each;
  }
  fullest->relieve_soon();
}

/// One goes in each turn of the loop, as long as it is too much. All are searched: this happens
/// only above the ceiling, and order would have to be kept always.
template <transport T>
void shard<T>::relieve() {
  flush();  // who has ended meanwhile holds nothing any more
  if (!hooks_->ceiling.exceeded(held_by_all())) return;
  ref<connection<T>> largest;
  ref<session<T>> absent;  // one whose client has no connection now
  std::size_t most = 0;
  for_each_connection([&](connection<T>& each) {
    if (each.held() <= most) return;
    most = each.held();
    largest = ref{&each};
  });
  for (const auto& each : sessions_) {
    if (each->held() <= most) continue;
    most = each->held();
    absent = each;
  }
  if (most == 0) return;
  environment::counters.holders_cut.add();
  absent ? absent->cut_off() : largest->cut_off();
  flush();
  absent = nullptr;
  largest = nullptr;
  mind_ceiling();
}

}  // namespace socketio
