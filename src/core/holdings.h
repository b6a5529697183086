// Holdings: what each region holds of a SKU, and when all of it will be sold, as this region knows it.
//
// Made for one answer: it looks up once what is the same for every SKU. Numbers are as people are shown them:
// never negative, whatever is still on its way.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/step_context.h"

namespace holdfast {

class Holdings {
 public:
  explicit Holdings(const StepContext& step);

  [[nodiscard]] answer::SkuRights of(SkuId sku) const;

  // SKUs in the order in which they run dry, and then those that do not, by name. The order moves while it is
  // read: a page begins after the SKU that ended the last one, where that now stands. Only SKUs that anybody
  // ever wanted are looked at, and the page alone is sorted: a catalogue costs nothing.
  [[nodiscard]] std::vector<SkuId> by_dryness(std::string_view after, std::size_t count) const;

 private:
  struct Part {
    Units rights;
    Units reserved;
    std::int64_t sold_per_1000_s = 0;
  };
  struct Dry {
    Millis in;
    SkuId sku;
  };

  [[nodiscard]] Part own(SkuId sku) const;
  [[nodiscard]] Part of(ReplicaIx replica, SkuId sku) const;
  [[nodiscard]] std::optional<Millis> runs_dry_in(SkuId sku) const;  // none: not in a thousand years
  [[nodiscard]] bool is_wanted(SkuId sku) const;
  [[nodiscard]] bool before(const Dry& a, const Dry& b) const;
  [[nodiscard]] std::vector<Dry> running_dry() const;
  void add_others(std::string_view after, std::size_t count, std::vector<SkuId>& page) const;

  const StepContext& step_;
  std::vector<std::optional<ReplicaIx>> replicas_;  // of the regions, as configured
};

}  // namespace holdfast
