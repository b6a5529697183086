// What a peer that has gone mad, or someone who is none, may put into a frame that is sound.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "core/limits.h"
#include "hostile.h"
#include "message_values.h"
#include "wire/checks.h"
#include "wire/message_codec.h"

namespace holdfast::wire {
namespace {

using Words = std::vector<std::uint64_t>;

Words words_of(const Bytes& bytes) {
  Words words(bytes.size() / 8);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

// A message of these words: with the table that says so in front.
Bytes message_of(Words words) {
  words.insert(words.begin(), std::uint64_t{words.size()} << 32);
  Bytes bytes(words.size() * 8);
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

// https://capnproto.org/encoding.html: pointers, their offsets counted from the word after them.
std::uint64_t offset_bits(std::int64_t offset) { return static_cast<std::uint32_t>(offset * 4); }
std::uint64_t to_struct(std::int64_t offset, std::uint64_t data_words, std::uint64_t pointers) {
  return offset_bits(offset) | data_words << 32 | pointers << 48;
}
std::uint64_t to_list(std::int64_t offset, std::uint64_t element_size, std::uint64_t count) {
  return offset_bits(offset) | 1 | element_size << 32 | count << 35;
}
std::uint64_t list_tag(std::uint64_t count, std::uint64_t data_words, std::uint64_t pointers) {
  return count << 2 | data_words << 32 | pointers << 48;
}
constexpr std::uint64_t rows_of_format_1 = 1 | 2 << 16;
constexpr std::uint64_t composite = 7;

// A Rows whose list of sections is what is given.
Bytes rows_with(const Words& sections) {
  Words words{to_struct(0, 1, 1), rows_of_format_1, to_struct(0, 1, 2), 1, 0};
  words.insert(words.end(), sections.begin(), sections.end());
  return message_of(words);
}

DecodeFault fault_in(const Bytes& bytes) {
  const auto decoded = decode_message(bytes);
  EXPECT_FALSE(decoded);
  return decoded ? DecodeFault{} : decoded.error().fault;
}

// The checks once more, in other words than checks.cpp has.
void expect_sound(const message::Rows& rows) {
  for (const auto& section : rows.sections) {
    ASSERT_LT(section.replica, rows.replicas.size());
    ASSERT_TRUE(!section.range || section.range->from <= section.range->to);
    Version last;
    for (const auto& [sku, row] : section.rows) {
      ASSERT_FALSE(sku.empty());
      ASSERT_LE(sku.size(), 4 * limits::sku_chars_max);
      ASSERT_GT(row.version, last);
      last = row.version;
      for (const Units units : {row.received, row.purchased, row.written_off, row.reserved})
        ASSERT_GE(units, no_units);
      ASSERT_TRUE(within_caps(row));
      int next = 0;
      for (const Sent& sent : row.sent) {
        ASSERT_GE(sent.to.value(), next);
        ASSERT_LT(sent.to.value(), rows.replicas.size());
        ASSERT_NE(sent.to.value(), section.replica);
        ASSERT_GT(sent.total, no_units);
        next = sent.to.value() + 1;
      }
    }
  }
}

void expect_error_or_sound(BytesView bytes) {
  const auto decoded = decode_message(bytes);
  if (!decoded) return;
  ASSERT_EQ(decode_message(encoded(*decoded)), *decoded);
  if (const auto* rows = std::get_if<message::Rows>(&*decoded)) expect_sound(*rows);
}

TEST(HostileMessage, EveryFlippedBitGivesASoundValueOrAnError) {
  Draw draw(1);
  for (std::size_t kind = 0; kind < message_kinds; ++kind)
    for (int sample = 0; sample < 2; ++sample)
      for_every_flipped_bit(encoded(draw_message(draw, kind)), expect_error_or_sound);
}

TEST(HostileMessage, EveryFlippedBitOfAHelloGivesASoundValueOrAnError) {
  Draw draw(2);
  Bytes bytes;
  encode_hello(draw_hello(draw), bytes);
  for_every_flipped_bit(bytes, [](BytesView damaged) {
    const auto decoded = decode_hello(damaged);
    if (!decoded) return;
    ASSERT_FALSE(decoded->boots.empty());
    ASSERT_FALSE(fault_of(*decoded));
  });
}

TEST(HostileMessage, RandomBytesAreAnError) {
  Draw draw(3);
  for (int round = 0; round < 20'000; ++round) {
    Words words(1 + draw.below(40));
    for (auto& word : words) word = draw.any<std::uint64_t>();
    expect_error_or_sound(message_of(words));
  }
}

TEST(HostileMessage, RowsWithAFewWrongBytesAreSoundOrAnError) {
  Draw draw(4);
  const Bytes sound = encoded(draw_message(draw, 2));
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = sound;
    for (std::uint64_t wrong = 0; wrong <= draw.below(4); ++wrong)
      bytes[8 + draw.below(bytes.size() - 8)] = static_cast<std::byte>(draw.below(256));
    expect_error_or_sound(bytes);
  }
}

TEST(HostileMessage, AListOfNothingThatClaimsHalfABillionElementsIsRefused) {
  constexpr std::uint64_t most = (std::uint64_t{1} << 29) - 1;
  EXPECT_EQ(fault_in(rows_with({to_list(0, 0, most)})), DecodeFault::malformed);
  EXPECT_EQ(fault_in(rows_with({to_list(0, composite, 0), list_tag(most, 0, 0)})), DecodeFault::malformed);
  EXPECT_EQ(fault_in(rows_with({to_list(0, composite, 3), list_tag(most, 0, 3)})), DecodeFault::malformed);
}

TEST(HostileMessage, PointersOutOfTheMessageOrToOtherSegmentsAreMalformed) {
  EXPECT_EQ(fault_in(rows_with({to_list(1000, composite, 3)})), DecodeFault::malformed);
  EXPECT_EQ(fault_in(rows_with({to_list(-1000, composite, 3)})), DecodeFault::malformed);
  EXPECT_EQ(fault_in(rows_with({2 | std::uint64_t{1} << 32})), DecodeFault::malformed);  // far, segment 1
  EXPECT_EQ(fault_in(rows_with({2})), DecodeFault::malformed);                           // far, to itself
  EXPECT_EQ(fault_in(rows_with({3})), DecodeFault::malformed);                           // a capability
}

TEST(HostileMessage, PointersThatGoRoundInCirclesAreAnError) {
  const Bytes to_the_root = message_of({to_struct(-1, 0, 1)});
  EXPECT_FALSE(decode_message(to_the_root));
  const Bytes to_its_parent = message_of({to_struct(0, 1, 1), rows_of_format_1, to_struct(-2, 1, 1)});
  expect_error_or_sound(to_its_parent);
}

TEST(HostileMessage, SectionsThatShareTheirRowsDoNotMultiplyThem) {
  message::Rows rows = typical_rows();
  auto& first = rows.sections[0].rows;
  for (std::uint64_t version = 43; version < 1043; ++version) {
    first.push_back(first[0]);
    first.back().row.version = Version(version);
  }
  constexpr std::uint64_t sections = 39;  // within rows_max
  rows.sections.resize(sections);
  Words words = words_of(encoded(rows));
  const auto tag = std::ranges::find(words, list_tag(sections, 1, 2));
  ASSERT_NE(tag, words.end());
  const auto rows_of = [&](std::int64_t section) -> std::uint64_t& { return tag[1 + section * 3 + 2]; };
  for (std::int64_t section = 1; section < static_cast<std::int64_t>(sections); ++section) {
    const auto offset = static_cast<std::int32_t>(rows_of(0)) / 4 - section * 3;
    rows_of(section) = (rows_of(0) & ~std::uint64_t{0xffffffff}) | offset_bits(offset) | 1;
  }
  words.erase(words.begin());
  const auto decoded = decode_message(message_of(words));
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().detail.find("traversal limit"), std::string::npos) << decoded.error().detail;
}

TEST(HostileMessage, MoreThanOneSegmentIsMalformed) {
  Bytes bytes = encoded(typical_rows());
  bytes[0] = std::byte{1};
  EXPECT_EQ(fault_in(bytes), DecodeFault::malformed);
}

TEST(HostileMessage, BytesBehindTheMessageAreMalformed) {
  Bytes bytes = encoded(typical_rows());
  bytes.resize(bytes.size() + 8);
  EXPECT_EQ(fault_in(bytes), DecodeFault::malformed);
}

}  // namespace
}  // namespace holdfast::wire
