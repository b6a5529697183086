// Draw: small random values, extremes among them, from a seed.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/random.h"
#include "core/ids.h"
#include "core/units.h"

namespace holdfast::wire {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  bool coin() { return random_.one_in(2); }

  template <class Int>
  Int any() {
    switch (below(5)) {
      case 0: return 0;
      case 1: return std::numeric_limits<Int>::max();
      case 2: return std::numeric_limits<Int>::min();
      case 3: return static_cast<Int>(below(100));
      default: return static_cast<Int>(random_());
    }
  }
  template <class StrongInt>
  StrongInt strong() {
    return StrongInt(any<typename StrongInt::rep>());
  }
  Units units() { return Units(any<std::int64_t>()); }
  Digest digest() { return {random_(), random_()}; }

  // Any bytes, none included.
  std::string text() {
    std::string drawn(one_in_three_empty(40), '\0');
    for (char& byte : drawn) byte = static_cast<char>(below(256));
    return drawn;
  }

  template <class Make>
  auto list(std::uint64_t most, Make make) {
    std::vector<decltype(make())> drawn(one_in_three_empty(most));
    for (auto& element : drawn) element = make();
    return drawn;
  }
  template <class Make>
  auto maybe(Make make) {
    return coin() ? std::optional(make()) : std::nullopt;
  }
  template <class Enum>
  Enum one_up_to(Enum last) {
    return static_cast<Enum>(below(static_cast<std::uint64_t>(last) + 1));
  }

 private:
  std::uint64_t one_in_three_empty(std::uint64_t most) { return below(3) == 0 ? 0 : 1 + below(most); }

  Random random_;
};

}  // namespace holdfast::wire
