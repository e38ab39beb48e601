# A feature is a header and a target; whoever does not link it needs nothing that it needs.
if(TARGET socketio::deflate)
  target_sources(consumer PRIVATE ${CMAKE_CURRENT_LIST_DIR}/deflate.cpp)
  target_link_libraries(consumer PRIVATE socketio::deflate)
endif()
if(TARGET socketio::tls)
  target_sources(consumer PRIVATE ${CMAKE_CURRENT_LIST_DIR}/tls.cpp)
  target_link_libraries(consumer PRIVATE socketio::tls)
endif()
