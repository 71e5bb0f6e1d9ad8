# Language, warnings, sanitizers: one INTERFACE target that every target of the project links PRIVATE.
option(SKIRRET_BUILD_TESTS "Build the tests" ON)
option(SKIRRET_BUILD_FUZZERS "Build libFuzzer targets (needs clang)" OFF)
option(SKIRRET_WERROR "Treat warnings in the project as errors" ON)
set(SKIRRET_SANITIZE "" CACHE STRING "Comma-separated sanitizers: address,undefined | thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(SKIRRET_CCACHE ccache)
if(SKIRRET_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SKIRRET_CCACHE})
endif()

add_library(skirret_flags INTERFACE)
# Same bytes on every machine: no fused multiply-add behind the source's back.
target_compile_options(skirret_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
  -Wimplicit-fallthrough -ffp-contract=off)
if(SKIRRET_WERROR)
  target_compile_options(skirret_flags INTERFACE -Werror)
endif()

if(SKIRRET_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code misleads these warnings, in the standard library's own headers too.
    target_compile_options(skirret_flags INTERFACE -Wno-maybe-uninitialized -Wno-dangling-pointer)
  endif()
  # Whole build, so that containers are annotated alike in every object.
  add_compile_options(-fsanitize=${SKIRRET_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SKIRRET_SANITIZE})
  if(SKIRRET_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=all)
  endif()
endif()

if(SKIRRET_BUILD_FUZZERS)
  # Coverage everywhere; only the fuzz targets themselves link libFuzzer's main.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
