// layer 4 (hub): what a server finds for others, complete when all of it has looked.
#pragma once

#include <mutex>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/cluster/node.hpp"
#include "socketio/cluster/replies.hpp"
#include "socketio/core/function.hpp"

namespace socketio::cluster {

/// Gives all that has come to `done`, in a task on the server's loop, when nobody can find more. It
/// keeps the adapter until that has been posted.
template <class T>
class collecting final : public replies<T> {
 public:
  using result = unique_function<void(std::vector<T>)>;

  /// `done` is not called if the server is gone, or if there is no memory for the task: whoever has
  /// asked over the network will not wait for ever.
  collecting(const node& here, result done) : here_{here}, alive_{here}, done_{std::move(done)} {}

  ~collecting() override {
    try {
      here_.post([d = std::move(done_), all = std::move(all_)]() mutable { d(std::move(all)); });
    } catch (const std::bad_alloc&) {
    }
  }

  void add(T found) override {
    const std::lock_guard lock{mutex_};
    all_.push_back(std::move(found));
  }

  void fail(std::error_code) override {}  // the protocols have no words for it

 private:
  const node here_;
  const node::keep alive_;
  result done_;
  std::mutex mutex_;  // all shards look at the same time
  std::vector<T> all_;
};

}  // namespace socketio::cluster
