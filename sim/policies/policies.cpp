#include "sim/policies/policies.h"

#include "base/assert.h"
#include "sim/policies/shared_number.h"
#include "sim/policies/split_rights.h"

namespace holdfast::sim {

std::string_view name_of(Denial denial) {
  constexpr std::array<std::string_view, denials> names{"granted",    "short here", "sold out",
                                                        "in baskets", "cut off",    "other"};
  return names[static_cast<std::size_t>(denial)];
}

std::unique_ptr<StockPolicy> make_policy(std::string_view name, const PolicyWorld& world) {
  if (name == "oracle") return std::make_unique<Oracle>(world.stage.queue, world.paths, world.skus);
  if (name == "central") return std::make_unique<Central>(world.stage.queue, world.paths, world.skus);
  if (name == "quorum") return std::make_unique<Quorum>(world.stage.queue, world.paths, world.skus);
  if (name == "static") return std::make_unique<SplitRights>(world.stage.queue, world.paths, world.skus);
  if (name == "threshold") return make_threshold(world);
  if (name == "reactive") return make_reactive(world);
  if (name == "periodic") return make_periodic(world);
  if (name == "fixed") return make_fixed(world);
  if (name == "dealer") return make_dealer(world);
  HF_ASSERT(name == "holdfast");
  return make_holdfast(world);
}

}  // namespace holdfast::sim
