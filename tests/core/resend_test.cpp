// When Rows are taken for lost.
#include "core/resend.h"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Resend, is_due_a_second_after_what_was_sent_last) {
  Resend resend;
  resend.sent(1, node_time(10'000));
  resend.sent(2, node_time(10'300));
  EXPECT_EQ(resend.due(), node_time(11'300));
}

TEST(Resend, waits_on_while_acknowledgements_come) {
  Resend resend;
  for (std::uint64_t number = 1; number <= 20; ++number) resend.sent(number, node_time(10'000));
  for (std::uint64_t number = 1; number <= 20; ++number) {
    const auto heard = static_cast<std::int64_t>(10'000 + 300 * number);
    EXPECT_GT(resend.due(), node_time(heard));
    resend.acknowledged(number, node_time(heard));
  }
}

TEST(Resend, waits_twice_as_long_each_time_that_it_was_in_vain_up_to_a_bound) {
  Resend resend;
  resend.sent(1, node_time(10'000));
  for (const std::int64_t after : {2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    resend.gave_up();
    resend.sent(2, node_time(20'000));
    EXPECT_EQ(resend.due(), node_time(20'000 + after));
  }
}

TEST(Resend, waits_twice_as_long_as_an_acknowledgement_took_when_last_measured) {
  Resend resend;
  resend.sent(1, node_time(10'000));
  resend.acknowledged(1, node_time(13'000));
  resend.sent(2, node_time(13'000));
  EXPECT_EQ(resend.due(), node_time(19'000));
  resend.acknowledged(2, node_time(13'010));
  EXPECT_EQ(resend.due(), node_time(14'010)) << "never less than the least";
}

TEST(Resend, does_not_measure_by_what_was_sent_before_it_gave_up) {
  Resend resend;
  resend.sent(1, node_time(10'000));
  resend.gave_up();
  resend.sent(2, node_time(11'000));
  resend.acknowledged(1, node_time(40'000));
  resend.acknowledged(2, node_time(41'000));
  EXPECT_EQ(resend.due(), node_time(71'000)) << "30 s is the most, by the second's own way";
}

}  // namespace
}  // namespace holdfast
