# Counting which lines and branches run (the coverage preset): only in these folders of src.
set(HOLDFAST_COUNTED core node)

# holdfast_count(TARGET): counts every line and branch of a shared library as it is written.
#   -Bsymbolic        what it calls of its own headers is its own copy, which counts, and not a test's
#   -fno-exceptions   it neither throws nor catches, and the way out by bad_alloc at every call is no branch of ours
function(holdfast_count target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)  # a report file by file
  target_compile_options(${target} PRIVATE --coverage -O0 -fno-exceptions)
  target_link_options(${target} PRIVATE --coverage -Wl,-Bsymbolic)
endfunction()
