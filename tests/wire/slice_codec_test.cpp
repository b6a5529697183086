#include "wire/slice_codec.h"

#include <gtest/gtest.h>

#include "hostile.h"
#include "journal_values.h"
#include "support/effort.h"

namespace holdfast::wire {
namespace {

Bytes encoded(const SliceValue& slice) {
  Bytes bytes;
  encode_slice(slice, bytes);
  return bytes;
}

TEST(SliceCodec, SlicesOfEveryKindComeBackAsTheyWere) {
  Draw draw(2);
  for (int round = 0; round < test::tries(1000); ++round)
    for (std::size_t kind = 0; kind < slice_kinds; ++kind) {
      const SliceValue slice = draw_slice(draw, kind);
      const auto decoded = decode_slice(encoded(slice));
      ASSERT_TRUE(decoded) << decoded.error().detail;
      ASSERT_EQ(*decoded, slice);
    }
}

TEST(SliceCodec, EmptySlicesComeBackAsTheirKind) {
  EXPECT_EQ(decode_slice(encoded(MetaSlice())), SliceValue(MetaSlice()));
  EXPECT_EQ(decode_slice(encoded(SkuSlice())), SliceValue(SkuSlice()));
  EXPECT_EQ(decode_slice(encoded(ReservationSlice())), SliceValue(ReservationSlice()));
  EXPECT_EQ(decode_slice(encoded(MemorySlice())), SliceValue(MemorySlice()));
}

TEST(SliceCodec, AFullSliceThatIsLargerThanGuessedComesBackAsItWas) {
  SkuSlice slice;
  for (std::uint32_t sku = 0; sku < test::tries(skus_per_slice); ++sku) {
    SkuSlice::Entry& entry = slice.skus.emplace_back();
    entry.id = SkuId(sku);
    entry.name = std::string(256, 'x');
    for (std::uint16_t ix = 0; ix < 128; ++ix) {
      ReplicaRow& known = entry.rows.emplace_back();
      known.replica = ReplicaIx(ix);
      known.row.version = Version(sku + 1);
      for (std::uint16_t to = 0; to < 127; ++to) known.row.sent.push_back({ReplicaIx(to), Units(to + 1)});
    }
  }
  EXPECT_EQ(decode_slice(encoded(slice)), SliceValue(slice));
}

TEST(SliceCodec, EveryTruncationIsMalformed) {
  Draw draw(4);
  for (std::size_t kind = 0; kind < slice_kinds; ++kind)
    for_every_truncation(encoded(draw_slice(draw, kind)), [](BytesView cut) {
      const auto decoded = decode_slice(cut);
      ASSERT_FALSE(decoded);
      ASSERT_EQ(decoded.error().fault, DecodeFault::malformed);
    });
}

TEST(SliceCodec, EveryFlippedBitGivesAValueOrAnError) {
  Draw draw(5);
  for (std::size_t kind = 0; kind < slice_kinds; ++kind)
    for_every_flipped_bit(encoded(draw_slice(draw, kind)), [](BytesView damaged) {
      const auto decoded = decode_slice(damaged);
      if (decoded) {
        ASSERT_EQ(decode_slice(encoded(*decoded)), *decoded);
      }
    });
}

}  // namespace
}  // namespace holdfast::wire
