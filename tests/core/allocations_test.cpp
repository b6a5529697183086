// Steady state costs no memory manager: what a reservation needs on its way through the core is reused, or
// stands in what is.
//
// A program of its own, since it counts every allocation of its process.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/replica.h"
#include "support/counted_allocations.h"
#include "support/effort.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

constexpr std::size_t reservations = 20'000;
// Tables grow and are packed, over many operations: never for each of them.
constexpr std::size_t growing_costs = reservations / 10;

class Allocations : public testing::Test {
 protected:
  void SetUp() override {
    if (sanitized) GTEST_SKIP() << "the walks of the invariants allocate; in release";
    replica.step(now, input::Started{1, {}}, effects);
    request::Adjust in{.sku = "a", .key = "in", .delta = Units(1'000'000), .reason = "test"};
    replica.step(now, input::Asked{RequestToken(1), std::move(in), {}}, effects);
    effects.clear();
  }

  // Those of the steps alone.
  std::size_t made_by(const std::vector<Input>& inputs) {
    const std::size_t before = allocations;
    for (const Input& input : inputs) {
      replica.step(now, input, effects);
      effects.clear();
    }
    return allocations - before;
  }

  enum class Told { briefly, in_full };
  static std::vector<Input> baskets(std::size_t from, Told told = Told::briefly) {
    std::vector<Input> inputs;
    for (std::size_t i = from; i < from + reservations; ++i) {
      request::Reserve basket = reserve("3f2504e0-4f89-11d3-9a0c-" + std::to_string(i), {{"a", 1}});
      basket.brief = told == Told::briefly;
      inputs.emplace_back(input::Asked{RequestToken(i), std::move(basket), {}});
    }
    return inputs;
  }

  Replica replica{config_of("eu")};
  Effects effects;
  Now now{node_time(1), wall_time(1)};
};

TEST_F(Allocations, a_reservation_of_one_line_makes_none) {
  (void)made_by(baskets(0));
  EXPECT_LE(made_by(baskets(reservations)), growing_costs);
}

TEST_F(Allocations, an_answer_in_full_makes_one_for_itself_and_one_for_its_id) {
  (void)made_by(baskets(0));
  EXPECT_LE(made_by(baskets(reservations, Told::in_full)), growing_costs + 2 * reservations);
}

TEST_F(Allocations, a_repeat_makes_none) {
  (void)made_by(baskets(0));
  EXPECT_LE(made_by(baskets(0)), growing_costs);
}

}  // namespace
}  // namespace holdfast::test
