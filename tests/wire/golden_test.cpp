// Bytes as they stand on disks and are understood by peers that are not updated. If one of these fails, the
// format has changed, and what was written before a release must still be read after it. Fields that are new
// at the end of a struct do that: HOLDFAST_REGENERATE=1 writes the files again, and the diff is reviewed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "journal_values.h"
#include "message_values.h"
#include "support/encode_records.h"
#include "support/paths.h"
#include "wire/message_codec.h"
#include "wire/native_client_codec.h"
#include "wire/slice_codec.h"

namespace holdfast::wire {
namespace {

// A word a line.
std::string hex(BytesView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += digits[std::to_integer<unsigned>(bytes[i]) / 16];
    text += digits[std::to_integer<unsigned>(bytes[i]) % 16];
    if (i % 8 == 7) text += '\n';
  }
  return text;
}

std::string golden_path(const char* name) {
  return test::source_dir() + "/tests/wire/golden/" + name + ".hex";
}

Bytes golden_bytes(const char* name) {
  std::ifstream golden(golden_path(name));
  Bytes bytes;
  for (std::string word; golden >> word;)
    for (std::size_t i = 0; i + 1 < word.size(); i += 2)
      bytes.push_back(std::byte{static_cast<unsigned char>(std::stoul(word.substr(i, 2), nullptr, 16))});
  return bytes;
}

void expect_golden(const char* name, BytesView bytes) {
  const std::string path = golden_path(name);
  if (std::getenv("HOLDFAST_REGENERATE") != nullptr) std::ofstream(path) << hex(bytes);
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(hex(bytes), golden.str());
}

SkuSlice typical_skus() {
  const Row row{Units(100), Units(7), Units(1), {{ReplicaIx(1), Units(20)}}, Version(9), Units(3), 4'000'000};
  const Row peers{Units(0), Units(2), Units(0), {}, Version(300), Units(0), 0};
  return {{{SkuId(256), "85123A", Units(3), Units(1), {{ReplicaIx(0), row}, {ReplicaIx(1), peers}}},
           {SkuId(257), "71053", Units(0), Units(0), {}}}};
}

MemorySlice typical_memories() {
  return {{{4096, {0x0123456789abcdef, 0xfedcba9876543210}, Position(70'000), node_time(5'000)},
           {4097, {1, 2}, Position(70'001), node_time(5'000)}},
          ReservationSeq(60'000)};
}

TEST(Golden, TheBytesOfRecordsHaveNotChanged) {
  Bytes bytes;
  encode_records(std::vector{typical_reserve(), typical_purchase()}, bytes);
  expect_golden("records", bytes);
}

TEST(Golden, RecordsOfAFormatBeforeAreReadAsTheyWereWritten) {
  for (const char* before : {"records_1", "records_2", "records_3"})
    EXPECT_EQ(decode_records(golden_bytes(before)), (std::vector{typical_reserve(), typical_purchase()}))
        << before;
}

Record import_with_faults() {
  Record record;
  record.at = node_time(5);
  record.wall = wall_time(1'795'500'000'000);
  record.body = record::StockImported{{4,
                                       1,
                                       Units(5),
                                       {{2, "85123A", true, ""},
                                        {3, "71053", false, "quantity must be an integer"},
                                        {4, "", false, "sku must be 1 to 64 characters"},
                                        {5, "22632", false, "quantity must be an integer"}},
                                       false},
                                      {"k", {1, 2}},
                                      {Units(5)}};
  return record;
}

TEST(Golden, TheBytesOfAnImportHaveNotChanged) {
  Bytes bytes;
  encode_records(std::vector{import_with_faults()}, bytes);
  expect_golden("import", bytes);
}

TEST(Golden, AnImportWhoseLinesHaveTheirFaultsInWordsIsReadAsItWasWritten) {
  EXPECT_EQ(decode_records(golden_bytes("import_with_texts")), std::vector{import_with_faults()});
}

TEST(Golden, ASliceOfAFormatBeforeIsReadAsItWasWritten) {
  const auto reserve = std::get<record::ReservationChanged>(typical_reserve().body);
  for (const char* before : {"slice_1", "slice_2", "slice_3"})
    EXPECT_EQ(decode_slice(golden_bytes(before)), SliceValue(ReservationSlice{{reserve.after}})) << before;
  for (const char* before : {"2", "3"}) {
    EXPECT_EQ(decode_slice(golden_bytes(("skus_" + std::string(before)).c_str())),
              SliceValue(typical_skus()));
    EXPECT_EQ(decode_slice(golden_bytes(("memories_" + std::string(before)).c_str())),
              SliceValue(typical_memories()));
  }
}

TEST(Golden, TheBytesOfPackedSlicesHaveNotChanged) {
  Bytes skus, memories;
  encode_slice(typical_skus(), skus);
  expect_golden("skus", skus);
  encode_slice(typical_memories(), memories);
  expect_golden("memories", memories);
}

TEST(Golden, TheBytesOfASliceHaveNotChanged) {
  const auto reserve = std::get<record::ReservationChanged>(typical_reserve().body);
  Bytes bytes;
  encode_slice(ReservationSlice{{reserve.after}}, bytes);
  expect_golden("slice", bytes);
}

TEST(Golden, TheBytesOfAFramedMessageHaveNotChanged) {
  Bytes bytes;
  append_framed(Message(typical_rows()), bytes);
  expect_golden("rows", bytes);
}

TEST(Golden, TheBytesOfANativeCallHaveNotChanged) {
  const std::vector<Operation> operations{
      operation::Reserve{.id = "cart-8812", .items = {{"85123A", 6}, {"71053", 1}}},
      operation::Purchase{"cart-8811", "order-1"}};
  Bytes bytes;
  ASSERT_TRUE(encode_native_call(42, operations, bytes));
  expect_golden("native_call", bytes);
}

Hello typical_hello() {
  return {1, "shop-prod", {"eu", {1'760'000'000'000, 1}}, Version(42), {{1, 99, Version(0)}}, 5, 6};
}

TEST(Golden, TheBytesOfAFramedHelloHaveNotChanged) {
  Bytes bytes;
  append_framed(typical_hello(), bytes);
  expect_golden("hello", bytes);
}

TEST(Golden, AHelloOfBeforeThereWereChallengesIsReadAsItWasSaid) {
  Hello before = typical_hello();
  before.challenge = before.answered = 0;
  FrameReader reader;
  reader.feed(golden_bytes("hello_1"));
  const auto frame = reader.next();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ(decode_hello((*frame)->payload), before);
}

}  // namespace
}  // namespace holdfast::wire
