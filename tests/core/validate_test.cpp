#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/utf8.h"
#include "core/answer.h"
#include "core/request.h"

namespace holdfast {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

request::Reserve one_line(std::string sku = "85123A", std::int64_t quantity = 1) {
  return {.id = "cart-1", .lines = {{std::move(sku), Units(quantity)}}};
}

std::vector<std::string> faulty(const Request& request) {
  std::vector<std::string> pointers;
  for (const FieldError& error : validate(request)) pointers.push_back(error.pointer);
  return pointers;
}

std::string times(std::size_t n, std::string_view text) {
  std::string repeated;
  while (n-- > 0) repeated += text;
  return repeated;
}

TEST(Validate, a_plain_reservation_is_well) { EXPECT_THAT(validate(one_line()), IsEmpty()); }

TEST(Validate, an_id_is_1_to_64_of_its_alphabet) {
  for (const std::string& id : {std::string("A-z_9"), times(64, "x")}) {
    auto reserve = one_line();
    reserve.id = id;
    EXPECT_THAT(faulty(reserve), IsEmpty()) << id;
  }
  for (const std::string& id :
       {std::string(), times(65, "x"), std::string("a b"), std::string("a/b"), std::string("é")}) {
    auto reserve = one_line();
    reserve.id = id;
    EXPECT_THAT(faulty(reserve), ElementsAre("/id")) << id;
  }
}

TEST(Validate, a_key_stands_for_an_id_and_is_visible_ascii) {
  auto reserve = one_line();
  reserve.id = "";
  reserve.key = times(255, "~");
  EXPECT_THAT(faulty(reserve), IsEmpty());
  for (const std::string& key :
       {times(256, "k"), std::string("a b"), std::string("a\x7f"), std::string("é")}) {
    reserve.key = key;
    EXPECT_THAT(faulty(reserve), ElementsAre("/idempotency_key")) << key;
  }
}

TEST(Validate, a_sku_is_1_to_64_characters_not_bytes) {
  EXPECT_THAT(faulty(one_line(times(64, "é"))), IsEmpty());
  EXPECT_THAT(faulty(one_line(times(64, "😀"))), IsEmpty());
  EXPECT_THAT(faulty(one_line("a b/c:ä")), IsEmpty());
  EXPECT_THAT(faulty(one_line(times(65, "é"))), ElementsAre("/lines/0/sku"));
  EXPECT_THAT(faulty(one_line("")), ElementsAre("/lines/0/sku"));
}

TEST(Validate, a_sku_has_no_control_characters_and_no_space_at_its_ends) {
  for (const std::string& sku : {std::string(" a"), std::string("a "), std::string("a\nb"),
                                 std::string("\x7f"), std::string("\xc2\x85"), std::string("a\0b", 3)})
    EXPECT_THAT(faulty(one_line(sku)), ElementsAre("/lines/0/sku")) << sku;
}

TEST(Validate, what_is_not_utf8_is_refused) {
  for (const std::string& sku : {std::string("\xff"), std::string("\xc3"), std::string("\xc0\x80"),
                                 std::string("\xed\xa0\x80"), std::string("\xf4\x90\x80\x80")})
    EXPECT_THAT(faulty(one_line(sku)), ElementsAre("/lines/0/sku"));
  EXPECT_EQ(utf8_length("aé€😀"), 4u);
}

TEST(Validate, a_quantity_is_1_to_a_thousand_million) {
  EXPECT_THAT(faulty(one_line("a", 1'000'000'000)), IsEmpty());
  for (const std::int64_t quantity :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'000'000'001}, INT64_MAX, INT64_MIN})
    EXPECT_THAT(faulty(one_line("a", quantity)), ElementsAre("/lines/0/quantity")) << quantity;
}

TEST(Validate, the_lines_of_one_sku_together_are_one_quantity) {
  auto reserve = one_line("a", 600'000'000);
  reserve.lines.push_back({"b", Units(600'000'000)});
  EXPECT_THAT(faulty(reserve), IsEmpty());
  reserve.lines.push_back({"a", Units(600'000'000)});
  reserve.lines.push_back({"a", Units(600'000'000)});
  EXPECT_THAT(faulty(reserve), ElementsAre("/lines/2/quantity"));
}

TEST(Validate, a_reservation_has_1_to_1000_lines) {
  auto reserve = one_line();
  reserve.lines.assign(1000, {"a", Units(1)});
  EXPECT_THAT(faulty(reserve), IsEmpty());
  reserve.lines.push_back({"a", Units(1)});
  EXPECT_THAT(faulty(reserve), ElementsAre("/lines"));
  reserve.lines.clear();
  EXPECT_THAT(faulty(reserve), ElementsAre("/lines"));
}

TEST(Validate, every_fault_of_a_reservation_is_named) {
  request::Reserve reserve{.id = "a b",
                           .lines = {{"", Units(0)}},
                           .customer = times(129, "c"),
                           .ttl = Millis(0),
                           .wait = Millis(10'001),
                           .replaces = "?"};
  EXPECT_THAT(faulty(reserve), ElementsAre("/id", "/lines/0/sku", "/lines/0/quantity", "/customer",
                                           "/ttl_seconds", "/wait_ms", "/replaces"));
}

TEST(Validate, a_ttl_is_1_second_to_4_hours_in_whole_seconds) {
  for (const std::int64_t ms : {1'000, 14'400'000})
    EXPECT_THAT(faulty(request::Extend{"a", Millis(ms)}), IsEmpty()) << ms;
  for (const std::int64_t ms : {0, -1'000, 999, 1'500, 14'401'000})
    EXPECT_THAT(faulty(request::Extend{"a", Millis(ms)}), ElementsAre("/ttl_seconds")) << ms;
}

TEST(Validate, a_wait_is_0_to_10_seconds) {
  auto reserve = one_line();
  reserve.wait = Millis(10'000);
  EXPECT_THAT(faulty(reserve), IsEmpty());
  reserve.wait = Millis(-1);
  EXPECT_THAT(faulty(reserve), ElementsAre("/wait_ms"));
}

TEST(Validate, a_list_has_a_limit_of_1_to_1000) {
  EXPECT_THAT(faulty(request::ListSkus{.limit = 1000}), IsEmpty());
  EXPECT_THAT(faulty(request::ListSkus{.limit = 0}), ElementsAre("/limit"));
  EXPECT_THAT(faulty(request::ListReservations{.limit = 1001}), ElementsAre("/limit"));
  EXPECT_THAT(faulty(request::GetRights{.limit = 1001}), ElementsAre("/limit"));
}

TEST(Validate, a_list_filters_by_what_could_be_there) {
  EXPECT_THAT(faulty(request::ListReservations{.customer = times(129, "c"), .sku = " a"}),
              ElementsAre("/customer", "/sku"));
  EXPECT_THAT(faulty(request::GetRights{.sku = " a"}), ElementsAre("/sku"));
}

TEST(Validate, an_adjustment_needs_a_delta_a_reason_and_a_key) {
  const request::Adjust well{
      .sku = "a", .key = "k", .delta = Units(-1'000'000'000), .reason = "broken", .region = "eu"};
  EXPECT_THAT(faulty(well), IsEmpty());
  EXPECT_THAT(faulty(request::Adjust{}), ElementsAre("/sku", "/idempotency_key", "/delta", "/reason"));
  auto region = well;
  region.region = "EU";
  EXPECT_THAT(faulty(region), ElementsAre("/region"));
  auto delta = well;
  delta.delta = Units(-1'000'000'001);
  EXPECT_THAT(faulty(delta), ElementsAre("/delta"));
}

TEST(Validate, a_count_is_from_0) {
  const request::Count well{.sku = "a", .key = "k", .counted = Units(0), .reason = "stocktaking"};
  EXPECT_THAT(faulty(well), IsEmpty());
  auto negative = well;
  negative.counted = Units(-1);
  EXPECT_THAT(faulty(negative), ElementsAre("/counted"));
}

TEST(Validate, a_move_names_a_region_and_a_quantity) {
  EXPECT_THAT(faulty(request::MoveRights{.sku = "a", .key = "k", .to = "us", .quantity = Units(1)}),
              IsEmpty());
  EXPECT_THAT(
      faulty(request::MoveRights{.sku = "a", .key = "k", .to = "", .quantity = Units(0), .region = "X"}),
      ElementsAre("/to", "/quantity", "/region"));
}

TEST(Validate, a_return_may_leave_its_lines_out) {
  EXPECT_THAT(faulty(request::Return{.id = "a", .key = "k"}), IsEmpty());
  EXPECT_THAT(faulty(request::Return{.id = "a", .key = "k", .lines = {{"a", Units(0)}}}),
              ElementsAre("/lines/0/quantity"));
}

TEST(Validate, availability_is_asked_for_1_to_1000_skus) {
  EXPECT_THAT(faulty(request::GetAvailability{{"a", "b"}}), IsEmpty());
  EXPECT_THAT(faulty(request::GetAvailability{}), ElementsAre("/skus"));
  EXPECT_THAT(faulty(request::GetAvailability{std::vector<std::string>(1001, "a")}), ElementsAre("/skus"));
  EXPECT_THAT(faulty(request::GetAvailability{{"a", ""}}), ElementsAre("/skus/1"));
}

TEST(Validate, a_line_of_an_import_that_has_its_fault_named_is_no_fault_of_the_import) {
  request::Import import{.key = "k", .lines = {{.line = 2, .sku = "a", .quantity = Units(1)}}};
  import.lines.push_back({.line = 3, .fault = "quantity must be a number"});
  EXPECT_THAT(faulty(import), IsEmpty());
  import.lines.push_back({.line = 4, .sku = "a"});
  EXPECT_THAT(faulty(import), ElementsAre("/4"));
  EXPECT_EQ(import_line_fault("", Units(1)), "sku must be 1 to 64 characters");
  EXPECT_EQ(import_line_fault("a", Units(0)), "quantity must be 1 to 1000000000");
}

TEST(Validate, what_only_reads_changes_no_state) {
  EXPECT_FALSE(changes_state(request::GetSku{}));
  EXPECT_FALSE(changes_state(request::GetRights{}));
  EXPECT_FALSE(changes_state(request::ListReservations{}));
  EXPECT_TRUE(changes_state(request::Reserve{}));
  EXPECT_TRUE(changes_state(request::Release{}));
  EXPECT_TRUE(changes_state(request::Import{}));
}

TEST(RefusalCodes, have_the_names_of_the_api) {
  EXPECT_STREQ(name(RefusalCode::reservation_unknown), "reservation_unknown");
  EXPECT_STREQ(name(RefusalCode::insufficient_here), "insufficient_here");
  EXPECT_STREQ(name(RefusalCode::outcome_unknown), "outcome_unknown");
}

}  // namespace
}  // namespace holdfast
