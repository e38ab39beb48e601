# What our own programs are compiled with, and nobody else's.
set(CMAKE_CXX_EXTENSIONS OFF)

# Warnings are errors with the compilers that CI runs; a newer compiler's new warnings must not
# break anybody's first build.
add_library(socketio_warnings INTERFACE)
set(gnu "$<CXX_COMPILER_ID:GNU>")
set(clang "$<CXX_COMPILER_ID:Clang,AppleClang>")
target_compile_options(socketio_warnings INTERFACE
  $<$<OR:${gnu},${clang}>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow>
  $<$<AND:${gnu},$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Werror>
  $<$<AND:$<CXX_COMPILER_ID:Clang>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,20>>:-Werror>)

# g++ tidies up its memory again and again while it compiles one of our files, which takes it a sixth
# of the time; up to a gigabyte it need not.
add_compile_options($<${gnu}:--param=ggc-min-heapsize=1000000>)

# What is left out: clang 14's check of function types cannot be linked with coroutines; its check of
# virtual calls opens a pipe, which a server without descriptors must not need (R56); no TSan follows
# Asio's fences.
set(SOCKETIO_SANITIZE "" CACHE STRING "Sanitizers for tests and examples, as in -fsanitize=")
if(SOCKETIO_SANITIZE)
  add_compile_options(-fsanitize=${SOCKETIO_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${SOCKETIO_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-fno-sanitize=function,vptr)
  else()
    # What g++ believes to see of values and bounds behind the instrumentation is not so.
    add_compile_options(-Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow)
  endif()
  if(SOCKETIO_SANITIZE MATCHES "thread")
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
    add_compile_definitions(ASIO_DISABLE_FENCED_BLOCK)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      # Tests that count allocations define what clang's runtime defines, too, and cannot if it is
      # part of the program.
      execute_process(COMMAND ${CMAKE_CXX_COMPILER}
        --print-file-name=libclang_rt.tsan-${CMAKE_SYSTEM_PROCESSOR}.so
        OUTPUT_VARIABLE runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
      get_filename_component(runtime ${runtime} DIRECTORY)
      add_link_options(-shared-libsan -Wl,-rpath,${runtime})
    endif()
  endif()
endif()

# The function bodies in the headers, as most users have them, or in socketio::compiled, which builds
# faster: sets `variable` to the library that the programs of a folder are linked with.
set(SOCKETIO_COMPILED "" CACHE STRING "Which of tests and examples use the compiled mode")
function(our_library variable folder)
  if(folder IN_LIST SOCKETIO_COMPILED)
    target_link_libraries(socketio_compiled PRIVATE socketio_warnings)
    set(${variable} socketio::compiled PARENT_SCOPE)
  else()
    set(${variable} socketio::socketio PARENT_SCOPE)
  endif()
endfunction()

# Every feature that could be had here: what all of our own programs may use.
add_library(socketio_features INTERFACE)
target_link_libraries(socketio_features INTERFACE
  $<TARGET_NAME_IF_EXISTS:socketio::deflate> $<TARGET_NAME_IF_EXISTS:socketio::tls>)

# Of the list `files`, removes what is for a missing feature alone, as its path in the project says.
set(socketio_files_of_deflate "/zlib/|/(deflate|gzip|zlib)[^/]*$")
set(socketio_files_of_tls "/tls/|/tls[.]hpp$|/many_transports/")

function(leave_out_missing_features files)
  set(kept ${${files}})
  foreach(feature deflate tls)
    foreach(file IN LISTS kept)
      string(REPLACE "${PROJECT_SOURCE_DIR}/" "" path ${file})
      if(NOT TARGET socketio::${feature} AND path MATCHES "${socketio_files_of_${feature}}")
        list(REMOVE_ITEM kept ${file})
      endif()
    endforeach()
  endforeach()
  set(${files} ${kept} PARENT_SCOPE)
endfunction()

# Adds the target `target`: the npm packages that `folder`/package-lock.json names, in
# `folder`/node_modules. Without npm there is no such target.
find_program(SOCKETIO_NPM npm DOC "Node.js's package manager, for the official clients")

function(socketio_npm_install target folder)
  if(NOT SOCKETIO_NPM)
    message(STATUS "socketio: no npm, so ${folder} will be incomplete (apt-get install nodejs npm)")
    return()
  endif()
  set(installed ${folder}/node_modules/.package-lock.json)
  add_custom_command(OUTPUT ${installed}
    COMMAND ${SOCKETIO_NPM} ci --silent --no-audit --no-fund
    DEPENDS ${folder}/package-lock.json
    WORKING_DIRECTORY ${folder} COMMENT "npm ci in ${folder}" VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${installed})
endfunction()

# Of the list `files`, puts eight files each into one translation unit, because most of what tests
# of whole servers instantiate is the same. A file's own namespace lets two have a `world`, so all that
# they include comes before. What could not be in a namespace stays alone.
function(compile_in_batches files name)
  set(alone)
  set(together)
  foreach(file IN LISTS ${files})
    file(STRINGS ${file} outside REGEX "^(template <>|#define|#if|[a-z*]+ operator )")
    if(outside)
      list(APPEND alone ${file})
    else()
      list(APPEND together ${file})
    endif()
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${together})

  set(number 0)
  while(together)
    list(SUBLIST together 0 8 batch)
    list(REMOVE_ITEM together ${batch})
    set(includes)
    set(bodies)
    foreach(file IN LISTS batch)
      file(STRINGS ${file} of_file REGEX "^#include ")
      list(APPEND includes ${of_file})
      file(RELATIVE_PATH own ${CMAKE_CURRENT_SOURCE_DIR} ${file})
      string(MAKE_C_IDENTIFIER ${own} own)
      string(APPEND bodies "namespace batched_${own} {\n#include \"${file}\"\n}\n")
    endforeach()
    list(REMOVE_DUPLICATES includes)
    list(JOIN includes "\n" includes)
    math(EXPR number "${number} + 1")
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/batches/${name}_${number}.cpp)
    file(CONFIGURE OUTPUT ${unit} CONTENT "@includes@\n@bodies@" @ONLY)
    list(APPEND alone ${unit})
  endwhile()
  set(${files} ${alone} PARENT_SCOPE)
endfunction()
