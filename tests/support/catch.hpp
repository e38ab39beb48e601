// Catch2, whichever version there is: installed 3, fetched 3 (one amalgamated header), or 2.13.
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)

#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
using Catch::Approx;

#elif __has_include(<catch_amalgamated.hpp>)

#include <catch_amalgamated.hpp>
using Catch::Approx;

#else

#include <catch2/catch.hpp>

// The name that version 3 gives to version 2's Contains.
namespace Catch::Matchers {
inline auto ContainsSubstring(const std::string& text) { return Contains(text); }
}  // namespace Catch::Matchers

#endif
