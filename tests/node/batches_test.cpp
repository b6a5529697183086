// What collects in the outbox while the disk writes, in batches that whoever reads one record decodes.
#include <gtest/gtest.h>

#include "support/outbox.h"
#include "wire/record_codec.h"

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
  Outbox outbox(Position(0), test::kept_records);
  Effects many = made(2 * batch_records_max + 10);
  for (std::size_t i = 0; i < many.records.size(); ++i)
    many.records[i].at = node_time(static_cast<int>(i) + 1);
  take(outbox, many, node_time(0));
  const auto at = [&](std::size_t position) { return outbox.find(Position(position)); };
  for (const std::size_t position :
       {std::size_t{1}, batch_records_max, batch_records_max + 1, 2 * batch_records_max + 10}) {
    ASSERT_TRUE(at(position));
    EXPECT_EQ(ms_of(at(position)->at), static_cast<std::int64_t>(position));
  }
  EXPECT_FALSE(at(2 * batch_records_max + 11));
}

TEST(Batches, go_with_one_append_together_each_as_it_is) {
  Outbox outbox(Position(0), test::kept_records);
  Effects many = made(2 * batch_records_max + 10);
  take(outbox, many, node_time(0));
  std::vector<std::size_t> sizes;
  for (const RecordBatch* batch : outbox.begin_write()) sizes.push_back(batch->size());
  EXPECT_EQ(sizes, (std::vector{batch_records_max, batch_records_max, std::size_t{10}}));
  EXPECT_FALSE(outbox.has_records());
  EXPECT_EQ(outbox.durable_up_to(outbox.last()).size(), sizes.size());
  EXPECT_TRUE(outbox.begin_write().empty());
}

TEST(Batches, that_became_durable_together_let_out_what_waited_in_its_order) {
  Outbox outbox(Position(0), test::kept_records);
  for (std::uint64_t token = 0; token < 3; ++token) {
    Effects step = made(batch_records_max, {output::BriefReply(RequestToken(token), {})});
    take(outbox, step, node_time(0));
  }
  (void)outbox.begin_write();
  EXPECT_TRUE(outbox.take_released().empty());
  outbox.durable_up_to(outbox.last());
  std::vector<std::uint64_t> left;
  for (const Outbound& one : take_all_released(outbox))
    left.push_back(std::get<output::BriefReply>(one).token.value());
  EXPECT_EQ(left, (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(outbox.held(), 0u);
}

// As the journal has them: of few of these a batch is as large as it may be.
TEST(Batches, are_of_a_bounded_number_of_bytes_each) {
  constexpr std::size_t lines = 1'000, records = 1'000;
  Record large;
  Reservation& after = large.body.emplace<record::ReservationChanged>().after;
  for (std::uint32_t sku = 0; sku < lines; ++sku) after.lines.push_back({SkuId(sku), Units(1), no_units});
  Outbox outbox(Position(0), wire::make_record_batch);
  Effects step;
  step.records.assign(records, large);
  take(outbox, step, node_time(0));
  std::size_t written = 0;
  for (const RecordBatch* batch : outbox.begin_write()) {
    Bytes bytes;
    batch->encode(bytes);
    EXPECT_LT(bytes.size(), 2 * Outbox::batch_bytes_max);
    written += batch->size();
  }
  EXPECT_EQ(written, records);
}

// Answers are held by what they weigh.
TEST(Batches, hold_an_answer_of_many_lines_for_as_many) {
  answer::ReservationAnswer told;
  told.reservation.lines.resize(1'000);
  Outbox outbox(Position(0), test::kept_records);
  Effects step = made(
      1, {output::BriefReply(RequestToken(1), {}), output::Reply{RequestToken(2), Answer(Success(told))}});
  take(outbox, step, node_time(0));
  EXPECT_EQ(outbox.held(), 1'001u);
  (void)outbox.begin_write();
  Effects after = made(0, {output::Reply{RequestToken(3), Answer(Success(told))}});
  take(outbox, after, node_time(0));
  EXPECT_EQ(outbox.held(), 2'001u);
  outbox.durable_up_to(outbox.last());
  EXPECT_EQ(outbox.held(), 0u);
}

}  // namespace
}  // namespace holdfast::node
