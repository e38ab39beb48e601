// layer 4 (hub): bodies of hub/switchboard.hpp.
#pragma once

#include "socketio/hub/switchboard.hpp"

namespace socketio::detail {

SOCKETIO_DECL switchboard::~switchboard() = default;

SOCKETIO_DECL hub& switchboard::add(engine::environment& env, hub::loop l) {
  recovers_ = env.options.connection_state_recovery.has_value();
  if (recovers_) {
    recovery_window_ = env.options.connection_state_recovery->max_disconnection_duration;
  }
  removes_empty_ = env.options.cleanup_empty_child_namespaces;
  rule_ = env.options.when_slow;
  hubs_.push_back(std::make_unique<hub>(*this, hubs_.size(), env, std::move(l)));
  return *hubs_.back();
}

// ---- namespaces
// --------------------------------------------------------------------------------------

SOCKETIO_DECL ref<nsp_core> switchboard::find(std::string_view name) {
  const std::lock_guard lock{names_mutex_};
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

SOCKETIO_DECL ref<nsp_core> switchboard::of(std::string_view name) {
  if (auto known = find(name)) return known;
  const std::lock_guard lock{births_mutex_};
  if (auto known = find(name)) return known;
  for (const auto& each : unborn_) {  // this is called by whoever decides, or gives it handlers
    if (each->name == name) return each->wanted = true, each;
  }
  return make(name, nullptr);
}

SOCKETIO_DECL ref<nsp_core> switchboard::of(nsp_family made_alike) {
  const std::lock_guard lock{births_mutex_};
  ref<nsp_core> fresh{new nsp_core{"/_" + std::to_string(families_.size()), 0}};
  fresh->family = std::make_unique<nsp_family>(std::move(made_alike));
  families_.push_back(fresh);
  has_families_.store(true, std::memory_order_relaxed);
  return fresh;
}

SOCKETIO_DECL ref<nsp_core> switchboard::find_and_occupy(std::string_view name) {
  const std::lock_guard lock{names_mutex_};
  const auto found = names_.find(name);
  if (found == names_.end()) return {};
  if (found->second->parent) ++found->second->occupants;
  return found->second;
}

SOCKETIO_DECL ref<nsp_core> switchboard::enter(std::string_view name, const handshake& shake) {
  if (auto known = find_and_occupy(name)) return known;
  if (!has_families_.load(std::memory_order_relaxed)) return {};
  const std::lock_guard lock{births_mutex_};
  if (auto known = find_and_occupy(name)) return known;
  return make(std::string{name}, &shake);  // callbacks may end whatever `name` is a part of
}

/// Makes a namespace, for a client only if a family accepts it, or the program asks for it
/// meanwhile.
SOCKETIO_DECL ref<nsp_core> switchboard::make(std::string_view name, const handshake* asked_with) {
  const ref<nsp_core> fresh{new nsp_core{name, hubs_.size()}};
  for (const auto& each : fresh->slices) each->rule = rule_, each->ruled = rule_.said();
  fresh->unborn = true;
  fresh->wanted = !asked_with;
  {
    struct birth {
      std::vector<ref<nsp_core>>& all;
      ~birth() { all.pop_back(); }
    };
    unborn_.push_back(fresh);
    const birth under_way{unborn_};
    const ref<nsp_core> parent = find_family(name, asked_with);
    if (!parent && !fresh->wanted) return {};
    fresh->parent = parent.get();
    if (parent) {
      const auto changes = parent->family->changes;
      for (const auto& each : changes) {
        for (const auto& slice : fresh->slices) each->call(*slice);
      }
    }
    for (std::size_t i = 0; i < creation_listeners_.size(); ++i) {
      const ref<creation_listener> each = creation_listeners_[i];
      each->call(*this, *fresh);
    }
  }
  fresh->unborn = false;
  if (asked_with) fresh->occupants = 1;
  const std::lock_guard lock{names_mutex_};
  const auto place = names_.emplace(fresh->name, fresh).first;
  try {
    if (adapter* const others = others_.load(std::memory_order_acquire)) others->opened(name);
  } catch (...) {
    names_.erase(place);
    throw;
  }
  return fresh;
}

SOCKETIO_DECL ref<nsp_core> switchboard::find_family(std::string_view name,
                                                     const handshake* asked_with) {
  for (std::size_t i = 0; i < families_.size(); ++i) {
    const ref<nsp_core> each = families_[i];
    const auto accepts = each->family->accepts;
    try {
      if (accepts && accepts->call(name, asked_with)) return each;
    } catch (...) {
      // As if the name were none of theirs.
    }
  }
  return {};
}

SOCKETIO_DECL void switchboard::left(nsp_core& n) {
  if (!n.parent) return;
  {
    const std::lock_guard lock{names_mutex_};
    if (--n.occupants != 0 || !removes_empty_) return;
    leaving_.reserve(leaving_.size() + 1);
    if (adapter* const others = others_.load(std::memory_order_acquire)) others->closed(n.name);
    leaving_.emplace_back(&n);
    names_.erase(names_.find(n.name));
  }
  n.unreleased = hubs_.size();
  for (const auto& each : hubs_) {
    if (!each->post(message::retire{ref{&n}})) forget(n);
  }
}

SOCKETIO_DECL void switchboard::forget(nsp_core& n) {
  const ref<nsp_core> last{&n};  // what it holds may be the user's, and is destroyed at the end
  if (--n.unreleased != 0) return;
  const std::lock_guard lock{names_mutex_};
  std::erase(leaving_, last);
}

SOCKETIO_DECL std::vector<ref<nsp_core>> switchboard::members(const nsp_core& family) {
  std::vector<ref<nsp_core>> all;
  const std::lock_guard lock{names_mutex_};
  for (const auto& [name, each] : names_) {
    if (each->parent == &family) all.push_back(each);
  }
  return all;
}

SOCKETIO_DECL void switchboard::on_new_namespace(ref<creation_listener> f) {
  const std::lock_guard lock{births_mutex_};
  creation_listeners_.push_back(std::move(f));
}

// ---- shards
// ------------------------------------------------------------------------------------------

SOCKETIO_DECL hub* switchboard::here() {
  for (const auto& each : hubs_) {
    if (each->running()) return each.get();
  }
  // Not in a call of ours, but perhaps in another handler of the host's loop.
  if (hubs_.size() == 1 && hubs_.front()->inside()) return hubs_.front().get();
  return nullptr;
}

SOCKETIO_DECL nsp_slice& switchboard::local(nsp_core& n) {
  hub* const here = hubs_.size() == 1 ? nullptr : this->here();
  return here ? here->slice(n) : *n.slices.front();
}

SOCKETIO_DECL void switchboard::on_error(hub::error_callback f) {
  const ref<hub::error_handler> shared{new hub::error_handler{std::move(f)}};
  for (const auto& each : hubs_) each->on_error(shared);
}

SOCKETIO_DECL void switchboard::shut_down() {
  others_ = nullptr;
  stop_adapter();
  if (adapter_) adapter_->detach();
  for (const auto& each : hubs_) each->shut_down();
  // What is the user's may hold handles to all of this. It is destroyed after the lock is open.
  std::vector<ref<creation_listener>> listeners;
  std::vector<nsp_family> families;
  const std::lock_guard lock{births_mutex_};
  listeners.swap(creation_listeners_);
  for (const auto& each : families_) families.push_back(std::move(*each->family));
}

}  // namespace socketio::detail
