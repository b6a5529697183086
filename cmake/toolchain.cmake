# How everything is compiled: language, warnings as errors, sanitizers; ccache and mold where present.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Nobody puts another function in the place of one of ours, so that those of one file may be in line with each other.
add_compile_options(-fno-semantic-interposition)

# Values of a few hundred bytes are cleared by ordinary stores: g++'s choice, "rep stos", takes longer to begin.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options("$<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-mmemset-strategy=vector_loop:512:noalign,libcall:-1:noalign>")
endif()

# Built from nothing, most time goes into reading the same headers again: so the presets compile several files of a
# target as one (CMAKE_UNITY_BUILD), where two files may not give one name to two things. For work on a few files, debug
# compiles each by itself; coverage does so where it counts.

# What a busy daemon runs, as tools/train saw it, says which way branches go and what is worth standing in line. What did not
# run there is compiled as without.
if(HOLDFAST_PROFILE)
  set(HOLDFAST_PROFILE_DIR ${PROJECT_SOURCE_DIR}/build/training/profile)
  add_compile_options(-fprofile-prefix-path=${CMAKE_BINARY_DIR})  # so that both builds call a file the same
endif()
if(HOLDFAST_PROFILE STREQUAL "written")
  add_compile_options(-fprofile-generate=${HOLDFAST_PROFILE_DIR} -fprofile-update=atomic)
  add_link_options(-fprofile-generate)
elseif(HOLDFAST_PROFILE STREQUAL "used")
  add_compile_options(-fprofile-use=${HOLDFAST_PROFILE_DIR} -fprofile-partial-training -fprofile-correction
                      -Wno-missing-profile -Wno-error=coverage-mismatch)  # a file that the build makes is in another place
endif()

find_program(HOLDFAST_CCACHE ccache)
if(HOLDFAST_CCACHE AND NOT HOLDFAST_PROFILE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the project, here and in messages, so that every checkout finds what another one compiled.
  set(HOLDFAST_LAUNCHER env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${HOLDFAST_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HOLDFAST_LAUNCHER})
  set(CMAKE_C_COMPILER_LAUNCHER ${HOLDFAST_LAUNCHER})
endif()

find_program(HOLDFAST_MOLD mold)
if(HOLDFAST_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Assertions and tests name files from the project on, the same in every checkout.
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)

# Every target of this project links to this one: our warnings hold for our code, not for libraries.
add_library(holdfast_options INTERFACE)
target_include_directories(holdfast_options INTERFACE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
target_compile_options(holdfast_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
# g++ 12 reports uninitialized and overflow in library headers, inlined, that are not there (PR 105562, 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(holdfast_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict
                         -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread)
endif()
if(HOLDFAST_INVARIANTS)
  target_compile_definitions(holdfast_options INTERFACE HOLDFAST_INVARIANTS=1)
endif()
if(HOLDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
  # Asio has fences, which g++ cannot instrument and warns of; what they order, its mutexes order too.
  if(HOLDFAST_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(HOLDFAST_SANITIZE MATCHES undefined)
  # A null pointer ends the process in any case, and only the codecs read strangers' bytes (src/wire has both): looking
  # at each access of memory a second time is a fifth of what compiling takes.
  add_compile_options(-fno-sanitize=null,alignment)
endif()
# For tests and their tools, under sanitizers: it is not their own code that is looked at, and it is compiled more often
# than it runs.
if(HOLDFAST_SANITIZE)
  set(HOLDFAST_CHEAP_OPTIONS -O0)
endif()
if(HOLDFAST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
