// layer 4 (hub): bodies of hub/switchboard.hpp.
#pragma once

#include "socketio/hub/switchboard.hpp"

namespace socketio::detail {

SOCKETIO_DECL switchboard::~switchboard() = default;

SOCKETIO_DECL hub& switchboard::add(engine::environment& env, hub::loop l) {
  recovers_ = env.options.connection_state_recovery.has_value();
  hubs_.push_back(std::make_unique<hub>(*this, hubs_.size(), env, std::move(l)));
  return *hubs_.back();
}

SOCKETIO_DECL nsp_core& switchboard::of(std::string_view name) {
  const std::lock_guard lock{names_mutex_};
  const auto found = names_.find(name);
  if (found != names_.end()) return *found->second;
  auto fresh = std::make_unique<nsp_core>(name, hubs_.size());
  return *names_.emplace(std::string{name}, std::move(fresh)).first->second;
}

SOCKETIO_DECL nsp_core* switchboard::find(std::string_view name) {
  const std::lock_guard lock{names_mutex_};
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second.get();
}

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
  for (const auto& each : hubs_) each->shut_down();
}

}  // namespace socketio::detail
