# holdfast_library(NAME SOURCES ... [DEPENDS ...]): the one library of a folder of src, as holdfast::NAME.
function(holdfast_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(holdfast_${name} STATIC ${arg_SOURCES})
  add_library(holdfast::${name} ALIAS holdfast_${name})
  target_link_libraries(holdfast_${name} PUBLIC holdfast_options ${arg_DEPENDS})
endfunction()

# holdfast_program(NAME SOURCES ... [DEPENDS ...]): a program in build/<preset>/bin.
function(holdfast_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE holdfast_options ${arg_DEPENDS})
endfunction()

# holdfast_test(NAME SOURCES ... [DEPENDS ...] [PROGRAMS ...] [SLOW]): a GoogleTest binary test_NAME; each of
# its tests is one of ctest's. SLOW ones run whole processes, one at a time. PROGRAMS are built before it.
function(holdfast_test name)
  cmake_parse_arguments(arg "SLOW" "TIMEOUT" "SOURCES;DEPENDS;PROGRAMS" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE holdfast_options ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE HOLDFAST_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                             HOLDFAST_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
  if(arg_PROGRAMS)
    add_dependencies(test_${name} ${arg_PROGRAMS})
  endif()
  set(properties TIMEOUT 120)
  if(arg_TIMEOUT)
    set(properties TIMEOUT ${arg_TIMEOUT})
  endif()
  if(arg_SLOW)
    list(APPEND properties RUN_SERIAL TRUE LABELS slow)
  else()
    list(APPEND properties LABELS quick)
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()
