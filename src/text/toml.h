// toml++, for files that a person has written: damage in one is a fault to be told, never the end of the
// process.
//
// Its parser asserts that a key begins with what may begin one, and then tells whoever wrote something else
// so. Here its assertions are off, as NDEBUG would have them; ours stay on.
//
// Only files that read TOML include this, and nothing else includes toml++: an assertion that is on in one
// file would be on in all that are linked with it.
#pragma once

#define TOML_ASSERT(expression) static_assert(true)

#include <toml++/toml.h>
