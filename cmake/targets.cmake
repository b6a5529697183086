# holdfast_library(NAME SOURCES ... [DEPENDS ...]): the one library of a folder of src, as holdfast::NAME.
function(holdfast_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  set(kind STATIC)
  if(HOLDFAST_COVERAGE AND name IN_LIST HOLDFAST_COUNTED)
    set(kind SHARED)
  endif()
  add_library(holdfast_${name} ${kind} ${arg_SOURCES})
  add_library(holdfast::${name} ALIAS holdfast_${name})
  target_link_libraries(holdfast_${name} PUBLIC holdfast_options ${arg_DEPENDS})
  if(kind STREQUAL SHARED)
    holdfast_count(holdfast_${name})
  endif()
endfunction()

# holdfast_program(NAME SOURCES ... [DEPENDS ...]): a program in build/<preset>/bin.
function(holdfast_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE holdfast_options ${arg_DEPENDS})
endfunction()

# The folders of tests that run under sanitizers too; holdfast_sanitized builds what these need and no more.
set(HOLDFAST_SANITIZED_FOLDERS base core node ledger wire net sockets)
add_custom_target(holdfast_sanitized)

# holdfast_test(NAME SOURCES ... [DEPENDS ...] [PROGRAMS ...] [TIMEOUT ...] [SLOW | WAITS] [SANITIZE]): a GoogleTest
# binary test_NAME; each of its tests is one of ctest's, but under sanitizers. PROGRAMS are built before it.
#
# A test's label says when tools/test runs it. One string, since CTest 3.25 cannot discover lists; -L takes
# a part of it:
#   quick, quick-sanitize      in release; under asan and tsan too if its folder is among those above
#   slow                       SLOW: whole processes, one test at a time
#   slow-sanitize-e2e          the same under asan and tsan, if SANITIZE: beside others, since no time is measured there
#   slow                       WAITS: takes long and uses little, and so begins first, beside others
function(holdfast_test name)
  cmake_parse_arguments(arg "SLOW;WAITS;SANITIZE" "TIMEOUT" "SOURCES;DEPENDS;PROGRAMS" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE holdfast_options holdfast_test_paths ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  if(arg_PROGRAMS)
    add_dependencies(test_${name} ${arg_PROGRAMS})
  endif()
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  set(label quick)
  set(properties TIMEOUT 120)
  if(arg_TIMEOUT)
    set(properties TIMEOUT ${arg_TIMEOUT})
  endif()
  if(arg_SLOW AND arg_SANITIZE AND HOLDFAST_SANITIZE)
    list(APPEND properties COST 1000)
    set(label slow-sanitize-e2e)
  elseif(arg_SLOW)
    list(APPEND properties RUN_SERIAL TRUE)
    set(label slow)
  elseif(arg_WAITS)
    list(APPEND properties COST 1000)
    set(label slow)
  elseif(arg_SANITIZE OR folder IN_LIST HOLDFAST_SANITIZED_FOLDERS)
    set(label quick-sanitize)
  endif()
  if(label MATCHES sanitize)
    add_dependencies(holdfast_sanitized test_${name})
  endif()
  if(HOLDFAST_SANITIZE)
    # To start a process for each takes longer there than most tests.
    add_test(NAME ${name} COMMAND test_${name})
    set_tests_properties(${name} PROPERTIES ${properties} LABELS ${label} TIMEOUT 600)
    return()
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                       PROPERTIES ${properties} LABELS ${label})
endfunction()
