# The warnings of our own code. They are errors with the compilers that CI runs; a newer compiler's
# new warnings must not break anybody's first build.
add_library(socketio_warnings INTERFACE)
set(gnu "$<CXX_COMPILER_ID:GNU>")
set(clang "$<CXX_COMPILER_ID:Clang,AppleClang>")
set(version "$<CXX_COMPILER_VERSION>")
target_compile_options(socketio_warnings INTERFACE
  $<$<OR:${gnu},${clang}>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow>
  $<$<AND:${gnu},$<VERSION_LESS:${version},13>>:-Werror>
  $<$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_LESS:${version},20>>:-Werror>)
