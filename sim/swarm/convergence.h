// Convergence: whether the regions that were made whole have nothing more to tell one another. Asked only to
// know when to look: what is found then is read from the disks.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "sim/region.h"

namespace holdfast::sim {

// None of them holds a basket, each knows the newest of every other, and hears nobody else any more.
[[nodiscard]] bool converged(const std::vector<std::unique_ptr<Region>>& regions,
                             const std::set<std::size_t>& living);

}  // namespace holdfast::sim
