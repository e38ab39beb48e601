// All clients of a scenario, connected a bounded number at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "client.hpp"

namespace load {

class crowd {
 public:
  crowd(context& ctx, workload& work, std::uint32_t size);

  /// Returns when all are ready; ends the program when that takes too long.
  void connect();

  void leave();

  client& operator[](std::size_t i) { return *clients_[i]; }
  auto begin() { return clients_.begin(); }
  auto end() { return clients_.end(); }

 private:
  context& ctx_;
  std::vector<std::unique_ptr<client>> clients_;
};

}  // namespace load
