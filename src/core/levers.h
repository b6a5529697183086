// Levers: what an operator decides about the rights of SKUs, in the configuration of a region. The policy
// (rebalance.h) obeys them.
//
//   move   automatic, urgent_only or off: for what rights travel to and from this region
//   cover  what is ordered up to, where there is enough for all: what sells in this time
//   floor  so many stay here, whoever asks; nobody is asked for them
//
// The first rule whose pattern matches a SKU's name holds for it, and what is said for all SKUs for the rest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/ids.h"
#include "core/units.h"

namespace holdfast {

enum class RightsMove : std::uint8_t {
  automatic,    // for waiting shoppers, and ahead of demand
  urgent_only,  // only for waiting shoppers
  off,
};

struct Lever {
  RightsMove move = RightsMove::automatic;
  Millis cover{10'000};
  Units floor;
  bool operator==(const Lever&) const = default;
};

struct LeverRule {
  std::string pattern;  // `*` stands for any characters, `?` for one
  Lever lever;
  bool operator==(const LeverRule&) const = default;
};

// Of the whole name; characters are those of UTF-8.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name);

// What is said for all SKUs, and for those of patterns.
struct Levers {
  Lever otherwise;
  std::vector<LeverRule> rules;
};

// Which rule holds for which SKU, looked up once for each. Always of the same levers; others need
// another index.
class LeverIndex {
 public:
  [[nodiscard]] const Lever& of(const Levers& levers, SkuId sku, std::string_view name);

 private:
  std::vector<std::uint32_t>
      rule_of_;  // by SKU; 0: not looked up yet; else a rule's place and 1, or past all
};

}  // namespace holdfast
