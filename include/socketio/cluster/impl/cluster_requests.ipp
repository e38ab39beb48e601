// layer 4 (hub): bodies of cluster/cluster_adapter.hpp: what other servers ask for, and are told.
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/cluster/collecting.hpp"
#include "socketio/cluster/impl/cluster_members.ipp"

namespace socketio {

/// What other servers are told that wait for acknowledgements, or for the answer of a program.
struct cluster_adapter::answerer final : cluster::replies<value> {
  answerer(cluster_adapter& o, const cluster::message& question, cluster::message_type t)
      : owner{o},
        alive{o.here_},
        type{t},
        nsp{question.nsp},
        to{question.uid},
        id{question.request_id} {}

  void add(value reply) override {
    using enum cluster::message_type;
    if (type == server_side_emit_response && said.exchange(true)) return;  // one from each server
    tell({.type = type, .request_id = id, .data = std::move(reply)});
  }

  void asked(std::size_t clients) override {
    tell({.type = cluster::message_type::broadcast_client_count,
          .request_id = id,
          .clients = clients});
  }

  void fail(std::error_code) override {}  // the official protocol has no words for it

  void tell(cluster::message m) const {
    owner.here_.post([this_ = &owner, n = nsp, u = to, m = std::move(m)]() mutable {
      this_->answer(n, u, std::move(m));
    });
  }

  cluster_adapter& owner;
  const cluster::node::keep alive;
  const cluster::message_type type;
  const std::string nsp, to, id;
  std::atomic<bool> said = false;
};

SOCKETIO_DECL void cluster_adapter::requested(member& by, cluster::message& m) {
  using enum cluster::message_type;
  const auto answers_as = [&](cluster::message_type type) {
    return ref<cluster::replies<value>>{new answerer{*this, m, type}};
  };
  switch (m.type) {
    case initial_heartbeat:
      return publish(by, {.type = heartbeat});
    case broadcast:
      if (m.request_id.empty()) {
        return here_.receive(
            cluster::emission{by.nsp, std::move(m.to), std::move(m.packet), m.position});
      }
      return here_.receive(cluster::question{by.nsp, std::move(m.to), std::move(m.packet),
                                             m.timeout.value_or(options_.request_timeout),
                                             answers_as(broadcast_ack)});
    case sockets_join:
    case sockets_leave:
      return here_.receive(
          cluster::membership{by.nsp, std::move(m.to), std::move(m.rooms), m.type == sockets_join});
    case disconnect_sockets:
      return here_.receive(cluster::disconnection{by.nsp, std::move(m.to), m.close});
    case fetch_sockets: {
      auto tell = [this, n = by.nsp, to = m.uid,
                   id = m.request_id](std::vector<cluster::found_socket> all) mutable {
        answer(n, to,
               {.type = fetch_sockets_response,
                .request_id = std::move(id),
                .sockets = std::move(all)});
      };
      using finder = cluster::collecting<cluster::found_socket>;
      return here_.receive(
          cluster::search{by.nsp, std::move(m.to), ref{new finder{here_, std::move(tell)}}});
    }
    case server_side_emit: {
      const auto to = m.request_id.empty() ? nullptr : answers_as(server_side_emit_response);
      return here_.receive(cluster::server_event{by.nsp, std::move(*m.data), to});
    }
    default:
      return;
  }
}

}  // namespace socketio
