#include "core/closed_sums.h"

#include <algorithm>
#include <utility>

namespace holdfast {

void ClosedSums::close(const Record& record) {
  const Meaning meaning = meaning_of(record);
  for (const auto& [sku, sums] : meaning.skus) changed_.insert(slice_of(sku).number);
  sums_.add(meaning);
  through_ = through_.next();
}

void ClosedSums::restore(const ClosedSlice& slice, Position includes) {
  for (const ClosedSlice::Entry& entry : slice.skus) sums_.add(entry.sku, entry.sums);
  sums_.add_pending(slice.pending);
  through_ = std::max(through_, includes);
}

std::set<std::uint64_t> ClosedSums::take_changed() { return std::exchange(changed_, {0}); }

std::optional<ClosedSlice> ClosedSums::slice(std::uint64_t number) const {
  ClosedSlice slice;
  if (number == 0) slice.pending = sums_.pending();
  for (std::uint64_t i = 0; i < skus_per_slice; ++i) {
    const SkuId sku(static_cast<std::uint32_t>(number * skus_per_slice + i));
    if (const SkuSums sums = sums_.of(sku); sums != SkuSums{}) slice.skus.push_back({sku, sums});
  }
  if (number != 0 && slice.skus.empty()) return std::nullopt;
  return slice;
}

}  // namespace holdfast
