# One library for each component, made of layers; one export set and one pkg-config file each.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(GenerateExportHeader)

set(OSTIARY_COMPONENTS "")
if(PROJECT_VERSION_MAJOR EQUAL 0)  # 0.x may break the ABI with each minor version
  set(OSTIARY_SOVERSION "0.${PROJECT_VERSION_MINOR}")
else()
  set(OSTIARY_SOVERSION "${PROJECT_VERSION_MAJOR}")
endif()
configure_file("${CMAKE_CURRENT_LIST_DIR}/version.hpp.in" "${PROJECT_BINARY_DIR}/include/ostiary/version.hpp" @ONLY)

# g++ 12 takes a moved optional or variant for one that was never set, and at -O3 "text" + std::string for an overlap (its
# bug 105651): it is not asked about these.
function(ostiary_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
    -Wnon-virtual-dtor -Wold-style-cast -Wswitch-enum $<$<BOOL:${OSTIARY_WERROR}>:-Werror>
    "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>"
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>")
endfunction()

# ostiary_component(name PUBLIC targets PRIVATE targets HEADER_ONLY targets)
# PRIVATE targets are what a static build's consumer must find too; HEADER_ONLY ones are needed to build only.
function(ostiary_component name)
  cmake_parse_arguments(A "" "" "PUBLIC;PRIVATE;HEADER_ONLY" ${ARGN})
  set(target ostiary_${name})
  string(TOUPPER ${name} upper)
  add_library(${target})
  add_library(ostiary::${name} ALIAS ${target})
  set(export_header "${PROJECT_BINARY_DIR}/include/ostiary/${name}_export.hpp")
  generate_export_header(${target} BASE_NAME OSTIARY_${upper} EXPORT_FILE_NAME "${export_header}")
  target_sources(${target} PUBLIC FILE_SET HEADERS
    BASE_DIRS "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include" FILES "${export_header}")
  if(name STREQUAL core)
    target_sources(${target} PUBLIC FILE_SET HEADERS FILES "${PROJECT_BINARY_DIR}/include/ostiary/version.hpp")
  endif()
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${A_PUBLIC} PRIVATE ${A_PRIVATE})
  foreach(dependency IN LISTS A_HEADER_ONLY)
    target_link_libraries(${target} PRIVATE "$<BUILD_INTERFACE:${dependency}>")
  endforeach()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name}
    VERSION ${PROJECT_VERSION} SOVERSION ${OSTIARY_SOVERSION}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON VERIFY_INTERFACE_HEADER_SETS ON)
  if(NOT name STREQUAL core AND NOT CMAKE_INSTALL_RPATH)  # finds libostiary_core beside itself, wherever that is
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN")
  endif()
  if(NOT BUILD_SHARED_LIBS)
    target_compile_definitions(${target} PUBLIC OSTIARY_${upper}_STATIC_DEFINE)
  endif()
  ostiary_warnings(${target})
  set(OSTIARY_COMPONENTS ${OSTIARY_COMPONENTS} ${name} PARENT_SCOPE)
endfunction()

# ostiary_layer(component layer names...): a name stands in up to three places, include/ostiary/<layer>/<name>.hpp,
# src/<layer>/<name>.cpp and tests/<layer>/<name>_test.cpp, and in none other.
function(ostiary_layer component layer)
  foreach(name IN LISTS ARGN)
    set(header "${PROJECT_SOURCE_DIR}/include/ostiary/${layer}/${name}.hpp")
    set(source "${PROJECT_SOURCE_DIR}/src/${layer}/${name}.cpp")
    set(test "${PROJECT_SOURCE_DIR}/tests/${layer}/${name}_test.cpp")
    if(EXISTS "${header}")
      target_sources(ostiary_${component} PUBLIC FILE_SET HEADERS FILES "${header}")
    elseif(NOT EXISTS "${source}")
      message(FATAL_ERROR "${layer}/${name} has neither header nor source")
    endif()
    if(EXISTS "${source}")
      target_sources(ostiary_${component} PRIVATE "${source}")
    endif()
    if(EXISTS "${test}")
      set_property(GLOBAL APPEND PROPERTY OSTIARY_TESTS_${layer} "${test}")
      set_property(GLOBAL APPEND PROPERTY OSTIARY_TEST_LAYERS ${layer})
    endif()
  endforeach()
endfunction()

# A static library's consumer links what it uses (`links`), a shared one's does not. That stands under Requires and not
# under Requires.private, since `pkg-config --static` would ask for static builds of everything below, too.
function(ostiary_pkg_config component description requires links)
  set(PC_NAME ostiary-${component})
  set(PC_DESCRIPTION "${description}")
  set(PC_REQUIRES "${requires}")
  set(PC_LIBRARY ostiary_${component})
  file(RELATIVE_PATH PC_UP "/p/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/p")
  string(TOUPPER ${component} upper)
  set(PC_CFLAGS "")
  set(PC_THREADS "")
  if(NOT BUILD_SHARED_LIBS)
    set(PC_CFLAGS "-DOSTIARY_${upper}_STATIC_DEFINE")
    set(PC_THREADS "-pthread")
    list(APPEND PC_REQUIRES ${links})
    list(JOIN PC_REQUIRES ", " PC_REQUIRES)
  endif()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/ostiary.pc.in" "${PROJECT_BINARY_DIR}/ostiary-${component}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/ostiary-${component}.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
    COMPONENT ostiary_dev)
endfunction()

# ostiary_install() closes the list of components: the target for all of them, and the install rules.
function(ostiary_install)
  add_library(ostiary_all INTERFACE)
  add_library(ostiary::ostiary ALIAS ostiary_all)
  set_target_properties(ostiary_all PROPERTIES EXPORT_NAME ostiary)
  foreach(component IN LISTS OSTIARY_COMPONENTS)
    if(NOT component STREQUAL testing)  # a host's tests ask for it by name
      target_link_libraries(ostiary_all INTERFACE ostiary_${component})
    endif()
  endforeach()
  if(NOT OSTIARY_INSTALL)
    return()
  endif()
  set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ostiary)
  set(OSTIARY_STATIC ON)
  if(BUILD_SHARED_LIBS)
    set(OSTIARY_STATIC OFF)
  endif()
  foreach(component IN LISTS OSTIARY_COMPONENTS)
    install(TARGETS ostiary_${component} EXPORT ostiary-${component}
      RUNTIME COMPONENT ostiary_runtime
      LIBRARY COMPONENT ostiary_runtime NAMELINK_COMPONENT ostiary_dev
      ARCHIVE COMPONENT ostiary_dev FILE_SET HEADERS COMPONENT ostiary_dev)
    install(EXPORT ostiary-${component} NAMESPACE ostiary:: FILE ostiary-${component}-targets.cmake
      DESTINATION ${cmake_dir} COMPONENT ostiary_dev)
  endforeach()
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/ostiaryConfig.cmake.in"
    "${PROJECT_BINARY_DIR}/ostiaryConfig.cmake" INSTALL_DESTINATION ${cmake_dir})
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/ostiaryConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/ostiaryConfig.cmake" "${PROJECT_BINARY_DIR}/ostiaryConfigVersion.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindOstiaryArgon2.cmake" "${PROJECT_SOURCE_DIR}/cmake/FindOstiaryCrypt.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindOstiaryQrcodegen.cmake" "${PROJECT_SOURCE_DIR}/cmake/FindOstiaryUtf8proc.cmake"
    DESTINATION ${cmake_dir} COMPONENT ostiary_dev)
  set(on_core "ostiary-core = ${PROJECT_VERSION}")
  foreach(component IN LISTS OSTIARY_COMPONENTS)
    if(component STREQUAL "core")
      ostiary_pkg_config(core "ostiary authentication core" "" "libcrypto >= 3.0;libargon2;libutf8proc;libxcrypt")
    elseif(component STREQUAL "sqlite")
      ostiary_pkg_config(sqlite "ostiary SQLite store" "${on_core}" "sqlite3")
    elseif(component STREQUAL "curl")
      ostiary_pkg_config(curl "ostiary SMTP mailer" "${on_core}" "libcurl")
    elseif(component STREQUAL "qr")
      ostiary_pkg_config(qr "ostiary QR codes" "${on_core}" "qrcodegencpp")
    elseif(component STREQUAL "testing")
      ostiary_pkg_config(testing "ostiary memory store and conformance kit" "${on_core}" "")
    else()
      message(FATAL_ERROR "the component '${component}' has no pkg-config file: add it here")
    endif()
  endforeach()
endfunction()
