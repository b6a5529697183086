// Result<T, E>: a value, or the reason why there is none. The caller must look.
//
// std::expected where the library has it; clang 14 with g++ 12's library does not, so that tl::expected
// stands in there (libFuzzer and the clang tools build the core). Only what both have is used.
#pragma once

#include <version>

#if defined(__cpp_lib_expected)
#include <expected>
namespace holdfast {
template <class T, class E>
using Result = std::expected<T, E>;
template <class E>
[[nodiscard]] constexpr auto failure(E error) {
  return std::unexpected<E>(std::move(error));
}
}  // namespace holdfast
#else
#include <tl/expected.hpp>
namespace holdfast {
template <class T, class E>
using Result = tl::expected<T, E>;
template <class E>
[[nodiscard]] constexpr auto failure(E error) {
  return tl::unexpected<E>(std::move(error));
}
}  // namespace holdfast
#endif
