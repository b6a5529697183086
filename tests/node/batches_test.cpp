// What collects in the outbox while the disk writes, in batches that whoever reads one record decodes.
#include <gtest/gtest.h>

#include "support/outbox.h"

namespace holdfast::node {
namespace {

constexpr std::size_t batch_records_max = 4096;

Effects made(std::size_t records, std::vector<Outbound> outbound = {}) {
  Effects effects;
  effects.records.resize(records);
  effects.outbound = std::move(outbound);
  return effects;
}

TEST(Batches, are_of_a_bounded_number_of_records_each_and_every_one_is_found) {
  Outbox outbox(Position(0));
  Effects many = made(2 * batch_records_max + 10);
  for (std::size_t i = 0; i < many.records.size(); ++i)
    many.records[i].at = node_time(static_cast<int>(i) + 1);
  take(outbox, many, node_time(0));
  const auto at = [&](std::size_t position) { return outbox.find(Position(position)); };
  for (const std::size_t position :
       {std::size_t{1}, batch_records_max, batch_records_max + 1, 2 * batch_records_max + 10}) {
    ASSERT_NE(at(position), nullptr);
    EXPECT_EQ(ms_of(at(position)->at), static_cast<std::int64_t>(position));
  }
  EXPECT_EQ(at(2 * batch_records_max + 11), nullptr);
  std::size_t durable = 0;
  for (const std::size_t size : {batch_records_max, batch_records_max, std::size_t{10}}) {
    EXPECT_EQ(outbox.begin_write().size(), size);
    outbox.durable_up_to(Position(durable += size));
  }
  EXPECT_TRUE(outbox.begin_write().empty());
}

}  // namespace
}  // namespace holdfast::node
