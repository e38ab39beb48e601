# socketio::compiled: the same library with its function bodies compiled once, in the project that
# links it. The build and the installed package both run this file.
if(NOT TARGET socketio_compiled)
  add_library(socketio_compiled STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/compiled.cpp)
  add_library(socketio::compiled ALIAS socketio_compiled)
  target_compile_definitions(socketio_compiled PUBLIC SOCKETIO_SEPARATE_COMPILATION)
  target_link_libraries(socketio_compiled PUBLIC socketio::socketio)
endif()
