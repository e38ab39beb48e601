// layer 4 (hub): bodies of hub/switchboard.hpp and cluster/node.hpp: to other servers and back.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "socketio/adapter.hpp"
#include "socketio/hub/gathering.hpp"
#include "socketio/hub/switchboard.hpp"
#include "socketio/proto/sio/encode.hpp"
#include "socketio/proto/sio/transcoder.hpp"

namespace socketio {
namespace detail {

SOCKETIO_DECL void switchboard::enter_cluster(std::unique_ptr<adapter> with) {
  if (!with) throw std::invalid_argument{"no adapter"};
  if (adapter_) throw std::logic_error{"the server has an adapter already"};
  with->start(cluster::node{*this});
  adapter_ = std::move(with);
  orders_ = recovers_ && adapter_->orders();
  if (orders_) sessions_ = adapter_->session_store();
  const std::lock_guard lock{names_mutex_};
  others_.store(adapter_.get(), std::memory_order_release);
  for (const auto& [name, each] : names_) adapter_->opened(name);
}

SOCKETIO_DECL void switchboard::leave_cluster() {
  adapter* const others = others_.exchange(nullptr);
  if (!others) return;
  try {
    first().post(message::task{[self = ref{this}] { self->stop_adapter(); }});
  } catch (const std::bad_alloc&) {
    others_ = others;  // it stays a member until the server is destroyed
  }
}

SOCKETIO_DECL void switchboard::stop_adapter() {
  if (adapter_ && !std::exchange(adapter_stopped_, true)) adapter_->stop();
}

// ---- to the others
// -----------------------------------------------------------------------------------

SOCKETIO_DECL void switchboard::tell(adapter& others, const message::broadcast& m) {
  others.send(cluster::emission{m.nsp->name, m.to, m.content});
}

SOCKETIO_DECL bool switchboard::order(message::broadcast& m) {
  if (m.to.local || m.to.lossy || m.key) return false;
  adapter* const others = others_.load(std::memory_order_acquire);
  if (!others) return false;
  others->send(cluster::emission{.nsp = m.nsp->name,
                                 .to = std::move(m.to),
                                 .packet = std::move(m.content),
                                 .returns = true,
                                 .rule = m.rule});
  return true;
}

SOCKETIO_DECL void switchboard::tell(adapter& others, const message::ask& m) {
  others.send(cluster::question{m.nsp->name, m.to, m.content, m.timeout, m.answers});
}

SOCKETIO_DECL void switchboard::tell(adapter& others, const message::membership& m) {
  others.send(cluster::membership{m.nsp->name, m.whose, m.rooms, m.join});
}

SOCKETIO_DECL void switchboard::tell(adapter& others, const message::disconnect& m) {
  others.send(cluster::disconnection{m.nsp->name, m.whose, m.close});
}

SOCKETIO_DECL void switchboard::tell(adapter& others, const message::fetch& m) {
  others.send(cluster::search{m.nsp->name, m.whose, m.found});
}

SOCKETIO_DECL void switchboard::tell(adapter& others, const message::server_event& m) {
  others.send(cluster::server_event{m.nsp->name, m.data, m.answers});
}

// ---- from the others
// ---------------------------------------------------------------------------------

/// The same event, with the number and the position that it has here. Nothing if it cannot be read.
inline std::optional<sio::encoded> renumber(const sio::encoded& event, const std::string& nsp,
                                            std::optional<std::uint64_t> id, sio::offset position) {
  sio::packet_reader read;
  const auto packet = read(event);
  if (!packet) return {};
  args arguments = packet->arguments();
  if (event.offset != 0 && !arguments.empty()) arguments.drop_last();
  auto same = id ? sio::encode_event(nsp, id, packet->event(), arguments)
                 : sio::encode_event(nsp, position, packet->event(), arguments);
  if (!event.text.compressible()) same.forbid_compression();
  return same;
}

SOCKETIO_DECL void switchboard::receive(cluster::request& asked) {
  std::visit(
      [this](auto& each) {
        if (const auto n = find(each.nsp)) return receive(*n, each);
        if constexpr (requires { each.packet, each.answers; }) each.answers->asked(0);
      },
      asked);
}

SOCKETIO_DECL void switchboard::receive(nsp_core& n, cluster::emission& asked) {
  // Who misses what nobody keeps for him need not know its position.
  const bool kept = recovers_ && !asked.to.lossy;
  const sio::offset position = kept && orders_ ? sio::offset{asked.position} : next_offset();
  // It is sent as it is if it bears no position, here or there.
  if (position.number != 0 || asked.packet.offset != 0) {
    auto here = renumber(asked.packet, n.name, {}, position);
    if (!here) return;
    asked.packet = std::move(*here);
  }
  const bool unplaced = kept && orders_ && position.number == 0;
  perform(message::broadcast{
      ref{&n}, std::move(asked.to), std::move(asked.packet), asked.rule, {}, unplaced});
}

SOCKETIO_DECL void switchboard::receive(nsp_core& n, cluster::question& asked) {
  using gathering = detail::gathering<std::size_t>;
  const std::uint64_t id = next_shared_ack_id();
  const auto here = renumber(asked.packet, n.name, id, sio::offset{0});
  if (!here) return asked.answers->asked(0);
  const ref<gathering> total{new gathering{
      ref{&first()}, [to = asked.answers](std::error_code, const std::vector<std::size_t>& each) {
        std::size_t sum = 0;
        for (const std::size_t some : each) sum += some;
        to->asked(sum);
      }}};
  perform(message::ask{ref{&n}, std::move(asked.to), *here, id, asked.timeout,
                       std::move(asked.answers), total});
}

SOCKETIO_DECL void switchboard::receive(nsp_core& n, cluster::membership& asked) {
  perform(message::membership{ref{&n}, std::move(asked.whose), std::move(asked.rooms), asked.join});
}

SOCKETIO_DECL void switchboard::receive(nsp_core& n, cluster::disconnection& asked) {
  perform(message::disconnect{ref{&n}, std::move(asked.whose), asked.close});
}

SOCKETIO_DECL void switchboard::receive(nsp_core& n, cluster::search& asked) {
  /// Whoever looks is another server, even if it is in this process.
  struct elsewhere final : cluster::replies<cluster::found_socket> {
    explicit elsewhere(ref<replies> t) noexcept : to{std::move(t)} {}
    void add(cluster::found_socket found) override {
      found.here = nullptr;
      to->add(std::move(found));
    }
    void fail(std::error_code why) override { to->fail(why); }
    const ref<replies> to;
  };
  perform(message::fetch{
      ref{&n}, std::move(asked.whose),
      ref<cluster::replies<cluster::found_socket>>{new elsewhere{std::move(asked.found)}}});
}

SOCKETIO_DECL void switchboard::receive(nsp_core& n, cluster::server_event& asked) {
  first().perform(message::server_event{ref{&n}, std::move(asked.data), std::move(asked.answers)});
}

}  // namespace detail

namespace cluster {

SOCKETIO_DECL void node::receive(request asked) const { server_->receive(asked); }

SOCKETIO_DECL bool node::post(unique_function<void()> work) const {
  return server_->first().post(detail::message::task{std::move(work)});
}

SOCKETIO_DECL void node::arm(deadline& what, duration after) const {
  server_->first().env().arm(what, after);
}

SOCKETIO_DECL void node::prepare(duration length) const {
  server_->first().env().timers.prepare(length);
}

SOCKETIO_DECL void node::watch_rooms(std::string_view name,
                                     unique_function<void(std::string_view, bool)> f) const {
  const auto n = server_->find(name);
  if (!n) return;
  // Loops call it at the same time: what it does with a room is its own concern.
  const ref<detail::shared_function<void(std::string_view, bool)>> tell{
      new detail::shared_function<void(std::string_view, bool)>{std::move(f)}};
  using callback = detail::callback<std::string_view>;
  const ref<callback> created{new callback{[tell](std::string_view r) { tell->call(r, true); }}};
  const ref<callback> deleted{new callback{[tell](std::string_view r) { tell->call(r, false); }}};
  server_->set_up(*n, [tell, created, deleted](detail::nsp_slice& slice) {
    if (!slice.room_events) slice.watch_rooms();
    slice.room_events->created.add(created);
    slice.room_events->deleted.add(deleted);
    slice.room_events->for_each([&](std::string_view r) { tell->call(r, true); });
  });
}

SOCKETIO_DECL duration node::recovery_window() const { return server_->recovery_window(); }

SOCKETIO_DECL void node::begin_events(std::string_view name, std::uint32_t age) const {
  const auto n = server_->find(name);
  if (n) server_->set_up(*n, [age](detail::nsp_slice& slice) { slice.age = age; });
}

SOCKETIO_DECL void node::forget_events() const {
  server_->for_each_hub([](detail::hub& each) { each.forget_events(); });
}

SOCKETIO_DECL void node::write_sessions() const {
  server_->for_each_hub([](detail::hub& each) { each.write_all_down(); });
}

SOCKETIO_DECL asio::any_io_executor node::executor() const { return server_->first().executor(); }

SOCKETIO_DECL node::keep::keep(const node& n) noexcept : server_{n.server_} {}
SOCKETIO_DECL node::keep::keep(const keep&) noexcept = default;
SOCKETIO_DECL node::keep::~keep() = default;

}  // namespace cluster
}  // namespace socketio
