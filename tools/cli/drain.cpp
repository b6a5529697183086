#include "cli/drain.h"

#include <algorithm>
#include <numeric>

namespace holdfast::cli {

std::vector<std::int64_t> shares(std::int64_t units, const std::vector<Taker>& takers) {
  double all = 0;
  for (const Taker& taker : takers) all += static_cast<double>(taker.sold_per_1000_s);
  std::vector<std::int64_t> parts;
  std::int64_t left = units;
  for (const Taker& taker : takers) {
    const double part =
        all > 0 ? static_cast<double>(taker.sold_per_1000_s) / all : 1 / static_cast<double>(takers.size());
    parts.push_back(std::min(left, static_cast<std::int64_t>(static_cast<double>(units) * part)));
    left -= parts.back();
  }
  const auto most = std::ranges::max_element(takers, {}, &Taker::sold_per_1000_s) - takers.begin();
  parts[static_cast<std::size_t>(most)] += left;
  return parts;
}

}  // namespace holdfast::cli
