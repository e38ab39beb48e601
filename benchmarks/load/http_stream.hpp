// One HTTP connection that carries one request after the other.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stream.hpp"

namespace load {

class http_stream final : stream {
 public:
  /// Whoever sends the requests.
  class user {
   public:
    virtual void response(http_stream& from, std::string_view body, std::uint64_t now) = 0;

   protected:
    ~user() = default;
  };

  http_stream(context& ctx, user& owner) : stream{ctx}, owner_{owner} {}

  using stream::open;

  void request(std::string_view text);
  bool is_waiting() const { return waiting_; }

  /// Gives the connection up.
  using stream::fail;

 private:
  std::size_t received(std::string_view input, std::uint64_t now) override;
  void lost(std::string_view why) override;

  user& owner_;
  bool waiting_ = false;
};

}  // namespace load
