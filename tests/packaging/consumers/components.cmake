# One more program for each component that was built besides the core: app_<component>, of <component>.cpp.
foreach(component IN LISTS COMPONENTS)
  if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/${component}.cpp")
    add_executable(app_${component} "${CMAKE_CURRENT_LIST_DIR}/${component}.cpp")
    target_link_libraries(app_${component} PRIVATE ostiary::${component})
  elseif(NOT component STREQUAL "core")
    message(FATAL_ERROR "no consumer is written for the component '${component}'")
  endif()
endforeach()
