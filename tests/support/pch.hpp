// Precompiled for every test: the headers that cost most. Tests still include what they use.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <coroutine>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <variant>
#include <vector>

#include "catch.hpp"
