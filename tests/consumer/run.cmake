# Builds and runs the consumer project `way` in the folder `work`.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(failed)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}\n${text}")
  endif()
endfunction()

# What FetchContent would have downloaded: folders like the archives', without the network.
function(provide name include)
  file(MAKE_DIRECTORY ${work}/${name}/include)
  foreach(entry ${ARGN})
    file(CREATE_LINK ${include}/${entry} ${work}/${name}/include/${entry} SYMBOLIC)
  endforeach()
endfunction()

file(REMOVE_RECURSE ${work})
provide(asio ${asio} asio asio.hpp)
provide(rapidjson ${rapidjson} rapidjson)
set(configure ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/${way} -B ${work}/build -G ${generator}
  -DCMAKE_CXX_COMPILER=${compiler}
  -DSOCKETIO_FETCH_DEPENDENCIES=ON
  -DFETCHCONTENT_SOURCE_DIR_SOCKETIO=${socketio}
  -DFETCHCONTENT_SOURCE_DIR_SOCKETIO_ASIO=${work}/asio
  -DFETCHCONTENT_SOURCE_DIR_SOCKETIO_RAPIDJSON=${work}/rapidjson)
set(hide_installed -DSOCKETIO_ASIO_INCLUDE_DIR=/nowhere -DSOCKETIO_RAPIDJSON_INCLUDE_DIR=)

if(way STREQUAL "find_package" OR way STREQUAL "pkg_config")
  # Moved after its installation, because packages are.
  run(${CMAKE_COMMAND} --install ${socketio_build} --prefix ${work}/installed)
  file(RENAME ${work}/installed ${work}/moved)
endif()

if(way STREQUAL "find_package")
  run(${configure} -DCMAKE_PREFIX_PATH=${work}/moved)
elseif(way STREQUAL "add_subdirectory")
  run(${configure})
elseif(way STREQUAL "fetch_content")
  run(${configure} ${hide_installed})
elseif(way STREQUAL "pkg_config")
  file(MAKE_DIRECTORY ${work}/build)
  run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${work}/moved/share/pkgconfig
    make -C ${CMAKE_CURRENT_LIST_DIR}/pkg_config CXX=${compiler} OUT=${work}/build
    "CXXFLAGS=-I${asio} -I${rapidjson} -std=c++20 -Wall -Wextra -Wpedantic -Werror")
elseif(way STREQUAL "missing_dependency")
  # No project: the library itself must say what to install.
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${socketio} -B ${work}/build -G ${generator}
    -DCMAKE_CXX_COMPILER=${compiler} -DSOCKETIO_FETCH_DEPENDENCIES=OFF ${hide_installed}
    RESULT_VARIABLE failed ERROR_VARIABLE text)
  if(NOT failed OR NOT text MATCHES "apt-get install libasio-dev.*brew install asio")
    message(FATAL_ERROR "The error does not name the packages:\n${text}")
  endif()
  return()
endif()

if(NOT way STREQUAL "pkg_config")
  run(${CMAKE_COMMAND} --build ${work}/build)
endif()
run(${work}/build/consumer)
