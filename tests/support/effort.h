// How much the tests that try many things try: all, or a part of it under a sanitizer, where each takes many
// times as long and the same code is gone through after the first few. And what it took.
#pragma once

#include <algorithm>
#include <ctime>

namespace holdfast::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

// Of what is tried at every place in turn.
inline constexpr unsigned every = sanitized ? 8 : 1;

template <class Number>
[[nodiscard]] constexpr Number tries(Number all) {
  return sanitized ? std::max<Number>(1, all / 8) : all;
}

// That this process has taken: what a cost is held against, where others use the machine as well.
[[nodiscard]] inline double processor_seconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

}  // namespace holdfast::test
