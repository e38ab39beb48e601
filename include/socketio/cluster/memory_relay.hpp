// layer 4 (hub): relaying inside one process: for tests, and for servers side by side.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/post.hpp>

#include "socketio/cluster/relay_bus.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio {

/// Servers of one process relay the requests of each other's sessions:
///
///     io::memory_relay between;
///     first.relay(between.join());
///     second.relay(between.join());
///
/// The messages are those that would go through a broker, byte for byte. The servers may run on
/// different threads, and outlive this object. From any thread.
class memory_relay {
 public:
  memory_relay() : medium_{new medium} {}

  std::unique_ptr<cluster::relay_bus> join() { return std::make_unique<end>(medium_); }

  /// Whether the server that was number `n` (from 0) to join hears nothing of the others, nor they
  /// of it, without anybody being told: as if its cable were pulled.
  void cut_off(std::size_t n, bool cut = true) {
    const std::lock_guard lock{medium_->mutex};
    medium_->stations[n]->cut = cut;
  }

  /// How many messages have been sent so far.
  std::size_t messages() const {
    const std::lock_guard lock{medium_->mutex};
    return medium_->messages;
  }

 private:
  struct listener : counted<listener> {
    explicit listener(cluster::relay_bus::receiver f) : receive{std::move(f)} {}
    cluster::relay_bus::receiver receive;
  };
  struct station : counted<station, shared_count> {
    std::string mark;
    asio::any_io_executor loop;
    ref<listener> to;    ///< of its loop; none once it has left
    bool ended = false;  ///< of its loop, too: nobody wants to hear what became of messages
    bool there = false;
    bool cut = false;
  };
  struct medium : counted<medium, shared_count> {
    mutable std::mutex mutex;  ///< of all stations, but for what is of their loops
    std::vector<ref<station>> stations;
    std::size_t messages = 0;
  };

  class end final : public cluster::relay_bus {
   public:
    explicit end(ref<medium> m) : medium_{std::move(m)} {
      const std::lock_guard lock{medium_->mutex};
      medium_->stations.push_back(here_);
    }
    ~end() override {
      close();
      here_->ended = true;
    }

    void open(asio::any_io_executor loop, std::string_view mark, receiver to) override {
      const std::lock_guard lock{medium_->mutex};
      here_->loop = std::move(loop);
      here_->mark = mark;
      here_->to = ref<listener>{new listener{std::move(to)}};
      here_->there = true;
    }

    void send(std::string_view to, std::string_view message,
              unique_function<void(bool)> done) override {
      const std::lock_guard lock{medium_->mutex};
      ++medium_->messages;
      const bool arrives = here_->there && (here_->cut || bring(to, message));
      asio::post(here_->loop, [s = here_, d = std::move(done), arrives]() mutable {
        if (!s->ended) d(arrives);
      });
    }

    /// `to` is of the loop, hence needs no lock; where the end is destroyed on another thread, that
    /// loop does not run any more.
    void close() override {
      here_->to = nullptr;
      const std::lock_guard lock{medium_->mutex};
      here_->there = false;
    }

   private:
    /// Whether there is somebody of this mark.
    bool bring(std::string_view mark, std::string_view message) {
      for (const ref<station>& each : medium_->stations) {
        if (!each->there || each->mark != mark) continue;
        if (each->cut) return true;
        asio::post(each->loop, [s = each, text = std::string{message}] {
          // A message may have the receiver leave.
          if (const ref<listener> to = s->to) to->receive(text);
        });
        return true;
      }
      return false;
    }

    ref<medium> medium_;
    ref<station> here_{new station};
  };

  ref<medium> medium_;
};

}  // namespace socketio
