// layer 4 (hub): the acknowledgements of a broadcast.
#pragma once

#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include "socketio/core/value/from_value.hpp"
#include "socketio/core/value/value.hpp"
#include "socketio/error.hpp"

namespace socketio {

/// What the clients have answered, in the order in which it came. If some have not, because they
/// took too long, disconnected, or answered something that is no T, `error` is the first reason.
template <class T>
class answers : public std::vector<T> {
 public:
  answers() = default;
  answers(std::error_code why, const std::vector<value>& came) : error{why} {
    for (const value& each : came) {
      T answer{};
      bool fits = false;
      try {
        fits = from_value(each, answer);
      } catch (const std::bad_alloc&) {
        if (!error) error = std::make_error_code(std::errc::not_enough_memory);
      } catch (...) {
        // A conversion of the user's, and nobody to tell: it does not fit.
      }
      if (fits) {
        this->push_back(std::move(answer));
      } else if (!error) {
        error = socketio::error::bad_arguments;
      }
    }
  }

  std::error_code error;
};

}  // namespace socketio
