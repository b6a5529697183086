#include "ledger/contract.h"

namespace holdfast::ledger {

Identity some_identity() {
  return {.cluster = "shop", .replica = {"eu", {.made_ms = 1700000000000, .nonce = 0xfeed}}, .hash_seed = 42};
}

Bytes some_bytes(std::string_view text) {
  const BytesView view = bytes_of(text);
  return {view.begin(), view.end()};
}

JournalBatch batch_at(std::uint64_t first, std::uint32_t count, std::string_view text) {
  return {.first = Position(first), .count = count, .bytes = some_bytes(text)};
}

Slice slice_of(std::uint16_t kind, std::uint64_t number, std::uint64_t includes, std::string_view text) {
  return {.key = {kind, number}, .includes = Position(includes), .bytes = some_bytes(text)};
}

Append only(JournalBatch batch) {
  return {.batches = {std::move(batch)}, .slices = {}, .checkpoint_began = {}, .history_ends_before = {}};
}

Result<Loaded, Error> load_all(Ledger& ledger) {
  Loaded loaded;
  const LoadSink sink{.slice = [&](const Slice& slice) { loaded.slices.push_back(slice); },
                      .batch = [&](const JournalBatch& batch) { loaded.batches.push_back(batch); }};
  if (auto done = ledger.load(sink); !done) return failure(done.error());
  return loaded;
}

void append_records(Ledger& ledger, std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t at = first; at < first + count; ++at) {
    const auto appended = ledger.append(only(batch_at(at, 1, "record " + std::to_string(at))));
    ASSERT_TRUE(appended) << appended.error().detail;
    ASSERT_EQ(appended->durable, Position(at));
  }
}

void LedgerContract::reopen() {
  ledger_.reset();
  auto open = world_->open(some_identity());
  ASSERT_TRUE(open) << open.error().detail;
  opened_ = std::move(open->opened);
  ledger_ = std::move(open->ledger);
  ASSERT_EQ(opened_.fenced, std::nullopt);
}

TEST_P(LedgerContract, BeginsEmptyWithTheIdentityThatWasDrawn) {
  reopen();
  EXPECT_TRUE(opened_.made);
  EXPECT_EQ(opened_.identity, some_identity());
  EXPECT_EQ(opened_.last, Position(0));
  EXPECT_EQ(*load_all(*ledger_), Loaded());
  EXPECT_EQ(ledger_->sizes()->oldest, Position(0));
  EXPECT_EQ(*ledger_->read(Position(1)), std::nullopt);
  EXPECT_EQ(*ledger_->read(Position(0)), std::nullopt);
}

TEST_P(LedgerContract, KeepsTheIdentityOfItsFirstOpening) {
  reopen();
  ledger_.reset();
  Identity later = some_identity();
  later.replica.incarnation.nonce += 1;
  later.hash_seed += 1;
  auto open = world_->open(later);
  ASSERT_TRUE(open);
  EXPECT_FALSE(open->opened.made);
  EXPECT_EQ(open->opened.identity, some_identity());
}

TEST_P(LedgerContract, RefusesAnotherRegionAndAnotherCluster) {
  reopen();
  ledger_.reset();
  Identity region = some_identity();
  region.replica.region = "us";
  Identity cluster = some_identity();
  cluster.cluster = "other";
  for (const Identity& identity : {region, cluster}) {
    auto open = world_->open(identity);
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().trouble, Trouble::other_identity);
    EXPECT_NE(open.error().detail.find("region eu of cluster shop"), std::string::npos)
        << open.error().detail;
    EXPECT_NE(
        open.error().detail.find("region " + identity.replica.region + " of cluster " + identity.cluster),
        std::string::npos);
  }
}

TEST_P(LedgerContract, LoadsWhatWasAppended) {
  reopen();
  ASSERT_TRUE(ledger_->append(only(batch_at(1, 3, "abc"))));
  ASSERT_TRUE(ledger_->append(only(batch_at(4, 1, ""))));
  Append with_slices = only(batch_at(5, 2, "ef"));
  with_slices.slices = {slice_of(2, 1, 4, "rows"), slice_of(1, ~std::uint64_t{0}, 6, "vector"),
                        slice_of(1, 7, 5, "s")};
  EXPECT_EQ(ledger_->append(with_slices)->durable, Position(6));
  const Loaded expected{.slices = {slice_of(1, 7, 5, "s"), slice_of(1, ~std::uint64_t{0}, 6, "vector"),
                                   slice_of(2, 1, 4, "rows")},
                        .batches = {batch_at(1, 3, "abc"), batch_at(4, 1, ""), batch_at(5, 2, "ef")}};
  EXPECT_EQ(*load_all(*ledger_), expected);
  reopen();
  EXPECT_FALSE(opened_.made);
  EXPECT_EQ(opened_.last, Position(6));
  EXPECT_EQ(*load_all(*ledger_), expected);
}

TEST_P(LedgerContract, ReadsTheBatchThatHoldsAPosition) {
  reopen();
  ASSERT_TRUE(ledger_->append(only(batch_at(1, 3, "abc"))));
  ASSERT_TRUE(ledger_->append(only(batch_at(4, 2, "de"))));
  for (const std::uint64_t at : {1, 2, 3}) EXPECT_EQ(*ledger_->read(Position(at)), batch_at(1, 3, "abc"));
  for (const std::uint64_t at : {4, 5}) EXPECT_EQ(*ledger_->read(Position(at)), batch_at(4, 2, "de"));
  EXPECT_EQ(*ledger_->read(Position(6)), std::nullopt);
}

TEST_P(LedgerContract, KeepsBatchesThatCameInOneAppendAsTheyCame) {
  reopen();
  const std::vector<JournalBatch> both{batch_at(1, 3, "abc"), batch_at(4, 2, "de")};
  const auto appended =
      ledger_->append({.batches = both, .slices = {}, .checkpoint_began = {}, .history_ends_before = {}});
  EXPECT_EQ(appended->durable, Position(5));
  EXPECT_EQ(appended->journal_bytes, 5u);
  reopen();
  EXPECT_EQ(load_all(*ledger_)->batches, both);
  EXPECT_EQ(*ledger_->read(Position(5)), both[1]);
}

TEST_P(LedgerContract, ReplacesAndRemovesSlices) {
  reopen();
  append_records(*ledger_, 1, 2);
  Append first{.batches = {},
               .slices = {slice_of(1, 1, 1, "old"), slice_of(1, 2, 1, "gone")},
               .checkpoint_began = {},
               .history_ends_before = {}};
  ASSERT_TRUE(ledger_->append(first));
  Append second = first;
  second.slices = {slice_of(1, 1, 2, "new"), slice_of(1, 2, 2, ""), slice_of(9, 9, 2, "")};
  ASSERT_TRUE(ledger_->append(second));
  reopen();
  EXPECT_EQ(load_all(*ledger_)->slices, std::vector{slice_of(1, 1, 2, "new")});
  EXPECT_EQ(opened_.last, Position(2));
}

TEST_P(LedgerContract, SkipsTheJournalUpToWhereACompleteCheckpointBegan) {
  reopen();
  ASSERT_TRUE(ledger_->append(only(batch_at(1, 3, "abc"))));
  ASSERT_TRUE(ledger_->append(only(batch_at(4, 3, "def"))));
  ASSERT_TRUE(ledger_->append(only(batch_at(7, 1, "g"))));
  const auto skip = [&](std::uint64_t began) {
    return ledger_->append(
        {.batches = {}, .slices = {}, .checkpoint_began = Position(began), .history_ends_before = {}});
  };
  ASSERT_TRUE(skip(3));
  EXPECT_EQ(load_all(*ledger_)->batches, (std::vector{batch_at(4, 3, "def"), batch_at(7, 1, "g")}));
  ASSERT_TRUE(skip(5));  // in the middle of a batch: it is needed still
  reopen();
  EXPECT_EQ(load_all(*ledger_)->batches, (std::vector{batch_at(4, 3, "def"), batch_at(7, 1, "g")}));
  ASSERT_TRUE(skip(7));
  EXPECT_EQ(load_all(*ledger_)->batches, std::vector<JournalBatch>());
  EXPECT_EQ(*ledger_->read(Position(2)), batch_at(1, 3, "abc"));  // history stays
}

TEST_P(LedgerContract, ForgetsHistoryByWholeBatches) {
  reopen();
  ASSERT_TRUE(ledger_->append(only(batch_at(1, 3, "abc"))));
  ASSERT_TRUE(ledger_->append(only(batch_at(4, 3, "defg"))));
  ASSERT_TRUE(ledger_->append(only(batch_at(7, 1, "h"))));
  const auto trim = [&](std::uint64_t before) {
    return ledger_->append({.batches = {},
                            .slices = {},
                            .checkpoint_began = Position(7),
                            .history_ends_before = Position(before)});
  };
  ASSERT_TRUE(trim(3));
  EXPECT_EQ(ledger_->sizes()->oldest, Position(1));
  ASSERT_TRUE(trim(5));
  EXPECT_EQ(ledger_->sizes()->oldest, Position(4));
  EXPECT_EQ(ledger_->sizes()->journal_bytes, 5u);
  EXPECT_EQ(*ledger_->read(Position(3)), std::nullopt);
  EXPECT_EQ(*ledger_->read(Position(4)), batch_at(4, 3, "defg"));
  reopen();
  EXPECT_EQ(ledger_->sizes()->journal_bytes, 5u);
  EXPECT_EQ(*ledger_->read(Position(4)), batch_at(4, 3, "defg"));
}

TEST_P(LedgerContract, PositionsGoOnAfterAllHistoryIsForgotten) {
  reopen();
  append_records(*ledger_, 1, 5);
  Append all{.batches = {batch_at(6, 1, "six")},
             .slices = {slice_of(1, 1, 6, "state")},
             .checkpoint_began = Position(6),
             .history_ends_before = {}};
  ASSERT_TRUE(ledger_->append(all));
  ASSERT_TRUE(ledger_->append(
      {.batches = {}, .slices = {}, .checkpoint_began = {}, .history_ends_before = Position(7)}));
  EXPECT_EQ(ledger_->sizes()->oldest, Position(0));
  EXPECT_EQ(ledger_->sizes()->journal_bytes, 0u);
  reopen();
  ASSERT_EQ(opened_.last, Position(6));
  EXPECT_EQ(*load_all(*ledger_), (Loaded{.slices = {slice_of(1, 1, 6, "state")}, .batches = {}}));
  append_records(*ledger_, 7, 2);
  reopen();
  EXPECT_EQ(opened_.last, Position(8));
  EXPECT_EQ(load_all(*ledger_)->batches,
            (std::vector{batch_at(7, 1, "record 7"), batch_at(8, 1, "record 8")}));
  EXPECT_EQ(ledger_->sizes()->oldest, Position(7));
}

// Where a checkpoint ends, its slices are of different ages: only what came before it began is in all of
// them.
TEST_P(LedgerContract, AbortsWhenHistoryIsForgottenBeyondWhereTheCheckpointBegan) {
  testing::FLAGS_gtest_death_test_style = "fast";
  reopen();
  append_records(*ledger_, 1, 9);
  EXPECT_DEATH(std::ignore = ledger_->append({.batches = {},
                                              .slices = {slice_of(1, 1, 9, "state")},
                                              .checkpoint_began = Position(5),
                                              .history_ends_before = Position(9)}),
               "broken promise");
}

TEST_P(LedgerContract, AppendsAndForgetsInOneTransaction) {
  reopen();
  append_records(*ledger_, 1, 9);
  ASSERT_TRUE(ledger_->append({.batches = {batch_at(10, 1, "ten")},
                               .slices = {slice_of(3, 3, 10, "state")},
                               .checkpoint_began = Position(10),
                               .history_ends_before = Position(10)}));
  reopen();
  EXPECT_EQ(*load_all(*ledger_), (Loaded{.slices = {slice_of(3, 3, 10, "state")}, .batches = {}}));
  EXPECT_EQ(ledger_->sizes()->oldest, Position(10));
  EXPECT_EQ(ledger_->sizes()->journal_bytes, 3u);
}

TEST_P(LedgerContract, OpensAgainAfterACleanEnd) {
  reopen();
  append_records(*ledger_, 1, 3);
  ASSERT_TRUE(ledger_->close());
  reopen();
  EXPECT_EQ(opened_.last, Position(3));
  append_records(*ledger_, 4, 1);
  reopen();
  EXPECT_EQ(opened_.last, Position(4));
}

TEST_P(LedgerContract, TakesBatchesOfAMegabyte) {
  reopen();
  const std::string large(3 << 20, 'x');
  ASSERT_TRUE(ledger_->append(only(batch_at(1, 4096, large))));
  append_records(*ledger_, 4097, 1);
  reopen();
  EXPECT_EQ(*ledger_->read(Position(4000)), batch_at(1, 4096, large));
}

TEST_P(LedgerContract, AbortsWhenABatchDoesNotFollowTheLastOne) {
  testing::FLAGS_gtest_death_test_style = "fast";
  reopen();
  append_records(*ledger_, 1, 2);
  for (const std::uint64_t first : {0, 2, 4})
    EXPECT_DEATH(std::ignore = ledger_->append(only(batch_at(first, 1, "x"))), "broken promise");
  EXPECT_DEATH(std::ignore = ledger_->append({}), "broken promise");
  EXPECT_DEATH(std::ignore = ledger_->append({.batches = {},
                                              .slices = {slice_of(1, 1, 3, "later")},
                                              .checkpoint_began = {},
                                              .history_ends_before = {}}),
               "broken promise");
  EXPECT_DEATH(std::ignore = ledger_->append(
                   {.batches = {}, .slices = {}, .checkpoint_began = {}, .history_ends_before = Position(2)}),
               "broken promise");
}

}  // namespace holdfast::ledger
