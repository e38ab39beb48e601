// layer 4 (hub): what the shards find for somebody who has asked all of them.
#pragma once

#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/execution.hpp>
#include <asio/post.hpp>
#include <asio/prefer.hpp>

#include "socketio/cluster/replies.hpp"
#include "socketio/core/function.hpp"
#include "socketio/core/intrusive.hpp"

namespace socketio::detail {

class hub;

/// What gives the asker all that has come, when nobody can contribute any more: a message under way
/// to a shard, an acknowledgement that is awaited, another server.
template <class T>
class gathering final : public cluster::replies<T> {
 public:
  using result = unique_function<void(std::error_code, std::vector<T>)>;

  /// `done` is called once, on the loop of `home`, and not before the caller has returned; where
  /// that loop is gone with the server, at once, with `error::server_closed`.
  gathering(ref<hub> home, result done) : home_{std::move(home)}, done_{std::move(done)} {}
  ~gathering() override;

  void add(T found) override {
    const std::lock_guard lock{mutex_};
    all_.push_back(std::move(found));
  }

  void fail(std::error_code why) override {
    const std::lock_guard lock{mutex_};
    if (!error_) error_ = why;
  }

 private:
  ref<hub> home_;
  result done_;
  std::mutex mutex_;
  std::error_code error_;
  std::vector<T> all_;
};

/// Calls `handler` where it wants to be called: on its own executor if it has one.
template <class Handler, class... Values>
auto completion(Handler handler, void (*)(Values...)) {
  asio::any_io_executor own{asio::get_associated_executor(handler, asio::any_io_executor{})};
  asio::any_io_executor work{
      own ? asio::any_io_executor{asio::prefer(own, asio::execution::outstanding_work.tracked)}
          : own};
  auto stop = asio::get_associated_cancellation_slot(handler);
  auto call = [h = std::move(handler), stop](Values... values) mutable {
    if (stop.is_connected()) stop.clear();
    std::move(h)(std::move(values)...);
  };
  return [c = std::move(call), own = std::move(own),
          work = std::move(work)](Values... values) mutable {
    if (!own) return c(std::move(values)...);
    asio::post(own,
               [g = std::move(c), ... v = std::move(values)]() mutable { g(std::move(v)...); });
  };
}

}  // namespace socketio::detail
