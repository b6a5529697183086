// Where this build and its sources lie. Compiled in one place, so that a compiler cache can share every other
// test's object between checkouts.
#pragma once

#include <string>

namespace holdfast::test {

[[nodiscard]] std::string source_dir();  // the top of the project
[[nodiscard]] std::string bin_dir();     // holdfastd, holdfast, ...

}  // namespace holdfast::test
