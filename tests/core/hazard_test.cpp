// Hazards found in published systems and in shops, as far as one replica can meet them: each test's name is
// the hazard, and what it shows is the rule that stands against it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/rebalance.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

request::MoveRights move_to(const std::string& region, std::int64_t quantity) {
  return {"a", "move-" + region + std::to_string(quantity), region, Units(quantity), ""};
}

message::Ask ask_of_us(std::int64_t known, std::int64_t target) {
  message::Ask ask;
  ask.asker = {"us", {1, 1}};
  ask.giver = config_of("eu").own;
  ask.sku = "a";
  ask.known = Units(known);
  ask.target = Units(target);
  return ask;
}

// Region eu with ten units; us is linked and has none.
class Hazard : public testing::Test {
 protected:
  Hazard() : shop(Peers{"us"}) {
    shop.link("us");
    shop.hear("us", {{"a", 0}});
    shop.adjust("a", 10);
  }
  Shop shop;
};

TEST_F(Hazard, transfer_to_oneself_to_an_unknown_replica_of_0_or_less) {
  EXPECT_EQ(said(shop.ask(move_to("eu", 1))), "validation_failed");
  EXPECT_EQ(said(shop.ask(move_to("nowhere", 1))), "validation_failed");
  for (const std::int64_t quantity : {0, -1}) EXPECT_FALSE(validate(move_to("us", quantity)).empty());
  EXPECT_EQ(shop.rights("a"), 10);
}

TEST_F(Hazard, a_third_party_moves_someone_elses_rights) {
  message::Rows forged;  // us says that eu gave it all
  forged.number = 9;
  forged.replicas = {config_of("eu").own, {"us", {1, 1}}};
  Row row;
  row.received = Units(10);
  row.sent = {{ReplicaIx(1), Units(10)}};
  row.version = Version(1);
  forged.sections = {{0, std::nullopt, {{"a", row}}}};
  shop.step(input::Received{LinkId(1), forged});
  EXPECT_EQ(shop.rights("a"), 10);
  EXPECT_FALSE(shop.state().fenced().empty()) << "it is evidence of another process";
}

TEST_F(Hazard, a_repeated_late_or_relayed_ask_gives_twice) {
  for (const auto& ask :
       {ask_of_us(0, 4), ask_of_us(0, 4), ask_of_us(0, 3), ask_of_us(4, 6), ask_of_us(0, 4)})
    shop.step(input::Received{LinkId(1), ask});
  EXPECT_EQ(shop.rights("a"), 4);
}

TEST_F(Hazard, the_same_sku_twice_in_one_basket_passes_each_check_alone) {
  EXPECT_NE(shop.reserve("r", {{"a", 6}, {"a", 6}}), "created");
  EXPECT_EQ(shop.available("a"), 10);
}

TEST_F(Hazard, part_of_a_basket_is_held_while_the_rest_waits) {
  shop.hear("us", {{"b", 5}});
  auto patient = reserve("r", {{"a", 5}, {"b", 5}});
  patient.wait = 500ms;
  const auto token = shop.submit(patient);
  EXPECT_EQ(shop.available("a"), 10);
  shop.pass(600ms);
  EXPECT_EQ(said(*shop.answer_to(token)), "insufficient_here");
  EXPECT_EQ(shop.available("a"), 10);
}

TEST_F(Hazard, a_reservation_expires_while_the_payment_is_on_its_way) {
  shop.reserve("r", {{"a", 10}});
  shop.pass(601s);
  EXPECT_EQ(shop.state_of("r"), "expired");
  EXPECT_EQ(shop.purchase("r", "", request::IfExpired::fail), "reservation_expired");
  EXPECT_EQ(shop.purchase("r"), "purchased");
  EXPECT_EQ(shop.available("a"), 0);
}

TEST_F(Hazard, the_clock_jumps_and_a_reservation_expires_early_or_never) {
  auto request = reserve("r", {{"a", 1}});
  request.ttl = 60s;
  shop.ask(request);
  shop.jump_wall_clock(std::chrono::hours(24 * 365));
  shop.pass(59s);
  EXPECT_EQ(shop.state_of("r"), "pending");
  shop.jump_wall_clock(std::chrono::hours(-2 * 24 * 365));
  shop.pass(2s);
  EXPECT_EQ(shop.state_of("r"), "expired");
}

TEST_F(Hazard, an_idempotency_key_is_forgotten_before_the_client_retries) {
  shop.adjust("a", 5, "delivery");
  shop.step(input::LinkDown{LinkId(1)});
  shop.pass(std::chrono::hours(23));
  shop.restart();
  EXPECT_EQ(shop.adjust("a", 5, "delivery"), "repeat adjusted");
  EXPECT_EQ(shop.rights("a"), 15);
}

TEST_F(Hazard, a_second_waiter_for_one_id) {
  shop.hear("us", {{"b", 5}});
  auto patient = reserve("r", {{"b", 1}});
  patient.wait = 5s;
  const auto first = shop.submit(patient);
  const auto second = shop.submit(patient);
  shop.adjust("b", 5);
  EXPECT_EQ(said(*shop.answer_to(first)), "created");
  EXPECT_EQ(said(*shop.answer_to(second)), "created");
  EXPECT_EQ(shop.available("b"), 4);
}

TEST_F(Hazard, a_restock_or_import_that_is_retried_counts_twice_in_another_region_too) {
  request::Adjust elsewhere;
  elsewhere.sku = "a";
  elsewhere.key = "delivery";
  elsewhere.delta = Units(5);
  elsewhere.reason = "test";
  elsewhere.region = "us";
  EXPECT_EQ(said(shop.ask(elsewhere)), "wrong_region");
  const request::Import import{"batch", "", {{1, "a", Units(5), ""}, {2, "b", Units(5), ""}}};
  EXPECT_EQ(said(shop.ask(import)), "imported");
  EXPECT_EQ(said(shop.ask(import)), "repeat imported");
  EXPECT_EQ(shop.rights("a"), 15);
}

TEST_F(Hazard, two_waiters_who_want_two_each_swap_one_unit_for_ever) {
  const auto gives = [](std::string_view here_is, std::string_view asker) {
    Snapshot here;
    here.available = Units(1);
    here.waiting = here.spoken_for = Units(2);
    here.region = here_is;
    return willing_to_give(here, {ReplicaIx(1), no_demand, record::TransferKind::urgent, Units(1), asker},
                           Lever{});
  };
  EXPECT_EQ(gives("us", "eu"), Units(1));
  EXPECT_EQ(gives("eu", "us"), Units(0));
}

TEST_F(Hazard, two_waiters_who_want_one_of_each_of_two_products_swap_them_for_ever) {
  const auto gives = [](std::string_view here_is, std::string_view asker, std::int64_t available) {
    Snapshot here;
    here.available = Units(available);
    here.spoken_for = Units(1);  // by a waiter who lacks the other
    here.region = here_is;
    return willing_to_give(here, {ReplicaIx(1), no_demand, record::TransferKind::urgent, Units(1), asker},
                           Lever{});
  };
  EXPECT_EQ(gives("us", "eu", 1), Units(1));
  EXPECT_EQ(gives("eu", "us", 1), Units(0));
  EXPECT_EQ(gives("eu", "us", 3), Units(2));
}

TEST_F(Hazard, a_sum_overflows) {
  const std::int64_t most = limits::quantity_max.count();
  request::Import import{"nearly-the-cap", "", {}};
  std::int64_t received = 10;
  for (; received + most <= limits::field_units_max.count(); received += most)
    import.lines.push_back({import.lines.size() + 1, "a", limits::quantity_max, ""});
  ASSERT_EQ(said(shop.ask(std::move(import))), "imported");
  EXPECT_EQ(shop.adjust("a", most), "validation_failed");
  EXPECT_EQ(shop.rights("a"), received);
}

TEST_F(Hazard, the_last_unit_can_never_move) {
  shop.reserve("r", {{"a", 9}});
  shop.step(input::Received{LinkId(1), ask_of_us(0, 1)});
  EXPECT_EQ(shop.available("a"), 0);
}

TEST_F(Hazard, rebalancing_goes_idle_when_stock_is_scarce) {
  shop.reserve("r", {{"a", 10}});
  shop.hear("us", {{"a", 1}});
  shop.reserve("r2", {{"a", 1}});
  bool asked = false;
  for (const Message& message : shop.sent()) asked |= std::holds_alternative<message::Ask>(message);
  EXPECT_TRUE(asked);
}

TEST_F(Hazard, a_probe_or_a_sale_depends_on_a_region_that_is_cut_off) {
  shop.step(input::LinkDown{LinkId(1)});
  shop.pass(60s);
  EXPECT_EQ(shop.reserve("r", {{"a", 10}}), "created");
  EXPECT_EQ(shop.purchase("r"), "purchased");
}

}  // namespace
}  // namespace holdfast::test
