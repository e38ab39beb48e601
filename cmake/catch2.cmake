# Catch2 3, else 2.13, else a fetched 3.7.1, as Catch2::Catch2WithMain. Tests include
# tests/support/catch.hpp, which hides the differences.
find_package(Catch2 3 QUIET)
if(NOT Catch2_FOUND)
  find_package(Catch2 2.13 QUIET)
endif()
if(NOT Catch2_FOUND)
  if(NOT SOCKETIO_FETCH_DEPENDENCIES)
    message(FATAL_ERROR "The tests need Catch2 (2.13 or newer). Install it:\n"
      "  Debian, Ubuntu:  apt-get install catch2\n"
      "  macOS:           brew install catch2\n"
      "or let CMake download it: -DSOCKETIO_FETCH_DEPENDENCIES=ON")
  endif()
  # The amalgamated pair compiles in a fifth of the full project's time.
  _socketio_fetch(source catch2
    https://github.com/catchorg/Catch2/archive/fa43b77429ba76c462b1898d6cd2f2d7a9416b14.tar.gz)
  add_library(socketio_catch2 STATIC ${source}/extras/catch_amalgamated.cpp)
  target_include_directories(socketio_catch2 SYSTEM PUBLIC ${source}/extras)
  target_compile_features(socketio_catch2 PUBLIC cxx_std_20)
  add_library(Catch2::Catch2WithMain ALIAS socketio_catch2)
endif()
