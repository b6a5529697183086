// Sums: what records mean, per SKU, by what reservations hold and by what was done to stock, not by the
// changes of rows that go with them: the two are told apart only if they are counted apart. Shares no code
// with apply().
//
// What records mean adds up, so that the sums of some of them (closed sums) can stand for those records.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/record.h"

namespace holdfast {

struct SkuSums {
  Units received{};
  Units purchased{};
  Units written_off{};
  Units sent{};
  Units reserved{};
  Units returned{};
  SkuSums& operator+=(const SkuSums& other);
  bool operator==(const SkuSums&) const = default;
};

// Of one record.
struct Meaning {
  std::vector<std::pair<SkuId, SkuSums>> skus;  // a SKU may come more than once
  std::int64_t pending = 0;                     // change of the number of pending reservations
};
[[nodiscard]] Meaning meaning_of(const Record& record);

class Sums {
 public:
  void add(const Meaning& meaning);
  void add(SkuId sku, const SkuSums& sums);
  void add_pending(std::int64_t reservations) { pending_ += reservations; }

  [[nodiscard]] SkuSums of(SkuId sku) const {
    return sku.value() < skus_.size() ? skus_[sku.value()] : SkuSums{};
  }
  [[nodiscard]] std::int64_t pending() const { return pending_; }

 private:
  std::vector<SkuSums> skus_;  // by SkuId; beyond its end: zeros
  std::int64_t pending_ = 0;
};

}  // namespace holdfast
