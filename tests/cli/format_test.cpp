#include "cli/format.h"

#include <gtest/gtest.h>

#include "cli/table.h"

namespace holdfast::cli {
namespace {

TEST(Format, NumbersAreGroupedByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(48'210), "48 210");
  EXPECT_EQ(grouped(-1'000'000), "-1 000 000");
  EXPECT_EQ(grouped(-100), "-100");
}

TEST(Format, RatesAreOfSecondsAndMinutes) {
  EXPECT_EQ(per_second(312'400), "312.4");
  EXPECT_EQ(per_second(99), "0.0");
  EXPECT_EQ(per_minute(1'600), "96");
}

TEST(Format, LatenciesAreShort) {
  EXPECT_EQ(latency_ms(82), "82ms");
  EXPECT_EQ(latency_ms(131'000), "2m 11s");
  EXPECT_EQ(latency_us(140), "0.1ms");
  EXPECT_EQ(latency_us(82'400), "82ms");
}

TEST(Format, SpansShowTheTwoUnitsThatMatter) {
  EXPECT_EQ(span_ms(0), "0.0 s");
  EXPECT_EQ(span_ms(1'800), "1.8 s");
  EXPECT_EQ(span_ms(12'999), "12 s");
  EXPECT_EQ(span_ms(131'000), "2m 11s");
  EXPECT_EQ(span_ms(3'600'000 * 3 + 300'000), "3h 05m");
  EXPECT_EQ(span_ms(86'400'000LL * 6 + 4 * 3'600'000), "6d 04h");
}

TEST(Format, WidthsAreColumnsOfATerminal) {
  EXPECT_EQ(width("85123A"), 6u);
  EXPECT_EQ(width("T\u00e4sschen"), 8u);
  EXPECT_EQ(width("\u8336\u7897"), 4u) << "two each";
  EXPECT_EQ(width("e\u0301"), 1u) << "drawn over the letter";
  EXPECT_EQ(width("\xff\xff"), 2u) << "no UTF-8";
}

TEST(Format, WhatIsClippedHasRoomAndNoHalfCharacters) {
  EXPECT_EQ(clipped("abc", 5), "abc");
  EXPECT_EQ(clipped("abcdef", 3), "abc");
  EXPECT_EQ(clipped("\u8336\u7897", 3), "\u8336");
  EXPECT_EQ(clipped("ab  cd", 4), "ab") << "no spaces at the end";
  EXPECT_EQ(clipped("abc", 0), "");
}

TEST(Format, BytesHaveOneDigitAfterThePoint) {
  EXPECT_EQ(bytes(512), "512 B");
  EXPECT_EQ(bytes(1'572'864), "1.5 MiB");
  EXPECT_EQ(bytes(5'000'000'000'000'000), "4 547.4 TiB");
}

TEST(Format, WhatWouldCommandATerminalIsReplaced) {
  EXPECT_EQ(printable("a\x1b[31mb\n\x7f"), "a?[31mb??");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m\xc3\xa9"),
            "??31m\xc3\xa9");
}

TEST(Table, NumbersStandRightAndTextsLeftByCharactersNotBytes) {
  const std::vector<Column> columns{{"SKU"}, {"N", Column::Align::right}, {"NOTE"}};
  const std::vector<Row> rows{{{"caf\xc3\xa9"}, {"1 204"}, {"a"}}, {{"x"}, {"7"}}};
  EXPECT_EQ(table(columns, rows, false),
            "SKU       N  NOTE\n"
            "caf\xc3\xa9  1 204  a\n"
            "x         7\n");
}

TEST(Table, ColourTakesNoWidth) {
  EXPECT_EQ(table({{"A"}, {"B"}}, {{{"up", Paint::good}, {"x"}}}, true), "A   B\n\x1b[32mup\x1b[0m  x\n");
}

TEST(Table, FactsWithoutAValueAreLeftOut) {
  EXPECT_EQ(facts({{"state", {"pending"}}, {"customer", {""}}, {"id", {"a"}}}, false),
            "state  pending\nid     a\n");
}

}  // namespace
}  // namespace holdfast::cli
