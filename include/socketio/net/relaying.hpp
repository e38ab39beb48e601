// layer 5 (net): what a server's relay needs of its shards.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>

#include "socketio/cluster/session_relay.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"
#include "socketio/net/shard.hpp"
#include "socketio/transport/relayed.hpp"

namespace socketio::detail {

/// The relay is on the loop of the first shard. Connections from other servers begin on the shard
/// of their session.
template <relays Transport>
class relaying_shards final : public relay_host {
 public:
  explicit relaying_shards(const std::vector<ref<shard<Transport>>>& all) : shards_{all} {}

  engine::environment& environment() noexcept override { return *shards_.front(); }
  asio::any_io_executor loop() override { return shards_.front()->executor(); }

  void in_turn(unique_function<void()> work) override {
    const typename shard<Transport>::turn entered{*shards_.front()};
    work();  // may be the end of this object
  }

  asio::any_io_executor loop_of(std::string_view sid) override { return home_of(sid).executor(); }

  void accept(std::string_view sid, ref<tunnel> from) override {
    shard<Transport>& home = home_of(sid);
    peer who{from->address(), from->secure(), home.proxies().trusts(from->address())};
    typename Transport::stream stream{tunnel_stream{std::move(from)}};  // ends it if nobody adopts
    if (&home != shards_.front().get()) {
      home.adopt_soon(std::move(stream), {}, {}, std::move(who));
    } else if (!home.closed()) {
      home.adopt(std::move(stream), {}, {}, std::move(who));
    }
  }

 private:
  shard<Transport>& home_of(std::string_view sid) const noexcept {
    shard<Transport>* const other = shards_.front()->owner_of(sid);
    return other ? *other : *shards_.front();
  }

  const std::vector<ref<shard<Transport>>> shards_;
};

}  // namespace socketio::detail
