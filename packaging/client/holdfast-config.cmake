# find_package(holdfast) gives holdfast::client: what include/holdfast declares, for C++20 and later. On Debian 12 it
# needs libcapnp-dev and libssl-dev.
include(CMakeFindDependencyMacro)
find_dependency(OpenSSL)
find_dependency(Threads)

# Its own package refuses projects without C.
find_library(holdfast_capnp capnp)
find_library(holdfast_kj kj)
mark_as_advanced(holdfast_capnp holdfast_kj)
if(NOT holdfast_capnp OR NOT holdfast_kj)
  set(holdfast_FOUND FALSE)
  set(holdfast_NOT_FOUND_MESSAGE "there is no Cap'n Proto: on Debian, install libcapnp-dev")
  return()
endif()

if(NOT TARGET holdfast::client)
  # This file is in PREFIX/lib/cmake/holdfast.
  get_filename_component(holdfast_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
  add_library(holdfast::client STATIC IMPORTED)
  set_target_properties(holdfast::client PROPERTIES
    IMPORTED_LOCATION "${holdfast_prefix}/lib/libholdfast_client.a"
    IMPORTED_LINK_INTERFACE_LANGUAGES CXX
    INTERFACE_INCLUDE_DIRECTORIES "${holdfast_prefix}/include"
    INTERFACE_COMPILE_FEATURES cxx_std_20
    INTERFACE_LINK_LIBRARIES "${holdfast_capnp};${holdfast_kj};OpenSSL::SSL;Threads::Threads")
  unset(holdfast_prefix)
endif()
