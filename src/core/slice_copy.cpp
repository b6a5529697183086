#include "core/slice_copy.h"

#include <utility>

#include "base/overloaded.h"

namespace holdfast {

namespace {

std::size_t row_bytes_guess(const ReplicaRow& known) { return 16 + 3 * known.row.sent.size(); }

std::size_t sku_bytes_guess(const SkuSlice::Entry& sku) {
  std::size_t bytes = 8 + sku.name.size();
  for (const ReplicaRow& known : sku.rows) bytes += row_bytes_guess(known);
  return bytes;
}

}  // namespace

SliceValue value_of(SliceCopy copy) {
  return std::visit(
      Overloaded{[](PendingSlice&& packed) -> SliceValue { return ReservationSlice{packed.all()}; },
                 [](auto&& slice) -> SliceValue { return std::move(slice); }},
      std::move(copy));
}

std::size_t bytes_guess(const SliceCopy& copy) {
  return std::visit(
      Overloaded{
          [](const MetaSlice& meta) { return 64 * meta.replicas.size() + 24 * meta.boots.size(); },
          [](const SkuSlice& skus) {
            std::size_t bytes = 0;
            for (const SkuSlice::Entry& sku : skus.skus) bytes += sku_bytes_guess(sku);
            return bytes;
          },
          [](const PendingSlice& packed) { return packed.bytes(); },
          [](const MemorySlice& memories) { return 20 * memories.memories.size(); },
          [](const ClosedSlice& closed) { return 56 * closed.skus.size(); },
      },
      copy);
}

}  // namespace holdfast
