// What a step is made of: drafts, and requests that were expected.
#include <gtest/gtest.h>

#include "core/step_context.h"
#include "support/shop.h"

namespace holdfast::test {
namespace {

class Drafts : public testing::Test {
 protected:
  CoreConfig config_ = config_of("eu");
  State state_{config_.own, 7};
  Memory memory_{config_};
  Effects effects_;
  StepContext step_{config_, state_, memory_, {node_time(1), wall_time(1)}, effects_};
};
using DraftsDeath = Drafts;

TEST_F(Drafts, of_one_that_is_not_finished_nothing_is_left) {
  { Draft draft = step_.draft(); }
  EXPECT_TRUE(effects_.records.empty());
  step_.commit(step_.draft().finish(record::TimePassed{}));
  EXPECT_EQ(effects_.records.size(), 1u);
  EXPECT_EQ(state_.position(), Position(1));
}

TEST_F(DraftsDeath, one_that_is_opened_while_another_is_open_ends_the_process) {
  const Draft first = step_.draft();
  EXPECT_DEATH((void)step_.draft(), "records.size");
}

TEST_F(DraftsDeath, a_record_that_was_finished_and_not_applied_ends_the_process) {
  (void)step_.draft().finish(record::TimePassed{});
  EXPECT_DEATH(step_.check_all_applied(), "records.size");
}

// A region that is asked, and its journal.
class Asker {
 public:
  explicit Asker(int other_skus) {
    for (const char* sku : {"cup", "jug"}) bring_in(sku);
    for (int i = 0; i < other_skus; ++i) bring_in("other-" + std::to_string(i));
  }
  const Effects& step(input::Asked asked) {
    for (const Position position : replica_.recall(asked))
      asked.past.push_back({position, journal_.at(position.value() - 1)});
    effects_.clear();
    replica_.step({node_time(1), wall_time(1)}, std::move(asked), effects_);
    journal_.insert(journal_.end(), effects_.records.begin(), effects_.records.end());
    return effects_;
  }
  const Effects& step_expected(input::Asked asked) {
    replica_.expect({&asked, 1});
    replica_.expect({&asked, 1});  // once is as good
    EXPECT_EQ(replica_.recall(asked), replica_.recall(asked.request));
    return step(std::move(asked));
  }

  void expect(std::span<input::Asked> asked) const { replica_.expect(asked); }

 private:
  void bring_in(const std::string& sku) {
    step(input::Asked{RequestToken(0), request::Adjust{sku, "in-" + sku, Units(9), "delivery", "", {}}});
  }

  Replica replica_{config_of("eu")};
  std::vector<Record> journal_;
  Effects effects_;
};

// In a small catalogue, and in one of which the processor has not all at hand.
class Expected : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Catalogues, Expected, testing::Values(0, 5'000));

TEST_P(Expected, requests_are_decided_as_any_others) {
  request::Reserve keyed = reserve("", {{"cup", 1}});
  keyed.key = "key";
  request::Reserve instead = reserve("c", {{"cup", 1}});
  instead.replaces = "b";
  const std::vector<Request> requests{reserve("a", {{"cup", 1}}),
                                      reserve("a", {{"cup", 1}}),
                                      reserve("b", {{"cup", 2}}),
                                      reserve("both", {{"jug", 1}, {"cup", 1}}),
                                      reserve("none", {{"of these", 1}}),
                                      keyed,
                                      request::Purchase{"a", ""},
                                      reserve("a", {{"cup", 1}}),
                                      instead,
                                      request::Release{"c"},
                                      request::Purchase{"c", ""},
                                      request::Extend{"a", Millis(60'000)},
                                      request::Purchase{"d", ""}};
  Asker one(GetParam());
  Asker other(GetParam());
  std::uint64_t token = 0;
  for (const Request& request : requests) {
    const input::Asked asked{RequestToken(++token), request};
    EXPECT_EQ(other.step_expected(asked), one.step(asked)) << "request " << token;
  }
}

TEST_P(Expected, as_many_at_once_as_there_are) {
  const Asker asker(GetParam());
  std::vector<input::Asked> all;
  for (std::uint64_t i = 0; i < 40; ++i)
    all.push_back({RequestToken(i), reserve("cart-" + std::to_string(i), {{"cup", 1}})});
  asker.expect(all);
  for (const input::Asked& one : all) EXPECT_TRUE(one.name.has_value());
}

TEST(SeldomLists, hold_what_they_are_given_and_are_equal_if_that_is) {
  Seldom<int> list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  EXPECT_EQ(list, Seldom<int>(std::vector<int>()));
  list.push_back(1);
  list.push_back(2);
  EXPECT_EQ(list, (Seldom<int>{1, 2}));
  EXPECT_NE(list, (Seldom<int>{1}));
  EXPECT_EQ(std::vector<int>(list.begin(), list.end()), (std::vector<int>{1, 2}));
  list.clear();
  EXPECT_EQ(list, Seldom<int>());
}

}  // namespace
}  // namespace holdfast::test
