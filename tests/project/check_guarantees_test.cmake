# The check of the guarantees must accept what is there, and find a file, a test case and a citation that is not.
#   cmake -DCHECK=<check_guarantees.cmake> -DWORK=<dir> -P check_guarantees_test.cmake
cmake_minimum_required(VERSION 3.23)
set(tree "${WORK}/check_guarantees_tree")
file(REMOVE_RECURSE "${tree}")

macro(check row expected_result expected_text)
  file(WRITE "${tree}/docs/guarantees.md" "Run `tests/run unit`.\n\n| Promise | Held by |\n|---|---|\n${row}\n")
  execute_process(COMMAND "${CMAKE_COMMAND}" -DROOT=${tree} -P "${CHECK}" RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  string(FIND "${output}" "${expected_text}" position)
  if(NOT result EQUAL ${expected_result} OR position EQUAL -1)
    message(FATAL_ERROR "expected '${expected_text}', result ${expected_result}; got ${result}: ${output}")
  endif()
endmacro()

file(WRITE "${tree}/tests/a_test.cpp" "TEST_CASE(\"R1: one; two\") {}\nTEST_CASE(\n    \"R2: a name \"\n    \"in two lines\") {}\n")
check("| P | `tests/a_test.cpp` \"R1: one; two\"<br>`tests/a_test.cpp` \"R2: a name in two lines\" |" 0 "2 files and 2 test cases")
check("| P | `tests/a_test.cpp` |" 0 "1 files and 0 test cases")
check("| P | `tests/b_test.cpp` \"R1: one; two\" |" 1 "tests/b_test.cpp: there is no such file")
check("| P | `tests/a_test.cpp` \"R1: one\" |" 1 "tests/a_test.cpp: no test \"R1: one\"")
check("| a promise | it is so |" 1 "a row that cites nothing: | a promise | it is so |")
file(REMOVE_RECURSE "${tree}")
