
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <limits>

#include "hostile.h"
#include "journal_values.h"
#include "support/effort.h"
#include "support/encode_records.h"

namespace holdfast::wire {
namespace {

Bytes encoded(std::span<const Record> records) {
  Bytes bytes;
  encode_records(records, bytes);
  return bytes;
}

record::ReservationChanged& changed_in(Record& record) {
  return std::get<record::ReservationChanged>(record.body);
}

// As in a journal, where the number of a reservation is that of the record that made it.
void numbered(Record& record, std::uint64_t place) {
  changed_in(record).after.seq = ReservationSeq(1'000'000 + place);
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
    for (std::size_t i = 0; i < records.size(); ++i)
      ASSERT_EQ(decode_record(encoded(records), i), records[i]);
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

// What is written does not depend on what stood in the same room before.
TEST(RecordCodec, ABatchThatIsUsedAgainIsAsOneThatIsNew) {
  const auto used = make_record_batch();
  Record made = typical_reserve();
  numbered(made, 1);
  used->add(std::move(made));
  used->clear();
  const auto fresh = make_record_batch();
  for (const auto& batch : {used.get(), fresh.get()}) batch->add(typical_purchase());
  Bytes of_used;
  Bytes of_fresh;
  used->encode(of_used);
  fresh->encode(of_fresh);
  EXPECT_EQ(of_used, of_fresh);
}

// A file of millions of lines may be all bad.
TEST(RecordCodec, AFaultThatManyLinesHaveIsWrittenOnce) {
  constexpr std::size_t lines = 10'000;
  Record record;
  record::StockImported& imported = record.body.emplace<record::StockImported>();
  for (std::size_t line = 0; line < lines; ++line)
    imported.result.results.push_back(
        {line + 2, "85123A", false,
         line % 2 == 0 ? "quantity must be 1 to 1000000000" : "must have two fields, sku and quantity"});
  const Bytes bytes = encoded(std::vector{record});
  EXPECT_LT(bytes.size(), 41 * lines);
  EXPECT_EQ(decode_records(bytes), std::vector{record});
}

TEST(RecordCodec, AReservationThatLacksOneUsualPartComesBackAsItWas) {
  const Record typical = typical_reserve();
  std::vector<Record> records(5, typical);
  for (std::size_t i = 0; i < records.size(); ++i) numbered(records[i], i);
  std::get<record::ReservationChanged>(records[0].body).after.lines[0].quantity = no_units;
  std::get<record::ReservationChanged>(records[1].body).after.lines[0].returned = Units(1);
  std::get<record::ReservationChanged>(records[2].body).after.lines.clear();
  records[3].rows[0].reserved = no_units;
  records[4].rows[0].to = ReplicaIx(3);
  EXPECT_EQ(decode_records(encoded(records)), records);
}

// Each makes a reservation differ in one thing from those that a batch keeps by a layout of their own.
using Change = void (*)(Record&, Reservation&);
const Change changes[] = {
    [](Record&, Reservation&) {},
    [](Record& record, Reservation&) { record.at -= Millis(1); },
    [](Record& record, Reservation&) { record.at += Millis(65'536); },
    [](Record& record, Reservation& made) { record.wall -= Millis(1), made.created_at = record.wall; },
    [](Record& record, Reservation& made) { record.wall += Millis(65'536), made.created_at = record.wall; },
    [](Record& record, Reservation&) { record.wall += Millis(1); },
    [](Record& record, Reservation&) {
      record.new_skus.push_back({SkuId(1), "new"});
    },
    [](Record& record, Reservation&) {
      record.new_replicas.push_back({ReplicaIx(1), {"us", {1, 2}}});
    },
    [](Record& record, Reservation&) {
      record.remembered.push_back({1, {2, 3}});
    },
    [](Record& record, Reservation&) { record.rows.push_back(record.rows[0]); },
    [](Record& record, Reservation&) { record.rows.clear(); },
    [](Record& record, Reservation&) { record.rows[0].sku = SkuId(7); },
    [](Record& record, Reservation&) { record.rows[0].reserved = Units(3); },
    [](Record& record, Reservation&) { record.rows[0].version = Version(3); },
    [](Record& record, Reservation&) { record.rows[0].rate = 1; },
    [](Record& record, Reservation&) { record.rows[0].received = Units(3); },
    [](Record& record, Reservation& made) {
      record.rows[0].reserved = made.lines[0].quantity = Units(std::int64_t{1} << 32);
    },
    [](Record& record, Reservation& made) { record.rows[0].reserved = made.lines[0].quantity = Units(-1); },
    [](Record& record, Reservation& made) { record.rows[0].reserved = made.lines[0].quantity = Units(0); },
    [](Record&, Reservation& made) {
      made.lines.push_back({SkuId(7), Units(1), no_units});
    },
    [](Record&, Reservation& made) { made.lines[0].returned = Units(1); },
    [](Record&, Reservation& made) { made.state = ReservationState::expired; },
    [](Record&, Reservation& made) { made.seq = made.seq.next(); },
    [](Record&, Reservation& made) { made.order = "o"; },
    [](Record&, Reservation& made) { made.customer.clear(); },
    [](Record&, Reservation& made) { made.customer = std::string(255, 'c'); },
    [](Record&, Reservation& made) { made.customer = std::string(256, 'c'); },
    [](Record&, Reservation& made) { made.id.clear(); },
    [](Record&, Reservation& made) { made.id = std::string(256, 'i'); },
    [](Record& record, Reservation& made) { made.expires = record.at - Millis(1); },
    [](Record& record, Reservation& made) { made.expires = record.at + Millis(std::int64_t{1} << 32); },
    [](Record&, Reservation& made) { made.asked_to_replace = true; },
    [](Record&, Reservation& made) { made.replaced = "another"; },
    [](Record&, Reservation& made) {
      made.shortage.push_back({"sku", Units(1), {}, {}, {}, {}});
    },
    [](Record& record, Reservation&) { changed_in(record).step = record::ReservationStep::extended; },
    [](Record& record, Reservation& made) { changed_in(record).replaced = made; },
    [](Record& record, Reservation&) {
      changed_in(record).key = KeyUse{"key", {1, 2}};
    },
    [](Record& record, Reservation& made) {
      changed_in(record).before = {made.lines.begin(), made.lines.end()};
    },
    [](Record& record, Reservation& made) { made.expires = record.at - Millis(std::int64_t{1} << 31); },
    [](Record& record, Reservation& made) { made.expires = record.at - Millis((std::int64_t{1} << 31) + 1); },
    [](Record& record, Reservation& made) { made.expires = record.at + Millis((std::int64_t{1} << 31) - 1); },
    [](Record& record, Reservation& made) { made.expires = record.at + Millis(std::int64_t{1} << 31); },
    [](Record&, Reservation& made) { made.created_at = made.created_at - Millis(1); },
    [](Record&, Reservation& made) { made.order = std::string(255, 'o'); },
    [](Record&, Reservation& made) { made.order = std::string(256, 'o'); },
    [](Record& record, Reservation&) { record.remembered.clear(); },
    [](Record& record, Reservation&) { record.rows[0].purchased = Units(1); },
    [](Record& record, Reservation&) { record.rows[0].to = ReplicaIx(1); },
    [](Record& record, Reservation&) { changed_in(record).step = record::ReservationStep::purchased; },
    [](Record& record, Reservation&) { changed_in(record).step = record::ReservationStep::released; },
    [](Record& record, Reservation&) { changed_in(record).step = record::ReservationStep::reacquired; },
    [](Record& record, Reservation& made) {
      made.lines[0].quantity = Units(std::numeric_limits<std::int64_t>::min());
      record.rows[0].reserved = made.lines[0].quantity;
    },
    [](Record& record, Reservation& made) {
      record.rows[0].reserved = made.lines[0].quantity = Units(std::int64_t{1} << 30);
    },
    [](Record& record, Reservation&) { record.body = record::GaugesSet{}; },
};

Record typical_end(record::ReservationStep step, ReservationState state) {
  Record record = typical_purchase();
  record.rows[0].purchased = no_units;
  record.rows[0].version = Version();
  record.rows[0].rate = 0;
  changed_in(record).step = step;
  changed_in(record).after.state = state;
  return record;
}

// Those that a batch keeps by a layout of their own.
std::vector<Record> plain_kinds() {
  return {typical_reserve(), typical_purchase(),
          typical_end(record::ReservationStep::released, ReservationState::released),
          typical_end(record::ReservationStep::expired, ReservationState::expired)};
}

void expect_back(const std::vector<Record>& records) {
  const Bytes bytes = encoded(records);
  const auto decoded = decode_records(bytes);
  ASSERT_TRUE(decoded) << decoded.error().detail;
  ASSERT_EQ(decoded->size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ((*decoded)[i], records[i]) << i / 3;
    EXPECT_EQ(decode_record(bytes, i), records[i]) << "alone, " << i / 3;
  }
  EXPECT_FALSE(decode_record(bytes, records.size()));
}

TEST(RecordCodec, ReservationsThatArePlainButForOneThingComeBackAsTheyWereAndInTheirOrder) {
  for (const Record& plain_one : plain_kinds()) {
    std::vector<Record> records;
    for (const Change change : changes)
      for (const bool plain : {false, true, true}) {
        Record& record = records.emplace_back(plain_one);
        numbered(record, records.size() - 1);
        if (!plain) change(record, changed_in(record).after);
      }
    expect_back(records);
  }
}

// Whichever stands first, and whatever number the first that was made has.
TEST(RecordCodec, PlainReservationsOfAllStepsComeBackInAnyOrder) {
  Draw draw(4);
  const std::vector<Record> kinds = plain_kinds();
  for (int round = 0; round < test::tries(2000); ++round) {
    std::vector<Record> records;
    for (std::size_t i = 0; i < 6; ++i) {
      Record& record = records.emplace_back(kinds[draw.below(kinds.size())]);
      numbered(record, i);
      if (draw.below(8) == 0) changed_in(record).after.seq = ReservationSeq(draw.below(8));
    }
    expect_back(records);
  }
}

// Plain ones and others, in turn.
std::vector<Record> mixed_records() {
  Record other = typical_purchase();
  other.remembered.clear();
  std::vector<Record> records{typical_reserve(),
                              typical_reserve(),
                              typical_purchase(),
                              other,
                              typical_reserve(),
                              typical_purchase(),
                              other,
                              other,
                              typical_purchase(),
                              typical_reserve()};
  for (std::size_t i = 0; i < records.size(); ++i) numbered(records[i], i);
  return records;
}

TEST(RecordCodec, ABatchInTheMakingGivesBackWhatWasAddedFromAnyPlaceOn) {
  const std::vector<Record> records = mixed_records();
  const auto batch = make_record_batch();
  for (const Record& record : records) batch->add(Record(record));
  ASSERT_EQ(batch->size(), records.size());
  for (std::size_t first = 0; first < records.size(); ++first)
    for (std::size_t count = 0; first + count <= records.size(); ++count)
      EXPECT_EQ(batch->read(first, count),
                (std::vector<Record>{records.begin() + static_cast<std::ptrdiff_t>(first),
                                     records.begin() + static_cast<std::ptrdiff_t>(first + count)}));
}

TEST(RecordCodec, ABatchThatIsFilledAgainIsAsANewOne) {
  const std::vector<Record> records = mixed_records();
  const auto batch = make_record_batch();
  batch->add(typical_purchase());
  batch->add(typical_reserve());
  batch->clear();
  EXPECT_EQ(batch->size(), 0u);
  for (const Record& record : records) batch->add(Record(record));
  Bytes bytes;
  batch->encode(bytes);
  EXPECT_EQ(bytes, encoded(records));
}

TEST(RecordCodec, EveryFlippedBitOfAMixedBatchGivesAValueOrAnError) {
  std::vector<Record> records{typical_reserve(), typical_purchase(), typical_reserve(), typical_reserve()};
  for (std::size_t i = 0; i < records.size(); ++i) numbered(records[i], i);
  for_every_flipped_bit(encoded(records), [](BytesView damaged) {
    const auto decoded = decode_records(damaged);
    if (decoded) {
      ASSERT_EQ(decode_records(encoded(*decoded)), *decoded);
    }
  });
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
  for_every_truncation(encoded(std::vector{typical_reserve(), typical_purchase()}), [](BytesView cut) {
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
  Record record = typical_purchase();
  record.remembered.clear();
  const Bytes bytes = encoded(std::vector{record});
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
TEST(RecordCodec, ATypicalReserveTakesEightyBytes) {
  std::vector<Record> reserves(256, typical_reserve());
  for (std::size_t i = 0; i < reserves.size(); ++i) numbered(reserves[i], i);
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
  EXPECT_LE(bytes.size() / purchases.size(), 152u);
  measure("reserve", reserves);
  EXPECT_LE(bytes.size() / reserves.size(), 80u);
}

}  // namespace
}  // namespace holdfast::wire
