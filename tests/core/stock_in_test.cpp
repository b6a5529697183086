// Adjustments, counts, imports and moves by hand; keys; and who is refused at the door.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>

#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

request::Import import_of(const std::string& key, const Lines& wanted) {
  request::Import import{.key = key};
  for (const Line& line : lines(wanted))
    import.lines.push_back({.line = import.lines.size() + 2, .sku = line.sku, .quantity = line.quantity});
  return import;
}

answer::Imported imported(Shop& shop, const request::Import& import) {
  return std::get<answer::Imported>(shop.ask(import).value());
}

TEST(Adjust, adds_and_writes_off_but_never_below_what_is_reserved) {
  Shop shop;
  EXPECT_EQ(shop.adjust("a", -1), "sku_unknown");
  EXPECT_EQ(shop.adjust("a", 5), "adjusted");
  shop.reserve("r", {{"a", 3}});
  EXPECT_EQ(shop.adjust("a", -3), "all_reserved");
  EXPECT_EQ(shop.adjust("a", -2), "adjusted");
  EXPECT_EQ(shop.available("a"), 0);
  EXPECT_EQ(shop.rights("a"), 3);
}

// Of the first SKU, which is there: one unit less than this may still come in.
void restock_up_to_the_cap(Shop& shop, Units below) {
  Record restocked;
  restocked.at = shop.now().node;
  RowChange& row = restocked.rows.emplace_back();
  row.received = limits::field_units_max - below;
  row.version = shop.state().replicas().version(self).next();
  shop.replica().state().apply(restocked);
}

TEST(Adjust, a_sum_over_the_cap_is_refused) {
  Shop shop;
  shop.adjust("a", 1);
  restock_up_to_the_cap(shop, Units(3));
  EXPECT_EQ(shop.adjust("a", 3), "validation_failed");
  EXPECT_EQ(imported(shop, import_of("i", {{"a", 2}, {"a", 1}})).applied, 1u);
  EXPECT_EQ(shop.adjust("a", 1), "validation_failed");
}

// No ledger starts again, and no peer takes a row, with more of any field than its cap.
TEST(Caps, hold_also_where_more_leaves_than_was_ever_brought_in_here) {
  constexpr std::int64_t cap = limits::field_units_max.count();
  Shop shop(Peers{"us", "ap"});
  for (const char* peer : {"us", "ap"}) {
    shop.link(peer);
    shop.hear(peer, {{"a", cap, cap}});
  }
  constexpr std::int64_t most = limits::quantity_max.count();
  for (std::int64_t sold = most; sold <= cap; sold += most) {
    shop.reserve(std::to_string(sold), {{"a", most}});
    ASSERT_EQ(shop.purchase(std::to_string(sold)), "purchased");
  }
  ASSERT_EQ(shop.adjust("a", -1), "adjusted");
  EXPECT_EQ(shop.count("a", 0), "validation_failed");
  shop.reserve("more", {{"a", most}});
  EXPECT_EQ(shop.purchase("more"), "validation_failed");
  shop.pass(1h);
  EXPECT_EQ(shop.purchase("more"), "validation_failed");
  shop.reserve("as-many", {{"a", cap % most}});
  EXPECT_EQ(shop.purchase("as-many"), "purchased");
  EXPECT_TRUE(within_caps(shop.state().stock().row(self, SkuId(0))));
}

TEST(Count, makes_one_adjustment_to_the_rights_held_here) {
  Shop shop;
  EXPECT_EQ(shop.count("a", 0), "sku_unknown");
  EXPECT_EQ(shop.count("a", 7), "adjusted");
  shop.reserve("r", {{"a", 3}});
  const Answer answer =
      shop.ask(request::Count{.sku = "a", .key = "k", .counted = Units(4), .reason = "shelf"});
  const auto& adjusted = std::get<answer::Adjusted>(*answer);
  EXPECT_EQ(adjusted.delta, Units(-3));
  EXPECT_EQ(adjusted.available_here, Units(1));
  EXPECT_TRUE(adjusted.counted);
  EXPECT_EQ(shop.count("a", 2), "all_reserved");
  EXPECT_EQ(shop.count("a", 4), "adjusted");  // nothing to adjust, and yet its key is used
  EXPECT_EQ(shop.rights("a"), 4);
}

TEST(Import, good_lines_apply_though_others_are_bad_in_one_record) {
  Shop shop;
  auto import = import_of("i", {{"a", 2}, {"b", 3}, {"a", 1}});
  import.lines.push_back({.line = 9, .sku = "c", .fault = "quantity must be a number"});
  const std::size_t records = shop.journal().size();
  const auto result = imported(shop, import);
  EXPECT_EQ(result.lines, 4u);
  EXPECT_EQ(result.applied, 3u);
  EXPECT_EQ(result.units, Units(6));
  EXPECT_EQ(result.results.size(), 4u);
  EXPECT_EQ(result.results[3].fault, "quantity must be a number");
  EXPECT_EQ(shop.journal().size(), records + 1);
  EXPECT_EQ(shop.available("a"), 3);
  EXPECT_FALSE(shop.state().stock().find("c"));
}

TEST(Import, a_retry_counts_once_and_shows_the_first_answer) {
  Shop shop;
  const auto import = import_of("i", {{"a", 2}});
  const auto first = imported(shop, import);
  shop.restart();
  auto again = imported(shop, import);
  EXPECT_TRUE(again.replayed);
  again.replayed = false;
  EXPECT_EQ(again, first);
  EXPECT_EQ(shop.available("a"), 2);
  EXPECT_EQ(said(shop.ask(import_of("i", {{"a", 3}}))), "idempotency_mismatch");
}

TEST(Import, over_1000_lines_names_only_the_refused) {
  Shop shop;
  request::Import import{.key = "i"};
  for (std::uint64_t line = 1; line <= 1001; ++line)
    import.lines.push_back({.line = line, .sku = "a", .quantity = Units(1)});
  import.lines.push_back({.line = 1002, .fault = "bad"});
  const auto result = imported(shop, import);
  EXPECT_EQ(result.applied, 1001u);
  EXPECT_EQ(result.results.size(), 1u);
  EXPECT_EQ(shop.available("a"), 1001);
}

// Names that have more and more in common, and each of them several times.
request::Import import_of_many(std::size_t lines, unsigned first = 0) {
  request::Import import{.key = "many" + std::to_string(first)};
  for (std::size_t i = 0; i < lines; ++i) {
    const std::size_t number = (first + i) * 7919 % 997;
    std::string sku =
        std::string(number % 23, 'x') + std::to_string(number) + (number % 5 == 0 ? "\xc3\xa9" : "");
    import.lines.push_back({.line = i + 2, .sku = std::move(sku), .quantity = Units(1 + i % 7)});
    if (i % 11 == 0) import.lines.back().fault = "bad";
  }
  return import;
}

// Counted line by line, by another way.
std::map<std::string, Units> sums_of(const request::Import& import) {
  std::map<std::string, Units> sums;
  for (const request::ImportLine& line : import.lines)
    if (line.fault.empty()) sums[line.sku] += line.quantity;
  return sums;
}

TEST(Import, records_one_change_of_each_sku_in_the_byte_order_of_their_names) {
  Shop shop;
  const request::Import import = import_of_many(3'000);
  const auto result = imported(shop, import);
  const auto sums = sums_of(import);
  const Record& record = shop.journal().back();
  ASSERT_EQ(record.rows.size(), sums.size());
  EXPECT_EQ(record.new_skus.size(), sums.size());
  std::size_t place = 0;
  for (const auto& [sku, units] : sums) {
    EXPECT_EQ(shop.state().stock().name(record.rows[place].sku), sku);
    EXPECT_EQ(record.rows[place++].received, units);
    EXPECT_EQ(shop.available(sku), units.count());
  }
  EXPECT_EQ(result.applied + result.results.size(), import.lines.size());
  for (std::size_t i = 0; i < result.results.size(); ++i) EXPECT_EQ(result.results[i].line, 2 + 11 * i);
  EXPECT_TRUE(std::ranges::equal(shop.state().stock().in_byte_order(), std::views::keys(sums), {},
                                 [&](SkuId sku) { return shop.state().stock().name(sku); }));
}

TEST(Import, adds_to_what_is_there_and_lists_what_is_new_among_it) {
  Shop shop;
  (void)imported(shop, import_of_many(300, 0));
  (void)imported(shop, import_of_many(700, 300));
  std::vector<std::string> listed;
  for (const SkuId sku : shop.state().stock().in_byte_order())
    listed.push_back(shop.state().stock().name(sku));
  EXPECT_TRUE(std::ranges::is_sorted(listed));
  EXPECT_EQ(listed.size(), shop.state().stock().size());
  auto sums = sums_of(import_of_many(300, 0));
  for (const auto& [sku, units] : sums_of(import_of_many(700, 300))) sums[sku] += units;
  for (const auto& [sku, units] : sums) EXPECT_EQ(shop.available(sku), units.count());
}

TEST(Import, does_the_same_whether_a_shell_put_its_lines_in_order_or_not) {
  Shop here;
  Shop there;
  request::Import import = import_of_many(2'000);
  (void)imported(here, import);
  order_lines(import);
  EXPECT_EQ(import.by_sku.size(), 2'000 - 182u);
  (void)imported(there, import);
  EXPECT_EQ(here.journal(), there.journal());
}

// By the lines of this SKU that come before it, whatever stands between.
TEST(Import, refuses_lines_beyond_the_cap_as_they_come) {
  Shop shop;
  shop.adjust("a", 1);
  restock_up_to_the_cap(shop, Units(11));
  const auto result =
      imported(shop, import_of("i", {{"b", 1}, {"a", 6}, {"0", 1}, {"a", 5}, {"b", 2}, {"a", 4}}));
  EXPECT_EQ(result.applied, 5u);
  EXPECT_EQ(result.units, Units(14));
  EXPECT_FALSE(result.results[3].applied);
  EXPECT_THAT(result.results[3].fault, HasSubstr("cap"));
  EXPECT_EQ(shop.available("b"), 3);
}

request::MoveRights move_to(const std::string& region, std::int64_t units, const std::string& key = "m") {
  return {.sku = "a", .key = key, .to = region, .quantity = Units(units)};
}

TEST(Move, goes_to_a_region_that_was_heard_and_never_beyond_what_is_available) {
  Shop shop(Peers{"us", "ap"});
  shop.adjust("a", 5);
  EXPECT_EQ(said(shop.ask(move_to("us", 1))), "rights_unreachable");
  shop.link("us");
  shop.reserve("r", {{"a", 2}});
  EXPECT_EQ(said(shop.ask(move_to("us", 4, "m1"))),
            "rights_unreachable");  // ap was never heard: there may be more
  EXPECT_EQ(said(shop.ask(move_to("us", 3, "m2"))), "moved");
  EXPECT_EQ(shop.rights("a"), 2);
  EXPECT_EQ(shop.available("a"), 0);
  shop.restart();
  EXPECT_EQ(said(shop.ask(move_to("us", 3, "m2"))), "repeat moved");
  EXPECT_EQ(shop.rights("a"), 2);
}

// It has no row yet, and no link to here.
TEST(Move, goes_to_a_region_that_is_heard_over_another_only) {
  Shop shop(Peers{"us", "ap"});
  shop.adjust("a", 5);
  shop.link("us");
  EXPECT_EQ(said(shop.ask(move_to("ap", 2))), "rights_unreachable");
  message::Summary summary;
  summary.replica = {"ap", {1, 1}};
  summary.number = 1;
  shop.step(input::Received{LinkId(1), summary});
  EXPECT_EQ(said(shop.ask(move_to("ap", 2))), "moved");
  EXPECT_EQ(said(shop.ask(move_to("ap", 1, "m2"))), "moved");
  EXPECT_EQ(shop.rights("a"), 2);
  shop.restart();
  EXPECT_EQ(shop.rights("a"), 2);
}

// It lost its disk, and is linked with another only: what was known of it is of an incarnation that is
// frozen.
TEST(Move, goes_to_the_newest_incarnation_also_where_only_its_summary_tells_of_it) {
  Shop shop(Peers{"us", "ap"});
  shop.adjust("a", 5);
  shop.link("us");
  shop.link("ap");
  shop.hear("ap", {{"a", 1}});
  shop.step(input::LinkDown{LinkId(2)});
  message::Summary summary;
  summary.replica = {"ap", {2, 2}};
  summary.number = 1;
  shop.step(input::Received{LinkId(1), summary});
  EXPECT_EQ(said(shop.ask(move_to("ap", 2))), "moved");
  const ReplicaIx to = std::get<record::RightsSent>(shop.journal().back().body).to;
  EXPECT_EQ(shop.state().replicas().id(to), summary.replica);
}

// Transfer to oneself, to an unknown replica.
TEST(Move, to_oneself_or_to_nobody_is_refused) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 5);
  EXPECT_EQ(said(shop.ask(move_to("eu", 1))), "validation_failed");
  EXPECT_EQ(said(shop.ask(move_to("mars", 1))), "validation_failed");
  EXPECT_EQ(shop.rights("a"), 5);
}

TEST(Region, what_is_meant_for_another_is_refused_here) {
  Shop shop(Peers{"us"});
  shop.adjust("a", 5);
  shop.link("us");
  request::Adjust adjust{.sku = "a", .key = "k", .delta = Units(1), .reason = "r", .region = "us"};
  request::Count count{.sku = "a", .key = "k", .counted = Units(1), .reason = "r", .region = "us"};
  auto import = import_of("k", {{"a", 1}});
  import.region = "us";
  auto move = move_to("us", 1);
  move.region = "us";
  for (const Request& request : std::vector<Request>{adjust, count, import, move})
    EXPECT_EQ(said(shop.ask(request)), "wrong_region");
  adjust.region = "eu";
  EXPECT_EQ(said(shop.ask(adjust)), "adjusted");
}

// Keys are one space: what was used for one thing cannot be used for another, also after a crash.
TEST(Keys, one_used_for_anything_is_used_for_everything) {
  const auto uses = [](const std::string& key) {
    auto reserving = reserve("", {{"a", 1}});
    reserving.key = key;
    return std::vector<Request>{
        reserving,
        request::Return{"bought", key, lines({{"a", 1}})},
        request::Adjust{.sku = "a", .key = key, .delta = Units(1), .reason = "r"},
        request::Count{.sku = "a", .key = key, .counted = Units(60), .reason = "r"},
        import_of(key, {{"a", 1}}),
        move_to("us", 1, key),
    };
  };
  for (std::size_t first = 0; first < 6; ++first) {
    Shop shop(Peers{"us"});
    shop.link("us");
    shop.adjust("a", 50);
    shop.reserve("bought", {{"a", 5}});
    shop.purchase("bought");
    ASSERT_TRUE(shop.ask(uses("k")[first])) << first;
    for (const bool restarted : {false, true}) {
      if (restarted) shop.restart();
      const std::size_t records = shop.journal().size();
      for (std::size_t second = 0; second < 6; ++second) {
        const std::string found = said(shop.ask(uses("k")[second]));
        if (second == first)
          EXPECT_TRUE(found.starts_with("repeat ")) << first << ": " << found;
        else
          EXPECT_EQ(found, "idempotency_mismatch") << second << " after " << first;
      }
      EXPECT_EQ(shop.journal().size(), records);
    }
  }
}

TEST(Keys, a_reservation_made_by_key_is_found_by_its_key_and_by_its_id) {
  Shop shop;
  shop.adjust("a", 5);
  auto request = reserve("", {{"a", 1}});
  request.key = "k";
  const auto first = std::get<answer::ReservationAnswer>(shop.ask(request).value());
  EXPECT_TRUE(first.created);
  const std::string id = first.reservation.id;
  EXPECT_EQ(said(shop.ask(request)), "repeat pending");
  EXPECT_EQ(shop.purchase(id), "purchased");
  EXPECT_EQ(said(shop.ask(request)), "repeat purchased");
  request.ttl = 60s;
  const Answer other = shop.ask(request);
  EXPECT_EQ(said(other), "idempotency_mismatch");
  EXPECT_THAT(other.error().detail, HasSubstr("the key k was used"));
}

TEST(Keys, repeats_are_equal_after_defaults_sums_and_order_and_whatever_the_wait) {
  Shop shop;
  shop.adjust("a", 5);
  shop.adjust("b", 5);
  shop.reserve("r", {{"a", 1}, {"b", 2}, {"a", 1}});
  auto same = reserve("r", {{"b", 2}, {"a", 2}});
  same.wait = 5s;
  EXPECT_EQ(said(shop.ask(same)), "repeat pending");
  for (const auto& differ : std::vector<std::function<void(request::Reserve&)>>{
           [](auto& r) { r.customer = "c"; }, [](auto& r) { r.ttl = 601s; },
           [](auto& r) { r.partial = true; }, [](auto& r) { r.replaces = "x"; },
           [](auto& r) { r.lines.pop_back(); }}) {
    auto other = same;
    differ(other);
    EXPECT_EQ(said(shop.ask(other)), "idempotency_mismatch");
  }
}

// A key or an id is a text, and no two texts are taken for one.
TEST(Keys, an_id_and_a_key_of_one_text_have_nothing_to_do_with_each_other) {
  Shop shop;
  shop.adjust("a", 5, "x");
  EXPECT_EQ(shop.reserve("x", {{"a", 1}}), "created");
  EXPECT_EQ(shop.release("x"), "released");
  EXPECT_EQ(shop.adjust("a", 5, "x"), "repeat adjusted");
}

TEST(Fenced, reads_go_on_and_nothing_is_sold) {
  Shop shop;
  shop.adjust("a", 5);
  shop.reserve("r", {{"a", 1}});
  Record fenced;
  fenced.at = shop.now().node;
  fenced.body = record::Fenced{"a copy of it sells elsewhere"};
  shop.replica().state().apply(fenced);
  EXPECT_EQ(shop.reserve("r2", {{"a", 1}}), "fenced");
  EXPECT_EQ(shop.purchase("r"), "fenced");
  EXPECT_EQ(shop.adjust("a", 1), "fenced");
  EXPECT_EQ(shop.state_of("r"), "pending");
  EXPECT_EQ(shop.sku("a").available_here, Units(4));
}

TEST(Draining, reads_go_on_and_nothing_new_is_taken) {
  Shop shop;
  shop.adjust("a", 5);
  shop.reserve("r", {{"a", 1}});
  shop.step(input::Draining{});
  EXPECT_EQ(shop.reserve("r2", {{"a", 1}}), "draining");
  EXPECT_EQ(shop.purchase("r"), "draining");
  EXPECT_EQ(shop.state_of("r"), "pending");
}

TEST(Lists, skus_come_in_byte_order_by_page) {
  Shop shop;
  for (const char* sku : {"b", "a", "Z", "é", "aa"}) shop.adjust(sku, 1);
  std::vector<std::string> found;
  std::string after;
  do {
    const auto page =
        std::get<answer::SkuList>(shop.ask(request::ListSkus{.limit = 2, .after = after}).value());
    for (const auto& sku : page.skus) found.push_back(sku.sku);
    after = page.next;
  } while (!after.empty());
  EXPECT_THAT(found, ElementsAre("Z", "a", "aa", "b", "é"));
}

TEST(Lists, availability_comes_in_the_order_asked_and_names_the_unknown) {
  Shop shop;
  shop.adjust("a", 3);
  const auto list = std::get<answer::SkuList>(shop.ask(request::GetAvailability{{"x", "a", "a"}}).value());
  ASSERT_EQ(list.skus.size(), 3u);
  EXPECT_FALSE(list.skus[0].known);
  EXPECT_EQ(list.skus[1].available_here, Units(3));
}

}  // namespace
}  // namespace holdfast::test
