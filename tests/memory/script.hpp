// F15: a whole server and its clients, played at random: who opens, joins, speaks, asks, leaves,
// breaks and waits is decided by a source of numbers; what must always hold is checked.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "memory/actor.hpp"
#include "memory/host.hpp"
#include "socketio/transport/memory.hpp"

namespace socketio::test {

/// Plays one script. `Choices` is a function of n that gives a number below n.
template <class Choices>
class script {
 public:
  script(Choices& choices, script_counts& counts)
      : choices_{choices}, counts_{counts}, host_{network_, choices, verdicts_, counts} {
    const std::size_t clients = 1 + choices_(6);
    for (std::size_t i = 0; i < clients; ++i) {
      actors_.push_back(std::make_unique<actor>(network_, verdicts_));
    }
  }

  /// Gives what did not hold; empty if all did.
  std::string play(std::size_t steps) {
    for (std::size_t i = 0; i < steps && verdicts_.first().empty(); ++i) step();
    settle();
    end();
    return verdicts_.first();
  }

 private:
  using ms = std::chrono::milliseconds;

  bool chance(std::size_t one_in) { return choices_(one_in) == 0; }

  void step() {
    switch (choices_(16)) {
      case 0:
      case 1:
        network_.run();
        break;
      case 2:
        network_.advance(ms{choices_(50)});
        break;
      case 3:
        if (chance(4)) advance(ms{choices_(20'000)});
        break;
      case 4:
      case 5:
        host_.step();
        break;
      case 6:
        if (chance(4)) fault(*actors_[choices_(actors_.size())]);
        break;
      default:
        client_step(actors_[choices_(actors_.size())]);
        break;
    }
    pump();
  }

  void client_step(std::unique_ptr<actor>& who) {
    const std::size_t nsp = choices_(2);
    switch (choices_(16)) {
      case 0:
        if (who->gone()) {
          if (who->upgraded()) ++counts_.upgrades;
          who = std::make_unique<actor>(network_, verdicts_);  // somebody else comes
        }
        return who->open(chance(3));
      case 1:
      case 2:
        return who->join(nsp);
      case 3:
        return who->upgrade();
      case 4:
        return who->ask(nsp);
      case 5:
        return who->send_binary(nsp);
      case 6:
        return who->change_room(nsp, true, choices_(3));
      case 7:
        return who->change_room(nsp, false, choices_(3));
      case 8:
        if (chance(10)) who->leave(nsp);
        return;
      case 9:
        if (chance(20)) who->finish();
        return;
      case 10:
        if (chance(20)) who->request(nsp, chance(2) ? "kick" : "close");
        return;
      case 11:
        return who->request(nsp, "question");
      default:
        return who->send(nsp, choices_(chance(20) ? 9000 : 200));
    }
  }

  void fault(actor& who) {
    memory::peer* const peer = who.connection(choices_(3));
    if (!peer) return;
    switch (choices_(14)) {
      case 0:
      case 1:
      case 2:
        return peer->split(1 + choices_(40), ms{choices_(3)});
      case 3:
      case 4:
        return peer->delay(ms{choices_(300)});
      case 5:
      case 6:
        return peer->link_down();
      case 7:
      case 8:
        return peer->link_up();
      case 9:
        peer->stop_reading(choices_(3000));
        for (std::size_t n = choices_(40); n > 0; --n) host_.speak(choices_(2));
        return;
      case 10:
        return peer->resume_reading();
      default:
        break;
    }
    who.spoil();
    switch (choices_(7)) {
      case 0:
        return peer->abort();
      case 1:
        return peer->close();
      case 2:
        return peer->half_close();
      case 3:
        return peer->cut_after_sent(choices_(3000));
      case 4:
        return peer->cut_after_received(choices_(3000));
      case 5:
        return who.vanish();
      default:
        return who.say_nonsense(nonsense());
    }
  }

  std::string nonsense() {
    switch (choices_(5)) {
      case 0:
        return "\r\n\r\nGET / HTTP/1.1\r\n\r\n";
      case 1:
        return text_frame("4nonsense");
      case 2:
        return binary_frame("unasked");
      case 3:
        return client_close(1000);
      default: {
        std::string bytes;
        for (std::size_t n = choices_(30); n > 0; --n) {
          bytes.push_back(static_cast<char>(choices_(256)));
        }
        return bytes;
      }
    }
  }

  /// Lets clients do what they do by themselves; not to the end, unless it is to be.
  bool pump() {
    bool any = false;
    for (const auto& each : actors_) any = each->pump() || any;
    return any;
  }

  /// Time goes by in steps in which clients can answer.
  void advance(ms time) {
    for (; time.count() > 0; time -= std::min(time, ms{500})) {
      network_.advance(std::min(time, ms{500}));
      pump();
    }
  }

  void run_dry() {
    do {
      network_.run();
    } while (pump());
  }

  // ---- the end
  // -------------------------------------------------------------------------------------

  /// All connections work again; whoever nothing was done to must then have everything.
  void settle() {
    for (const auto& each : actors_) {
      for (std::size_t i = 0; i < 3; ++i) {
        if (memory::peer* const peer = each->connection(i)) {
          peer->link_up();
          peer->resume_reading();
          peer->split(detail::wire::unlimited);
          peer->delay({});
        }
      }
    }
    advance(ms{10'000});
    run_dry();
    for (const auto& each : actors_) {
      if (each->honest()) host_.compare(*each);
    }
  }

  void end() {
    const std::size_t how = choices_(4);
    auto& server = host_.server();
    if (how == 0) {
      server.reset();
    } else if (how == 1) {
      server->close(ms{choices_(3000)});
      advance(ms{4000});
    } else {
      for (const auto& each : actors_) each->vanish();
    }
    if (server) {
      advance(ms{200'000});  // the longest of all timeouts is over, whoever has been waiting
      if (how != 1) server->close(ms{100});
      advance(ms{2000});
    }
    actors_.clear();
    network_.run();
    host_.expect_nobody();
    verdicts_.expect(network_.idle(), "nothing is waited for");
    server.reset();
    network_.run();
    host_.use_what_is_left();
    host_.expect_nobody();
  }

  Choices& choices_;
  script_counts& counts_;
  verdicts verdicts_;
  memory::network network_;
  host<Choices> host_;
  std::vector<std::unique_ptr<actor>> actors_;
};

}  // namespace socketio::test
