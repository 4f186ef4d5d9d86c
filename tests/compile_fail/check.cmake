# Holds that a file compiles, and that with OSTIARY_FAULT defined it does not, for the reason that its first line names:
#   // expect: <regular expression over the compiler's errors>
# cmake -DSOURCE=<file> -DCOMPILER=<c++> -DINCLUDES=<list> -DDEFINITIONS=<list> -P check.cmake
cmake_minimum_required(VERSION 3.23)
list(TRANSFORM INCLUDES PREPEND -I)
list(TRANSFORM DEFINITIONS PREPEND -D)
set(command "${COMPILER}" -std=c++20 -fsyntax-only -Wall -Wextra -Werror=unused-result ${INCLUDES} ${DEFINITIONS})

file(STRINGS "${SOURCE}" first_line LIMIT_COUNT 1)
if(NOT first_line MATCHES "^// expect: (.+)$")
  message(FATAL_ERROR "${SOURCE}: the first line must be '// expect: <regular expression>'")
endif()
set(expected "${CMAKE_MATCH_1}")
set(ENV{LC_ALL} C)  # the compiler's own words, with plain quotes

execute_process(COMMAND ${command} "${SOURCE}" RESULT_VARIABLE result ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the control must compile:\n${output}")
endif()

execute_process(COMMAND ${command} -DOSTIARY_FAULT "${SOURCE}" RESULT_VARIABLE result ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "it compiles, and must not")
endif()
# The error itself, not a note beside it, has to say so.
string(REGEX MATCHALL "error: [^\n]*" errors "${output}")
if(NOT errors MATCHES "error: [^\n]*(${expected})")
  message(FATAL_ERROR "it does not compile, but not because of '${expected}':\n${output}")
endif()
