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

Reservation plain_one(std::uint64_t number) {
  Reservation made = std::get<record::ReservationChanged>(typical_reserve().body).after;
  made.seq = ReservationSeq(number);
  return made;
}

// Each makes a pending reservation differ in one thing from those that a slice keeps by a layout of their
// own.
using PendingChange = void (*)(Reservation&);
const PendingChange pending_changes[] = {
    [](Reservation&) {},
    [](Reservation& one) { one.seq = ReservationSeq(1); },
    [](Reservation& one) { one.seq = ReservationSeq(one.seq.value() + 65'536); },
    [](Reservation& one) { one.created_at -= Millis(1); },
    [](Reservation& one) { one.created_at += Millis(65'536); },
    [](Reservation& one) { one.expires -= Millis(1); },
    [](Reservation& one) { one.expires -= Millis((std::int64_t{1} << 31) + 1); },
    [](Reservation& one) { one.expires += Millis(std::int64_t{1} << 31); },
    [](Reservation& one) { one.lines[0].quantity = Units(std::int64_t{1} << 32); },
    [](Reservation& one) { one.lines[0].quantity = Units(-1); },
    [](Reservation& one) { one.lines[0].returned = Units(1); },
    [](Reservation& one) { one.lines.clear(); },
    [](Reservation& one) {
      one.lines.push_back({SkuId(7), Units(1), no_units});
    },
    [](Reservation& one) { one.state = ReservationState::expired; },
    [](Reservation& one) { one.id.clear(); },
    [](Reservation& one) { one.id = std::string(256, 'i'); },
    [](Reservation& one) { one.customer = std::string(255, 'c'); },
    [](Reservation& one) { one.customer = std::string(256, 'c'); },
    [](Reservation& one) { one.order = "o"; },
    [](Reservation& one) { one.asked_to_replace = true; },
    [](Reservation& one) { one.replaced = "another"; },
    [](Reservation& one) {
      one.shortage.push_back({"sku", Units(1), {}, {}, {}, {}});
    },
};

TEST(SliceCodec, PendingReservationsThatArePlainButForOneThingComeBackAsTheyWereAndInTheirOrder) {
  ReservationSlice slice;
  for (const PendingChange change : pending_changes)
    for (const bool plain : {false, true, true}) {
      Reservation& one = slice.pending.emplace_back(plain_one(1'000'000 + 2 * slice.pending.size()));
      if (!plain) change(one);
    }
  EXPECT_EQ(decode_slice(encoded(slice)), SliceValue(slice));
}

TEST(SliceCodec, APlainReservationTakesThirtyFourBytesAndItsTexts) {
  ReservationSlice slice;
  for (std::uint64_t number = 0; number < 2 * reservations_per_slice; number += 2)
    slice.pending.push_back(plain_one(number));
  const Reservation& one = slice.pending.front();
  const std::size_t each = 34 + one.id.size() + one.customer.size();
  EXPECT_LE(encoded(slice).size(), slice.pending.size() * each + 256);
}

TEST(SliceCodec, EveryFlippedBitOfAMixedSliceGivesAValueOrAnError) {
  ReservationSlice slice{{plain_one(1), plain_one(2), plain_one(3)}};
  slice.pending[1].order = "o";
  for_every_flipped_bit(encoded(slice), [](BytesView damaged) {
    const auto decoded = decode_slice(damaged);
    if (decoded) {
      ASSERT_EQ(decode_slice(encoded(*decoded)), *decoded);
    }
  });
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
