# `cmake --install`: headers, a CMake package that finds the dependencies again, a pkg-config file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/socketio)

install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS socketio EXPORT socketio-targets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT socketio-targets NAMESPACE socketio:: DESTINATION ${package_dir})

configure_package_config_file(cmake/socketio-config.cmake.in socketio-config.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(socketio-config-version.cmake
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/socketio-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/socketio-config-version.cmake
  cmake/dependencies.cmake
  cmake/compiled.cmake
  cmake/compiled.cpp
  DESTINATION ${package_dir})

# The .pc file finds its prefix from its own place, so the installed tree can be moved.
file(RELATIVE_PATH prefix_from_pc
  ${CMAKE_INSTALL_FULL_DATADIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/socketio.pc.in socketio.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/socketio.pc
  DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
