// Drain: how a region that goes down on purpose parts what it holds of a product among those that stay.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::cli {

struct Taker {
  std::string region;
  std::int64_t sold_per_1000_s = 0;
};

// To each its share by what it sells, evenly where nobody sells any; what is left over goes to the one that
// sells most, the first of equals. The shares' sum is `units`. There is a taker.
[[nodiscard]] std::vector<std::int64_t> shares(std::int64_t units, const std::vector<Taker>& takers);

}  // namespace holdfast::cli
