// One fault each in what is otherwise sound: encoded as it is, and refused by its reader.
#include "wire/checks.h"

#include <gtest/gtest.h>

#include "core/limits.h"
#include "message_values.h"
#include "wire/limits.h"
#include "wire/message_codec.h"

namespace holdfast::wire {
namespace {

bool is_taken(const Message& message) {
  Bytes bytes;
  encode_message(message, bytes);
  const auto decoded = decode_message(bytes);
  if (decoded) return true;
  EXPECT_EQ(decoded.error().fault, DecodeFault::out_of_range) << decoded.error().detail;
  return false;
}

template <class Change>
bool rows_are_taken(Change change) {
  message::Rows rows = typical_rows();
  change(rows, rows.sections[0], rows.sections[0].rows[0]);
  return is_taken(rows);
}

template <class Change>
bool row_is_taken(Change change) {
  return rows_are_taken([&](auto&, auto&, message::WireRow& row) { change(row.row); });
}

bool sku_is_taken(const std::string& sku) {
  return rows_are_taken([&](auto&, auto&, message::WireRow& row) { row.sku = sku; });
}

bool region_is_taken(const std::string& region) {
  return is_taken(message::Heartbeat{1, 2, 3, {{region, 4}}});
}

template <class Change>
bool hello_is_taken(Change change) {
  Hello hello{1, "shop", {"eu", {1, 2}}, Version(9), {{1, 11, Version(0)}, {2, 12, Version(5)}}};
  change(hello);
  Bytes bytes;
  encode_hello(hello, bytes);
  return decode_hello(bytes).has_value();
}

const message::Ask sound_ask{{"us", {1, 1}}, {"eu", {2, 2}}, "A", Units(1), Units(2), {}, 0, 3};

template <class Change>
bool ask_is_taken(Change change) {
  message::Ask ask = sound_ask;
  change(ask);
  return is_taken(ask);
}

TEST(Checks, WhatIsSoundIsTaken) {
  EXPECT_TRUE(is_taken(typical_rows()));
  EXPECT_TRUE(is_taken(sound_ask));
  EXPECT_TRUE(hello_is_taken([](Hello&) {}));
}

TEST(Checks, RegionsHaveOneTo32OfLowerCaseLettersDigitsAndHyphens) {
  EXPECT_TRUE(region_is_taken(std::string(32, 'z')));
  for (const char* region : {"", "EU", "e u", "eu_1", "é", "eu\n"})
    EXPECT_FALSE(region_is_taken(region)) << region;
  EXPECT_FALSE(region_is_taken(std::string(33, 'z')));
}

TEST(Checks, SkusAreOnesThatAShopCanHave) {
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ü";
  EXPECT_TRUE(sku_is_taken(umlauts));
  for (const auto& sku :
       {umlauts + "x", std::string(), std::string("a\0b", 3), std::string(" a"), std::string("a "),
        std::string("\xff"), std::string("\xc0\x80"), std::string("\xed\xa0\x80")})
    EXPECT_FALSE(sku_is_taken(sku)) << sku;
}

TEST(Checks, GrowingFieldsStayWithinTheirCap) {
  const Units cap = limits::field_units_max;
  EXPECT_TRUE(row_is_taken([&](Row& row) { row.received = row.purchased = row.written_off = cap; }));
  for (Units Row::*field : {&Row::received, &Row::purchased, &Row::written_off}) {
    EXPECT_FALSE(row_is_taken([&](Row& row) { row.*field = Units(-1); }));
    EXPECT_FALSE(row_is_taken([&](Row& row) { row.*field = cap + Units(1); }));
  }
}

TEST(Checks, GaugesAreNeitherNegativeNorBeyondWhatAddsUp) {
  EXPECT_FALSE(row_is_taken([](Row& row) { row.reserved = Units(-1); }));
  EXPECT_FALSE(row_is_taken([](Row& row) { row.rate = -1; }));
  EXPECT_FALSE(row_is_taken([](Row& row) { row.rate = gauge_max + 1; }));
}

TEST(Checks, RightsAreSentToOthersInTheListInOrderAndOnce) {
  const auto sent_is_taken = [](std::vector<Sent> sent) {
    return rows_are_taken([&](message::Rows& rows, auto&, message::WireRow& row) {
      rows.replicas.push_back({"ap", {3, 3}});
      row.row.sent = std::move(sent);
    });
  };
  EXPECT_TRUE(sent_is_taken({{ReplicaIx(1), Units(1)}, {ReplicaIx(2), limits::field_units_max}}));
  EXPECT_FALSE(sent_is_taken({{ReplicaIx(2), Units(1)}, {ReplicaIx(1), Units(1)}}));
  EXPECT_FALSE(sent_is_taken({{ReplicaIx(1), Units(1)}, {ReplicaIx(1), Units(1)}}));
  EXPECT_FALSE(sent_is_taken({{ReplicaIx(3), Units(1)}}));
  EXPECT_FALSE(sent_is_taken({{ReplicaIx(0), Units(1)}})) << "to the writer itself";
  EXPECT_FALSE(sent_is_taken({{ReplicaIx(1), no_units}}));
  EXPECT_FALSE(sent_is_taken({{ReplicaIx(1), Units(-1)}}));
  EXPECT_FALSE(sent_is_taken({{ReplicaIx(1), limits::field_units_max + Units(1)}}));
}

TEST(Checks, RowsHaveVersionsThatAscend) {
  EXPECT_FALSE(row_is_taken([](Row& row) { row.version = Version(0); }));
  EXPECT_FALSE(rows_are_taken([](auto&, auto& section, auto& row) {
    const message::WireRow same = row;
    section.rows.push_back(same);
  }));
}

TEST(Checks, RangesDoNotEndBeforeTheyBeginAndHoldTheirRows) {
  const auto range_is_taken = [](std::uint64_t from, std::uint64_t to, bool empty = false) {
    return rows_are_taken([&](auto&, auto& section, message::WireRow& row) {
      row.row.version = Version(42);
      section.range = record::VersionRange{Version(from), Version(to)};
      if (empty) section.rows.clear();
    });
  };
  EXPECT_TRUE(range_is_taken(41, 42));
  EXPECT_TRUE(range_is_taken(42, 42, true));
  EXPECT_FALSE(range_is_taken(43, 42, true));
  EXPECT_FALSE(range_is_taken(42, 43)) << "its row is older";
  EXPECT_FALSE(range_is_taken(40, 41)) << "its row is newer";
}

TEST(Checks, SectionsAreOfReplicasInTheListAndThoseAreNamedOnce) {
  EXPECT_FALSE(rows_are_taken([](auto&, auto& section, auto&) { section.replica = 2; }));
  EXPECT_FALSE(rows_are_taken([](auto& rows, auto&, auto&) { rows.replicas.push_back(rows.replicas[0]); }));
  const message::VersionVector::Entry entry{{"eu", {1, 2}}, Version(3)};
  EXPECT_TRUE(is_taken(message::VersionVector{{entry}, 0}));
  EXPECT_FALSE(is_taken(message::VersionVector{{entry, entry}, 0}));
}

TEST(Checks, ListsAreBounded) {
  message::VersionVector vector;
  for (std::uint64_t i = 0; i <= limits::replicas_max; ++i)
    vector.entries.push_back({{"eu", {i, i}}, Version(1)});
  EXPECT_FALSE(is_taken(vector));
  EXPECT_FALSE(is_taken(message::Heartbeat{
      1, 2, 3, std::vector(limits::replicas_max + 1, message::Heartbeat::Heard{"eu", 1})}));
  message::Rows rows = typical_rows();
  rows.sections.resize(sections_max + 1);
  EXPECT_FALSE(is_taken(rows));
  rows.sections.resize(2);
  rows.sections[1].rows.resize(rows_max);
  EXPECT_FALSE(is_taken(rows)) << "one of the first and all that there may be of the second";
  message::Summary summary;
  summary.replica.region = "eu";
  summary.alarms.resize(alarms_max);
  EXPECT_TRUE(is_taken(summary));
  summary.alarms.resize(alarms_max + 1);
  EXPECT_FALSE(is_taken(summary));
  summary.alarms.clear();
  summary.skus = std::uint64_t{0} - 1;
  EXPECT_FALSE(is_taken(summary)) << "it would be told as -1";
}

TEST(Checks, AsksAreBetweenTwoReplicasForUnitsWithinTheCap) {
  EXPECT_FALSE(ask_is_taken([](message::Ask& ask) { ask.giver = ask.asker; }));
  EXPECT_FALSE(ask_is_taken([](message::Ask& ask) { ask.known = Units(-1); }));
  EXPECT_FALSE(ask_is_taken([](message::Ask& ask) { ask.target = Units(-1); }));
  EXPECT_FALSE(ask_is_taken([](message::Ask& ask) { ask.target = limits::field_units_max + Units(1); }));
  EXPECT_FALSE(ask_is_taken([](message::Ask& ask) { ask.sku.clear(); }));
  EXPECT_FALSE(ask_is_taken([](message::Ask& ask) { ask.kind = record::TransferKind::by_hand; }));
}

TEST(Checks, SummariesHaveNoNegativeGauges) {
  message::Summary summary;
  summary.replica.region = "eu";
  EXPECT_TRUE(is_taken(summary));
  summary.rights = Units(-1);
  EXPECT_FALSE(is_taken(summary));
  summary.rights = no_units;
  summary.refused_per_1000_s.sold_out = gauge_max + 1;
  EXPECT_FALSE(is_taken(summary));
}

TEST(Checks, AHelloNamesItsClusterItselfAndItsBootsInOrder) {
  EXPECT_FALSE(hello_is_taken([](Hello& hello) { hello.cluster.clear(); }));
  EXPECT_FALSE(hello_is_taken([](Hello& hello) { hello.replica.region = "EU"; }));
  EXPECT_FALSE(hello_is_taken([](Hello& hello) { hello.boots.clear(); }));
  EXPECT_FALSE(hello_is_taken([](Hello& hello) { hello.boots[0].number = 0; }));
  EXPECT_FALSE(hello_is_taken([](Hello& hello) { hello.boots[1].number = 1; }));
  EXPECT_FALSE(hello_is_taken([](Hello& hello) { hello.boots[0].began = Version(6); }));
  EXPECT_FALSE(hello_is_taken([](Hello& hello) {
    hello.boots.resize(boots_max + 1);
    for (std::uint32_t i = 0; i < hello.boots.size(); ++i) hello.boots[i].number = i + 1;
  }));
}

TEST(Checks, AnAccusationShowsARowThatCanBeRead) {
  message::Accusation accusation;
  accusation.accused.region = "eu";
  EXPECT_TRUE(is_taken(accusation));
  accusation.row = typical_rows().sections[0].rows[0];
  EXPECT_FALSE(is_taken(accusation)) << "sent to a replica that is not named";
  accusation.replicas = typical_rows().replicas;
  EXPECT_TRUE(is_taken(accusation));
  accusation.reason = std::string(remark_chars_max + 1, 'x');
  EXPECT_FALSE(is_taken(accusation));
}

}  // namespace
}  // namespace holdfast::wire
