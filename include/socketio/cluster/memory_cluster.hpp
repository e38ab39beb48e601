// layer 4 (hub): a cluster inside one process: for tests, and for servers side by side.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "socketio/cluster/bus.hpp"
#include "socketio/cluster/cluster_adapter.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio {

/// Servers of one process as a cluster:
///
///     io::memory_cluster cluster;
///     first.adapter(cluster.join());
///     second.adapter(cluster.join());
///
/// The messages are those that would go through a broker, byte for byte. The servers may run on
/// different threads, and outlive this object. From any thread.
class memory_cluster {
 public:
  memory_cluster() : medium_{new medium} {}

  std::unique_ptr<adapter> join(const cluster_options& o = {}) {
    return std::make_unique<cluster_adapter>(std::make_unique<line>(medium_), o);
  }

  /// Whether the server that was number `n` (from 0) to join hears nothing of the others, nor they
  /// of it: as if its cable were pulled.
  void cut_off(std::size_t n, bool cut = true) {
    const std::lock_guard lock{medium_->mutex};
    medium_->lines[n].cut = cut;
  }

  /// How many messages have been published or sent so far.
  std::size_t messages() const {
    const std::lock_guard lock{medium_->mutex};
    return medium_->messages;
  }

 private:
  class line;
  struct place {
    line* owner = nullptr;  ///< null once it has left
    bool cut = false;
  };
  struct medium : counted<medium, shared_count> {
    mutable std::mutex mutex;
    std::vector<place> lines;
    std::size_t messages = 0;
  };

  class line final : public cluster::bus {
   public:
    explicit line(ref<medium> m) : medium_{std::move(m)} {
      const std::lock_guard lock{medium_->mutex};
      number_ = medium_->lines.size();
      medium_->lines.push_back({this});
    }
    ~line() override { hang_up(); }

    void open(cluster::node here, receiver to) override {
      const std::lock_guard lock{medium_->mutex};
      here_ = here;
      receive_ = std::move(to);
    }
    void subscribe(std::string_view name, std::string_view uid) override {
      const std::lock_guard lock{medium_->mutex};
      members_.emplace_back(name, uid);
    }
    void unsubscribe(std::string_view name, std::string_view uid) override {
      const std::lock_guard lock{medium_->mutex};
      std::erase(members_, std::pair{std::string{name}, std::string{uid}});
    }
    void publish(const cluster::message& m) override {
      bring(m, [&](const auto& member) { return member.first == m.nsp; });
    }
    void send(std::string_view to, const cluster::message& m) override {
      bring(m, [&](const auto& member) { return member.first == m.nsp && member.second == to; });
    }
    void close() override { hang_up(); }

   private:
    template <class Meant>
    void bring(const cluster::message& m, Meant&& meant) {
      const std::string text = encode(m);
      const std::lock_guard lock{medium_->mutex};
      ++medium_->messages;
      if (medium_->lines[number_].cut) return;
      for (const place& each : medium_->lines) {
        line* const to = each.owner;
        if (!to || each.cut || !std::any_of(to->members_.begin(), to->members_.end(), meant)) {
          continue;
        }
        to->here_.post([to, text] {
          if (auto read = cluster::decode(text)) to->receive_(std::move(*read));
        });
      }
    }

    void hang_up() {
      const std::lock_guard lock{medium_->mutex};
      medium_->lines[number_].owner = nullptr;
    }

    ref<medium> medium_;
    std::size_t number_ = 0;
    cluster::node here_;
    receiver receive_;
    std::vector<std::pair<std::string, std::string>> members_;  ///< namespace and uid
  };

  ref<medium> medium_;
};

}  // namespace socketio
