// When a checkpoint begins, and that it keeps up with what is journalled meanwhile.
#include "node/checkpointer.h"

#include <gtest/gtest.h>

#include "support/desk.h"

namespace holdfast::test {
namespace {

constexpr std::uint64_t slices_of_skus = 40;

class CheckpointPace : public testing::Test {
 protected:
  CheckpointPace() {
    request::Import import{.key = "import"};
    for (std::uint64_t sku = 0; sku < slices_of_skus * skus_per_slice; ++sku)
      import.lines.push_back(
          {.line = sku + 1, .sku = "sku-" + std::to_string(sku), .quantity = Units(1), .fault = {}});
    desk_.start();
    desk_.ask(import);
  }
  // How many appends it takes, each with so many bytes of records.
  int appends(node::CheckpointPolicy policy, std::size_t journalled) {
    node::Checkpointer checkpointer(policy);
    checkpointer.begin(state());
    int appends = 0;
    for (; checkpointer.writing(); ++appends) write(checkpointer, journalled);
    return appends;
  }
  // How many go along with shoppers' records, so much having been journalled since it began.
  std::size_t slices_with_records(node::CheckpointPolicy policy, std::size_t journalled) {
    node::Checkpointer checkpointer(policy);
    checkpointer.begin(state());
    node::JournalAppend append;
    append.batches.push_back(nullptr);  // nobody looks into it
    checkpointer.journalled(journalled);
    const auto dirty = state().slices().dirty().size();
    checkpointer.add_to(append, state());
    EXPECT_EQ(state().slices().dirty().size() + append.slices.size(), dirty);
    return append.slices.size();
  }
  void write(node::Checkpointer& checkpointer, std::size_t journalled) {
    node::JournalAppend append;
    checkpointer.journalled(journalled);
    checkpointer.add_to(append, state());
  }
  State& state() { return desk_.replica().state(); }

 private:
  Desk desk_{config_of("eu")};
};

TEST_F(CheckpointPace, writes_little_with_each_append_while_little_is_journalled) {
  EXPECT_GT(appends({.journal_bytes = 1'000'000, .slice_bytes_per_append = 1}, 10), 40);
}

TEST_F(CheckpointPace, is_complete_before_as_much_again_is_journalled_as_made_it_begin) {
  EXPECT_LE(appends({.journal_bytes = 1'000, .slice_bytes_per_append = 1}, 100), 10);
}

TEST_F(CheckpointPace, is_half_written_when_a_fourth_of_that_is_journalled) {
  const node::CheckpointPolicy policy{.journal_bytes = 1'000};
  EXPECT_EQ(slices_with_records(policy, 0), 0u);
  const auto all = state().slices().dirty().size();
  EXPECT_EQ(slices_with_records(policy, 250), all / 2);
}

TEST_F(CheckpointPace, writes_no_more_with_an_append_than_it_may_though_it_is_late) {
  const node::CheckpointPolicy policy{
      .journal_bytes = 1, .slice_bytes_per_append = 1, .slice_bytes_per_append_max = 2};
  EXPECT_GT(appends(policy, 1'000'000), 40);
}

TEST_F(CheckpointPace, begins_after_a_part_of_what_the_last_one_wrote_where_that_is_more) {
  node::Checkpointer checkpointer(
      {.journal_bytes = 10, .checkpoint_part = 4, .slice_bytes_per_append = 1u << 20});
  checkpointer.journalled(10);
  EXPECT_TRUE(checkpointer.due(state().time()));
  const std::vector<SliceId> all = state().slices().dirty();
  checkpointer.begin(state());
  write(checkpointer, 0);
  ASSERT_FALSE(checkpointer.writing());
  std::size_t written = 0;
  for (const SliceId id : all) written += bytes_guess(*state().copy(id));
  checkpointer.journalled(written / 4 - 1);
  EXPECT_FALSE(checkpointer.due(state().time()));
  checkpointer.journalled(1);
  EXPECT_TRUE(checkpointer.due(state().time()));
}

TEST_F(CheckpointPace, begins_an_hour_after_the_last_one_if_anything_was_journalled_since) {
  node::Checkpointer checkpointer({.slice_bytes_per_append = 1u << 20}, 0, state().time());
  const NodeTime later = state().time() + std::chrono::hours(1);
  EXPECT_FALSE(checkpointer.due(later));
  checkpointer.journalled(1);
  EXPECT_FALSE(checkpointer.due(later - Millis(1)));
  EXPECT_TRUE(checkpointer.due(later));
  checkpointer.begin(state());
  write(checkpointer, 0);
  EXPECT_FALSE(checkpointer.due(later));
}

}  // namespace
}  // namespace holdfast::test
