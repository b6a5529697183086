// Each way of sharing stock on a tiny world, with answers that can be worked out by hand.
#include "sim/policies/policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/policies/local_commit.h"

namespace holdfast::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Regions 100 ms apart, without jitter.
class Tiny {
 public:
  Tiny(std::string_view policy, const Placement& placement)
      : paths_(names(placement.size()), equal_round_trips(placement.size(), Micros(100'000)), 0, Random(1)),
        policy_(make_policy(policy, {stage_, paths_, placement.front().size(), Streams(1)})) {
    bool ready = false;
    policy_->open(placement, [&ready] { ready = true; });
    while (!ready && stage_.queue.run_next()) {
    }
  }

  struct Outcome {
    bool told = false;
    Denial denial = Denial::none;
    bool remote = false;
    Micros took{0};
    [[nodiscard]] bool granted() const { return told && denial == Denial::none; }
  };
  // What a shopper hears who asks now, within a while.
  Outcome ask(std::size_t region, std::int64_t units, Micros wait = 0us, Micros listens = 2s) {
    Outcome outcome;
    const auto began = stage_.queue.now();
    policy_->attempt({++last_id_, region, {{0, units}}, wait, 10min, false}, [&](const Reply& reply) {
      outcome = {true, reply.denial, reply.remote, stage_.queue.now() - began};
    });
    const auto until = began + listens;
    while (!outcome.told && stage_.queue.now() < until && stage_.queue.run_next()) {
    }
    return outcome;
  }
  [[nodiscard]] std::uint64_t last_id() const { return last_id_; }
  void pass(Micros time) { stage_.queue.run_until(stage_.queue.now() + time); }
  [[nodiscard]] std::vector<std::int64_t> rights() const {
    std::vector<std::int64_t> all;
    for (std::size_t region = 0; region < paths_.size(); ++region) all.push_back(policy_->rights(region));
    return all;
  }
  StockPolicy& policy() { return *policy_; }
  Paths& paths() { return paths_; }

 private:
  static std::vector<std::string> names(std::size_t count) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back("r" + std::to_string(i));
    return all;
  }

  Stage stage_;
  Paths paths_;
  std::unique_ptr<StockPolicy> policy_;
  std::uint64_t last_id_ = 0;
};

const Placement even{{10}, {10}, {10}};

TEST(Policies, the_oracle_sells_all_units_anywhere_at_once) {
  Tiny world("oracle", even);
  const auto sold = world.ask(2, 30);
  EXPECT_TRUE(sold.granted());
  EXPECT_EQ(sold.took, 0us);
  EXPECT_EQ(world.ask(0, 1).denial, Denial::sold_out);
}

TEST(Policies, one_database_costs_its_round_trip_and_is_out_of_reach_behind_a_cut) {
  Tiny world("central", even);
  EXPECT_EQ(world.ask(0, 1).took, local_commit);
  const auto far = world.ask(1, 29);
  EXPECT_TRUE(far.granted() && far.remote);
  EXPECT_EQ(far.took, 100ms + local_commit);
  world.paths().set_cut_both(0, 2, true);
  EXPECT_EQ(world.ask(2, 1).denial, Denial::cut_off);
}

TEST(Policies, a_quorum_costs_the_round_trip_to_the_median_and_needs_a_majority) {
  Tiny world("quorum", even);
  EXPECT_EQ(world.ask(0, 1).took, 100ms + local_commit);
  world.paths().set_cut_both(0, 1, true);
  EXPECT_TRUE(world.ask(0, 1).granted());
  world.paths().set_cut_both(0, 2, true);
  EXPECT_EQ(world.ask(0, 1).denial, Denial::cut_off);
}

TEST(Policies, with_an_equal_split_nothing_ever_moves) {
  Tiny world("static", even);
  EXPECT_TRUE(world.ask(0, 10).granted());
  EXPECT_EQ(world.ask(0, 1).denial, Denial::short_here);
  world.pass(1min);
  EXPECT_EQ(world.ask(0, 1, 1s).denial, Denial::short_here);
  EXPECT_EQ(world.policy().in_world(0), 20);
}

TEST(Policies, below_the_threshold_half_of_the_richest_is_asked_for_once_in_five_seconds) {
  Tiny world("threshold", {{500}, {4000}, {3000}});
  EXPECT_TRUE(world.ask(0, 1).granted());
  world.pass(200ms);
  EXPECT_THAT(world.rights(), ElementsAre(2500, 2000, 3000));
}

TEST(Policies, at_zero_the_threshold_prototype_asks_one_after_the_other) {
  Tiny world("threshold", {{0}, {0}, {8}});
  const auto sold = world.ask(0, 4);
  EXPECT_TRUE(sold.granted() && sold.remote);
  EXPECT_EQ(world.ask(0, 3).denial, Denial::short_here);  // half of 4 is too few: everyone was asked
  EXPECT_EQ(world.policy().in_world(0), 4);
}

TEST(Policies, reactive_stock_starts_in_one_place_and_follows_refusals) {
  Tiny world("reactive", even);
  EXPECT_THAT(world.rights(), ElementsAre(30, 0, 0));
  EXPECT_EQ(world.ask(2, 7).denial, Denial::short_here);
  EXPECT_EQ(world.ask(1, 31).denial, Denial::short_here);  // nobody has so many: nothing comes
  world.pass(300ms);
  EXPECT_THAT(world.rights(), ElementsAre(23, 0, 7));
  EXPECT_EQ(world.policy().retries().times, 10);
}

TEST(Policies, periodic_balance_takes_half_the_difference_from_the_richest) {
  Tiny world("periodic", {{0}, {40}, {20}});
  world.pass(1s + 200ms);
  EXPECT_THAT(world.rights(), ElementsAre(20, 20, 20));
}

TEST(Policies, a_fixed_portion_comes_from_each_of_the_two_richest) {
  Tiny world("fixed", {{0}, {40}, {15}, {3}});
  EXPECT_EQ(world.ask(0, 30).denial, Denial::short_here);
  world.pass(200ms);
  EXPECT_THAT(world.rights(), ElementsAre(20, 30, 5, 3));
  world.pass(2s);  // still short of 30: the second try
  EXPECT_THAT(world.rights(), ElementsAre(35, 20, 0, 3));
}

TEST(Policies, the_dealer_gathers_what_is_hardly_a_basket_where_it_is_wanted) {
  Tiny world("dealer", {{2}, {2}, {1}});
  EXPECT_EQ(world.ask(1, 5).denial, Denial::short_here);
  world.pass(60ms);
  EXPECT_THAT(world.rights(), ElementsAre(0, 5, 0));
}

TEST(Policies, the_dealer_leaves_each_its_part_while_there_is_plenty) {
  Tiny world("dealer", {{1000}, {1000}, {1000}});
  for (std::size_t region = 0; region < 3; ++region) EXPECT_TRUE(world.ask(region, 1).granted());
  world.pass(60ms);
  EXPECT_THAT(world.rights(), ElementsAre(1000, 1000, 1000));  // with what is in baskets
}

TEST(Policies, the_dealer_sends_who_waits_what_they_lack_the_first_before_all_others) {
  Tiny world("dealer", {{4}, {0}, {0}});
  Tiny::Outcome first;
  world.policy().attempt({99, 1, {{0, 3}}, 1s, 10min, false}, [&](const Reply& reply) {
    first = {true, reply.denial, reply.remote, 0us};
  });
  EXPECT_EQ(world.ask(2, 2, 1s).denial, Denial::short_here);
  EXPECT_TRUE(first.granted() && first.remote);
}

TEST(Policies, whoever_waits_gets_what_comes) {
  for (const auto* policy : {"reactive", "fixed", "holdfast", "dealer"}) {
    Tiny world(policy, {{8}, {0}});
    const auto sold = world.ask(1, 8, 1s);
    EXPECT_TRUE(sold.granted() && sold.remote) << policy;
    EXPECT_GE(sold.took, policy == std::string_view("dealer") ? 50ms : 100ms) << policy;
    EXPECT_LE(sold.took, 250ms) << policy;
  }
}

TEST(Policies, whoever_waits_for_what_comes_back_here_needed_no_other_region) {
  Tiny world("static", {{6}, {6}});
  ASSERT_TRUE(world.ask(0, 6).granted());
  const auto first = world.last_id();
  Reply reply;
  reply.denial = Denial::other;
  world.policy().attempt({99, 0, {{0, 6}}, 1s, 10min, false}, [&](const Reply& told) { reply = told; });
  world.pass(100ms);
  world.policy().finish(first, Finish::release, [](bool) {});
  world.pass(1s);
  EXPECT_EQ(reply.denial, Denial::none);
  EXPECT_FALSE(reply.remote);
}

TEST(Policies, rights_behind_a_cut_arrive_when_it_heals) {
  Tiny world("fixed", {{8}, {0}});
  EXPECT_EQ(world.ask(1, 8).denial, Denial::short_here);
  world.paths().set_cut(0, 1, true);  // while the ask is on its way
  world.pass(1s);
  EXPECT_EQ(world.policy().in_world(0), 8);
  EXPECT_THAT(world.rights(), ElementsAre(0, 0));
  world.paths().set_cut(0, 1, false);
  world.pass(100ms);
  EXPECT_THAT(world.rights(), ElementsAre(0, 8));
}

TEST(Policies, baskets_that_are_given_back_or_expire_can_be_sold_again_and_sales_cannot) {
  for (const auto policy : policy_names) {
    Tiny world(policy, {{6}});
    ASSERT_TRUE(world.ask(0, 6).granted()) << policy;
    world.policy().finish(world.last_id(), Finish::release, [](bool) {});
    world.pass(1s);
    ASSERT_TRUE(world.ask(0, 6).granted()) << policy;  // expires after ten minutes
    world.pass(10min + 1s);
    ASSERT_TRUE(world.ask(0, 6).granted()) << policy;
    world.policy().finish(world.last_id(), Finish::purchase, [](bool) {});
    world.pass(11min);
    EXPECT_EQ(world.policy().in_world(0), 0) << policy;
    EXPECT_FALSE(world.ask(0, 1).granted()) << policy;
  }
}

TEST(Policies, new_stock_counts_in_the_world_at_once_and_can_be_sold_soon) {
  for (const auto policy : policy_names) {
    Tiny world(policy, {{0}, {0}});
    world.policy().stock_in(1, {{0, 3}}, std::nullopt);
    world.pass(1s);
    EXPECT_EQ(world.policy().in_world(0), 3) << policy;
    EXPECT_TRUE(world.ask(1, 3).granted()) << policy;
  }
}

TEST(Policies, an_attempt_that_is_content_with_a_part_gets_what_is_there) {
  for (const auto policy : policy_names) {
    Tiny world(policy, {{4}});
    Basket got;
    world.policy().attempt({1, 0, {{0, 9}}, 0us, 10min, true}, [&](const Reply& reply) { got = reply.got; });
    world.pass(1s);
    EXPECT_EQ(got, (Basket{{0, 4}})) << policy;
  }
}

}  // namespace
}  // namespace holdfast::sim
