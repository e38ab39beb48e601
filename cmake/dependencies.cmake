# Finds what the library includes: standalone Asio and RapidJSON, as the targets socketio::asio and
# socketio::rapidjson. The build and the installed package both run this file, so no path of the
# machine that built the package is ever exported.
#
# An installed copy comes first; what is missing is fetched at a pinned commit if
# SOCKETIO_FETCH_DEPENDENCIES is on. Another copy is chosen with CMAKE_PREFIX_PATH,
# SOCKETIO_ASIO_INCLUDE_DIR, SOCKETIO_RAPIDJSON_INCLUDE_DIR, or by defining the targets beforehand.

# Sets `result` to the version of the Asio in `folder`, or to nothing.
function(_socketio_asio_version result folder)
  set(${result} "" PARENT_SCOPE)
  if(EXISTS "${folder}/asio/version.hpp")
    file(STRINGS "${folder}/asio/version.hpp" line REGEX "^#define ASIO_VERSION [0-9]+")
    string(REGEX MATCH "ASIO_VERSION ([0-9]+)" line "${line}")
    math(EXPR major "${CMAKE_MATCH_1} / 100000")
    math(EXPR minor "${CMAKE_MATCH_1} / 100 % 1000")
    math(EXPR patch "${CMAKE_MATCH_1} % 100")
    set(${result} ${major}.${minor}.${patch} PARENT_SCOPE)
  endif()
endfunction()

# Downloads an archive without running its CMake code; sets `result` to its folder.
function(_socketio_fetch result name url)
  include(FetchContent)
  if(POLICY CMP0135)
    cmake_policy(SET CMP0135 NEW)
  endif()
  message(STATUS "socketio: fetching ${url}")
  FetchContent_Declare(socketio_${name} URL ${url} SOURCE_SUBDIR no-cmake-code-is-run)
  FetchContent_MakeAvailable(socketio_${name})
  set(${result} ${socketio_${name}_SOURCE_DIR} PARENT_SCOPE)
endfunction()

# Include folders of imported targets are system folders: their warnings stay silent.
function(_socketio_import name folder)
  add_library(socketio::${name} INTERFACE IMPORTED GLOBAL)
  set_target_properties(socketio::${name} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${folder}")
endfunction()

function(_socketio_find_asio)
  if(TARGET socketio::asio)
    return()
  endif()
  find_path(SOCKETIO_ASIO_INCLUDE_DIR asio.hpp DOC "Folder of standalone Asio's asio.hpp")
  set(folder "${SOCKETIO_ASIO_INCLUDE_DIR}")
  _socketio_asio_version(version "${folder}")
  if(version VERSION_LESS 1.22.1 AND SOCKETIO_FETCH_DEPENDENCIES)  # also when there is none
    _socketio_fetch(source asio
      https://github.com/chriskohlhoff/asio/archive/231cb29bab30f82712fcd54faaea42424cc6e710.tar.gz)
    set(folder ${source}/include)  # its place since Asio 1.38
    if(NOT EXISTS ${folder}/asio.hpp)
      set(folder ${source}/asio/include)
    endif()
    _socketio_asio_version(version "${folder}")
  endif()
  if(version VERSION_GREATER_EQUAL 1.22.1)
    _socketio_import(asio "${folder}")
    # Before 1.26 Asio does not recognise the coroutines of clang with libstdc++.
    if(version VERSION_LESS 1.26)
      set_target_properties(socketio::asio PROPERTIES INTERFACE_COMPILE_DEFINITIONS
        "$<$<CXX_COMPILER_ID:Clang,AppleClang>:ASIO_HAS_CO_AWAIT=1>")
    endif()
  endif()
endfunction()

function(_socketio_find_rapidjson)
  if(TARGET socketio::rapidjson)
    return()
  endif()
  find_path(SOCKETIO_RAPIDJSON_INCLUDE_DIR rapidjson/reader.h DOC "Folder of rapidjson/reader.h")
  set(folder "${SOCKETIO_RAPIDJSON_INCLUDE_DIR}")
  if(NOT folder AND SOCKETIO_FETCH_DEPENDENCIES)
    _socketio_fetch(source rapidjson
      https://github.com/Tencent/rapidjson/archive/24b5e7a8b27f42fa16b96fc70aade9106cf7102f.tar.gz)
    set(folder ${source}/include)
  endif()
  if(folder)
    _socketio_import(rapidjson "${folder}")
  endif()
endfunction()

# Defines the targets; sets `missing` to a message for people when one cannot be had.
function(socketio_find_dependencies missing)
  set(${missing} "" PARENT_SCOPE)
  set(THREADS_PREFER_PTHREAD_FLAG ON)
  find_package(Threads REQUIRED)
  _socketio_find_asio()
  _socketio_find_rapidjson()
  if(NOT TARGET socketio::asio OR NOT TARGET socketio::rapidjson)
    string(CONCAT text
      "socketio needs standalone Asio (1.22.1 or newer) and RapidJSON. Install them:\n"
      "  Debian, Ubuntu:  apt-get install libasio-dev rapidjson-dev\n"
      "  macOS:           brew install asio rapidjson\n"
      "or let CMake download them: -DSOCKETIO_FETCH_DEPENDENCIES=ON")
    set(${missing} "${text}" PARENT_SCOPE)
  endif()
endfunction()

# Whoever sees socketio::socketio sees the feature too. The paths of what it needs are put in place,
# since the targets that find_package makes are seen by the folder that calls it alone.
function(_socketio_feature name libraries folders)
  get_target_property(imported socketio::socketio IMPORTED)
  set(scope GLOBAL)
  if(imported)
    set(scope "")
  endif()
  add_library(socketio::${name} INTERFACE IMPORTED ${scope})
  target_link_libraries(socketio::${name} INTERFACE socketio::socketio ${libraries})
  target_include_directories(socketio::${name} INTERFACE ${folders})
endfunction()

# What is not every program's: targets that exist if what they need is installed. Called after
# socketio::socketio is there, by the build and by the installed package alike.
function(socketio_find_features)
  if(NOT TARGET socketio::deflate)  # <socketio/deflate.hpp>
    find_package(ZLIB QUIET)
    if(ZLIB_FOUND)
      _socketio_feature(deflate "${ZLIB_LIBRARIES}" "${ZLIB_INCLUDE_DIRS}")
    else()
      message(STATUS "socketio: without zlib there is no target socketio::deflate "
        "(Debian, Ubuntu: apt-get install zlib1g-dev; macOS: brew install zlib)")
    endif()
  endif()
  if(NOT TARGET socketio::tls)  # <socketio/transport/tls.hpp>
    find_package(OpenSSL 3.0 QUIET)
    if(OPENSSL_FOUND)
      _socketio_feature(tls "${OPENSSL_LIBRARIES}" "${OPENSSL_INCLUDE_DIR}")
    else()
      message(STATUS "socketio: without OpenSSL 3 there is no target socketio::tls "
        "(Debian, Ubuntu: apt-get install libssl-dev; macOS: brew install openssl)")
    endif()
  endif()
endfunction()
