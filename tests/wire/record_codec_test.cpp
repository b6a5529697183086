#include "wire/record_codec.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "hostile.h"
#include "journal_values.h"
#include "support/effort.h"

namespace holdfast::wire {
namespace {

Bytes encoded(std::span<const Record> records) {
  Bytes bytes;
  encode_records(records, bytes);
  return bytes;
}

TEST(RecordCodec, BatchesOfRecordsOfEveryKindComeBackAsTheyWere) {
  Draw draw(1);
  for (int round = 0; round < test::tries(2000); ++round) {
    std::vector<Record> records;
    for (std::size_t kind = 0; kind < record_kinds; ++kind)
      if (draw.coin()) records.push_back(draw_record(draw, kind));
    const auto decoded = decode_records(encoded(records));
    ASSERT_TRUE(decoded) << decoded.error().detail;
    ASSERT_EQ(*decoded, records);
  }
}

TEST(RecordCodec, TypicalRecordsComeBackAsTheyWere) {
  const std::vector<Record> records{typical_reserve(), typical_purchase()};
  EXPECT_EQ(decode_records(encoded(records)), records);
}

TEST(RecordCodec, AnEmptyRecordAndNoRecordsComeBackAsTheyWere) {
  EXPECT_EQ(decode_records(encoded(std::span<const Record>())), std::vector<Record>());
  const std::vector<Record> records(3);
  EXPECT_EQ(decode_records(encoded(records)), records);
}

TEST(RecordCodec, AReservationThatLacksOneUsualPartComesBackAsItWas) {
  const Record typical = typical_reserve();
  std::vector<Record> records(5, typical);
  std::get<record::ReservationChanged>(records[0].body).after.lines[0].quantity = no_units;
  std::get<record::ReservationChanged>(records[1].body).after.lines[0].returned = Units(1);
  std::get<record::ReservationChanged>(records[2].body).after.lines.clear();
  records[3].rows[0].reserved = no_units;
  records[4].rows[0].to = ReplicaIx(3);
  EXPECT_EQ(decode_records(encoded(records)), records);
}

TEST(RecordCodec, EncodingAppendsToWhatTheBufferHolds) {
  Bytes bytes(16, std::byte{7});
  const std::vector<Record> records{typical_reserve()};
  encode_records(records, bytes);
  EXPECT_EQ(bytes.size() % 8, 0u);
  EXPECT_EQ(bytes[15], std::byte{7});
  EXPECT_EQ(decode_records(BytesView(bytes).subspan(16)), records);
}

TEST(RecordCodec, BytesThatStandAnywhereInMemoryAreDecoded) {
  const std::vector<Record> records{typical_reserve()};
  Bytes shifted{std::byte{0}};
  const Bytes bytes = encoded(records);
  shifted.insert(shifted.end(), bytes.begin(), bytes.end());
  EXPECT_EQ(decode_records(BytesView(shifted).subspan(1)), records);
}

TEST(RecordCodec, EveryTruncationIsMalformed) {
  for_every_truncation(encoded(std::vector{typical_purchase()}), [](BytesView cut) {
    const auto decoded = decode_records(cut);
    ASSERT_FALSE(decoded);
    ASSERT_EQ(decoded.error().fault, DecodeFault::malformed);
  });
}

TEST(RecordCodec, EveryFlippedBitGivesAValueOrAnError) {
  Draw draw(3);
  for (std::size_t kind = 0; kind < record_kinds; ++kind) {
    const Bytes bytes = encoded(std::vector{draw_record(draw, kind)});
    for_every_flipped_bit(bytes, [](BytesView damaged) {
      const auto decoded = decode_records(damaged);
      if (decoded) {
        ASSERT_EQ(decode_records(encoded(*decoded)), *decoded);
      }
    });
  }
}

TEST(RecordCodec, ALaterFormatAndAnUnknownKindHaveFaultsOfTheirOwn) {
  const Bytes bytes = encoded(std::vector{typical_reserve()});
  std::size_t formats = 0;
  std::size_t kinds = 0;
  for_every_flipped_bit(bytes, [&](BytesView damaged) {
    const auto decoded = decode_records(damaged);
    if (decoded) return;
    formats += decoded.error().fault == DecodeFault::unknown_format;
    kinds += decoded.error().fault == DecodeFault::unknown_kind;
  });
  EXPECT_GE(formats, 16u);
  EXPECT_GE(kinds, 30u);
}

// Prints what README.md states of sizes and times; it asserts the sizes only.
TEST(RecordCodec, ATypicalReserveIsNearTwoHundredBytes) {
  const std::vector<Record> reserves(256, typical_reserve());
  const std::vector<Record> purchases(256, typical_purchase());
  Bytes bytes;
  const auto measure = [&](const char* what, const std::vector<Record>& records) {
    constexpr int rounds = test::tries(200);
    const auto began = std::chrono::steady_clock::now();
    for (int round = 0; round < rounds; ++round) {
      bytes.clear();
      encode_records(records, bytes);
    }
    const auto encoded_at = std::chrono::steady_clock::now();
    for (int round = 0; round < rounds; ++round) ASSERT_TRUE(decode_records(bytes));
    const auto decoded_at = std::chrono::steady_clock::now();
    const auto each = [&](auto time) {
      return std::chrono::nanoseconds(time).count() / (rounds * static_cast<long>(records.size()));
    };
    std::cout << what << ": " << bytes.size() / records.size() << " bytes, encode "
              << each(encoded_at - began) << " ns, decode " << each(decoded_at - encoded_at) << " ns\n";
  };
  measure("purchase", purchases);
  EXPECT_LE(bytes.size() / purchases.size(), 328u);
  measure("reserve", reserves);
  EXPECT_LE(bytes.size() / reserves.size(), 208u);
}

}  // namespace
}  // namespace holdfast::wire
