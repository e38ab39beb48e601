// The interface alone: an adapter that hands every request to the others as it is. What the servers
// ask of each other is plain data, and answers find their way back by themselves.
#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/contract.hpp"
#include "socketio/adapter.hpp"
#include "support/catch.hpp"

namespace {

using namespace socketio::test;

struct direct_medium final : medium_under_test {
  class line final : public io::adapter {
   public:
    explicit line(direct_medium& m) : medium_{m} {}

    void start(io::cluster::node here) override {
      here_ = here;
      medium_.lines.push_back(this);
    }
    void opened(std::string_view) override {}
    void closed(std::string_view) override {}
    void send(io::cluster::request asked) override {
      for (line* const each : medium_.lines) {
        if (each != this) each->here_.receive(asked);
      }
    }
    void stop() override { std::erase(medium_.lines, this); }

   private:
    direct_medium& medium_;
    io::cluster::node here_;
  };

  std::unique_ptr<io::adapter> join() override { return std::make_unique<line>(*this); }

  std::vector<line*> lines;
};

}  // namespace

TEST_CASE("F322 the contract of adapters: directly", "[adapters]") {
  direct_medium medium;
  check_adapter(medium);
}
