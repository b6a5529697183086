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

  // SKUs in the order in which they run dry, and then those that do not, by name. Only SKUs that anybody ever
  // wanted are looked at, and the page alone is sorted: a catalogue costs nothing.
  //
  // Where those are more than can be looked at while shoppers wait, the first page, which screens ask for
  // again and again, is of those that it was of, of what moved last in any region, and of the next of the
  // others: what runs dry and did not move is found after as many questions as it takes to come round.
  [[nodiscard]] std::vector<SkuId> driest(std::size_t count, Driest& known) const;
  // The order moves while it is read: a page begins after the SKU that ended the last one, where that now
  // stands.
  [[nodiscard]] std::vector<SkuId> driest_after(std::string_view after, std::size_t count) const;

  static constexpr std::size_t looked_at_once = 16'384;
  static constexpr std::size_t moved_last = 1'024;  // in each region

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
  [[nodiscard]] std::size_t wanted_count() const;
  [[nodiscard]] SkuId wanted(std::size_t at) const;
  [[nodiscard]] std::vector<SkuId> all_wanted() const;
  [[nodiscard]] std::vector<SkuId> some_wanted(Driest& known) const;
  [[nodiscard]] std::vector<Dry> running_dry(const std::vector<SkuId>& skus) const;
  [[nodiscard]] static std::vector<SkuId> first_of(const std::vector<Dry>& dry, std::size_t count);
  // Moves the first of them to the front, in order.
  void bring_forward(std::vector<Dry>& dry, std::size_t count) const;
  void add_others(std::string_view after, std::size_t count, std::vector<SkuId>& page) const;

  const StepContext& step_;
  std::vector<std::optional<ReplicaIx>> replicas_;  // of the regions, as configured
  std::vector<ReplicaIx> lost_;
};

}  // namespace holdfast
