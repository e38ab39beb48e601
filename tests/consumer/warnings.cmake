# A strict user: our headers must not cost them a warning.
target_compile_options(consumer PRIVATE -Werror -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast -Weffc++ -Wold-style-cast>
  $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic>)

if(TARGET socketio_warnings OR TARGET test_support OR TARGET chat)
  message(FATAL_ERROR "The library brings targets that are only its developers' concern.")
endif()
