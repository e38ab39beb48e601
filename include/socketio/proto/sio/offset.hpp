// layer 1 (proto): where an event stands among all those that its receivers may ask for again.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace socketio::sio {

/// The last argument of an event that its receivers may ask for again; 0 stands for no argument.
/// Clients remember it, and name the last one that they got when they come back. Later events have
/// greater numbers.
///
/// On the wire it is a decimal number; or, where servers share one order, the id of an entry of a
/// Redis stream, `milliseconds-sequence`. Both fit one integer, of which the topmost bit tells them
/// apart: until the year 2248, and for a million entries in one millisecond.
struct offset {
  explicit constexpr offset(std::uint64_t n) noexcept : number{n} {}

  /// Nothing for an id that does not fit.
  static constexpr std::optional<offset> of_entry(std::uint64_t milliseconds,
                                                  std::uint64_t sequence) noexcept {
    if (milliseconds >= entry_bit >> sequence_bits || sequence >> sequence_bits != 0) return {};
    return offset{entry_bit | milliseconds << sequence_bits | sequence};
  }

  /// What a client names, in either form.
  static std::optional<offset> read(std::string_view text) noexcept {
    const std::size_t dash = text.find('-');
    const auto first = number_in(text.substr(0, dash));
    if (dash == std::string_view::npos) {
      return first && *first < entry_bit ? std::optional{offset{*first}} : std::nullopt;
    }
    const auto second = number_in(text.substr(dash + 1));
    return first && second ? of_entry(*first, *second) : std::nullopt;
  }

  constexpr bool is_entry() const noexcept { return (number & entry_bit) != 0; }

  /// Whole seconds, nearly, in which entries are added: as much of a position as there is room for
  /// in each membership. Positions of one age or a later one have no smaller.
  constexpr std::uint32_t age() const noexcept {
    if (!is_entry()) return 0;
    return static_cast<std::uint32_t>((number & ~entry_bit) >> (sequence_bits + 10));
  }

  /// As clients are told it.
  std::string text() const {
    if (!is_entry()) return std::to_string(number);
    return std::to_string((number & ~entry_bit) >> sequence_bits) + '-' +
           std::to_string(number & ((std::uint64_t{1} << sequence_bits) - 1));
  }

  std::uint64_t number;

 private:
  static constexpr unsigned sequence_bits = 20;
  static constexpr std::uint64_t entry_bit = std::uint64_t{1} << 63;

  static std::optional<std::uint64_t> number_in(std::string_view digits) noexcept {
    std::uint64_t n = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, fault] = std::from_chars(digits.data(), end, n);
    if (fault != std::errc{} || stop != end) return {};
    return n;
  }
};

}  // namespace socketio::sio
