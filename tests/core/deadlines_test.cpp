#include "core/deadlines.h"

#include <gtest/gtest.h>

#include <iterator>
#include <set>

#include "base/random.h"

namespace holdfast {
namespace {

// Deadlines beside a set that says which are pending, and how often that was asked.
class DeadlinesTest : public testing::Test {
 protected:
  void add(Deadline deadline) {
    pending_.insert(deadline);
    deadlines_.add(deadline);
  }
  void drop(Deadline deadline) {
    pending_.erase(deadline);
    deadlines_.drop(deadline, [this](const Deadline& one) { return ++asked_, pending_.contains(one); });
  }
  void expect_the_first() const {
    EXPECT_EQ(deadlines_.first().value_or(Deadline{}), pending_.empty() ? Deadline{} : *pending_.begin());
  }

  static constexpr std::uint64_t count = 1'000;
  // All within one bucket, several at each time.
  static Deadline nth(std::uint64_t number) {
    return {node_time(128 * 1'000 + static_cast<std::int64_t>(number * 7 % 100)), ReservationSeq(number)};
  }

  Deadlines deadlines_;
  std::set<Deadline> pending_;
  std::size_t asked_ = 0;
};

TEST_F(DeadlinesTest, whichever_ends_the_first_of_those_that_are_left_is_known) {
  for (std::uint64_t i = 1; i <= count; ++i) add(nth(i));
  for (std::uint64_t i = 1; i <= count; ++i) {
    drop(nth(i * 611 % count + 1));
    expect_the_first();
  }
  EXPECT_LT(asked_, 4 * count);
}

// A reservation of which something is changed expires when it did: it is dropped, and added as it was.
TEST_F(DeadlinesTest, one_that_is_dropped_and_added_again_costs_no_more_the_tenth_time_than_the_first) {
  for (std::uint64_t i = 1; i <= count; ++i) add(nth(i));
  for (std::uint64_t round = 1; round <= 10; ++round)
    for (std::uint64_t i = 1; i <= count; ++i) {
      drop(nth(i));
      add(nth(i));
      expect_the_first();
    }
  EXPECT_LT(asked_, 10 * 4 * count);
}

// As most come and go: each is later than those before. Now and then one is not, and each bucket goes on.
TEST_F(DeadlinesTest, the_first_is_known_whether_they_come_in_order_or_not) {
  Random random(1);
  std::int64_t ms = 0;
  for (std::uint64_t number = 1; number <= 20 * count; ++number) {
    ms += static_cast<std::int64_t>(random.below(2));
    const std::int64_t earlier = random.one_in(200) ? static_cast<std::int64_t>(random.below(200)) : 0;
    add({node_time(1'000 + ms - earlier), ReservationSeq(number)});
    expect_the_first();
    // About as many go as come: most often the oldest, sometimes any.
    if (random.below(100) < 97) {
      const auto any =
          std::next(pending_.begin(), static_cast<std::ptrdiff_t>(random.below(pending_.size())));
      drop(random.one_in(20) ? *any : *pending_.begin());
      expect_the_first();
    }
  }
  EXPECT_LT(asked_, 4 * 20 * count);
  while (!pending_.empty()) {
    drop(*pending_.begin());
    expect_the_first();
  }
}

}  // namespace
}  // namespace holdfast
