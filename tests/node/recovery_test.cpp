// I7: replaying checkpoint and journal gives exactly the durable state that was running.
#include "node/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "core/invariants.h"
#include "support/desk.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t skus = 300;  // more than one slice of them

std::string sku_name(std::uint64_t number) { return "sku-" + std::to_string(number); }

// A long history of everything that records something, with the disk at its own pace.
class History {
 public:
  explicit History(std::uint64_t seed) : random_(seed), desk_(make_desk({})) { begin(); }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      act();
      if (random_.one_in(3)) desk_->commit();
      if (random_.one_in(2)) desk_->read_one();
      if (random_.one_in(50)) compare();
      if (random_.one_in(400)) crash();
    }
    settle();
    compare();
    EXPECT_EQ(all_slices(desk_->replica().state()), all_slices(shadow_->state()));
  }
  [[nodiscard]] std::uint64_t memories() const { return shadow_->state().memories().next_number(); }
  [[nodiscard]] int checkpoints() const { return checkpoints_; }
  [[nodiscard]] int comparisons() const { return comparisons_; }

 private:
  static CoreConfig config() { return config_of("eu", {"us"}); }

  std::unique_ptr<Desk> make_desk(Disk disk) {
    node::NodeLimits limits;
    limits.overloaded_after = limits.finishing_overloaded_after = 1'000'000s;
    limits.checkpoint = {.journal_bytes = 8 * (1 + random_.below(60)),
                         .checkpoint_part = 1'000'000,
                         .slice_bytes_per_append = 1 + random_.below(10'000)};
    return std::make_unique<Desk>(config(), limits, std::move(disk));
  }

  void begin() {
    desk_->start();
    desk_->step(us_.handshake("shop"));
    if (ids_ > 0) return;
    request::Import import{.key = "import"};
    for (std::uint64_t i = 0; i < skus; ++i)
      import.lines.push_back({.line = i + 1, .sku = sku_name(i), .quantity = Units(50)});
    desk_->ask(import);
  }

  void settle() {
    while (desk_->commit() || desk_->read_one()) {
    }
  }

  std::string sku() { return sku_name(random_.below(skus)); }
  std::string fresh_id() { return "r" + std::to_string(++ids_); }
  std::string some_id() {
    const std::uint64_t back = random_.one_in(50) ? random_.below(ids_ + 1) : random_.below(20);
    return "r" + std::to_string(ids_ - std::min(ids_, back));
  }

  void act() {
    switch (random_.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        auto request = reserve(random_.one_in(10) ? some_id() : fresh_id(), {{sku(), 1 + random_.below(3)}});
        if (random_.one_in(3)) request.lines.push_back({sku(), Units(1)});
        if (random_.one_in(5)) request.replaces = some_id();
        request.ttl = Millis(1000 * (1 + random_.below(30)));
        request.partial = random_.one_in(4);
        desk_->submit(request);
        break;
      }
      case 4:
      case 5: desk_->submit(request::Purchase{some_id()}); break;
      case 6:
      case 7: desk_->submit(request::Release{some_id()}); break;
      case 8: desk_->submit(request::Extend{some_id(), Millis(1000 * (1 + random_.below(60)))}); break;
      case 9: desk_->submit(request::Change{some_id(), lines({{sku(), 1}, {sku(), 2}})}); break;
      case 10:
        desk_->submit(request::Return{some_id(), "key-" + std::to_string(random_.below(1000)), {}});
        break;
      case 11:
        desk_->submit(request::Adjust{.sku = random_.one_in(20) ? sku() + "-new" : sku(),
                                      .key = "key-" + std::to_string(random_.below(1000)),
                                      .delta = Units(random_.one_in(2) ? 3 : -2),
                                      .reason = "test"});
        break;
      case 12:
        desk_->step(us_.rows(config().own, {{sku() + "-us", 5, 0, 1}, {"sku-0", 500, ++given_, 0}}));
        break;
      case 13:
        desk_->submit(request::MoveRights{.sku = sku(),
                                          .key = "key-" + std::to_string(random_.below(1000)),
                                          .to = "us",
                                          .quantity = Units(1)});
        break;
      default: pass();
    }
  }

  void pass() {
    desk_->now.node += random_.one_in(150) ? Millis(25 * 3600 * 1000) : Millis(random_.below(2'000));
    desk_->node().tick(desk_->now);
  }

  // What is on disk, recovered in two ways, is what its records alone make of it.
  void compare() {
    const Disk& disk = desk_->disk();
    follow(disk);
    const auto expected = all_slices(shadow_->state());
    for (const bool whole_journal : {false, true}) {
      if (whole_journal && !random_.one_in(4)) continue;
      const auto recovered = disk.recover(config(), whole_journal).replica;
      const auto found = all_slices(recovered->state());
      ASSERT_EQ(recovered->state().position(), disk.last);
      ASSERT_EQ(found.size(), expected.size());
      for (const auto& [id, value] : expected)
        ASSERT_TRUE(found.at(id) == value) << "slice " << int(id.kind) << "/" << id.number << " at "
                                           << disk.last.value() << ", checkpoint " << disk.began.value();
      ASSERT_EQ(recovered->state().stock().state_hash(), shadow_->state().stock().state_hash());
      check_invariants(recovered->state());
    }
    ++comparisons_;
    checkpoints_ += disk.began != began_;
    began_ = disk.began;
  }

  void follow(const Disk& disk) {
    for (const ledger::JournalBatch& batch : disk.batches) {
      if (batch.first <= shadow_->state().position()) continue;
      const auto records = value_codec().decode_records(batch.bytes);
      for (const Record& record : *records) shadow_->state().apply(record);
    }
  }

  void crash() {
    compare();
    const Now now = desk_->now;
    desk_ = make_desk(desk_->disk());
    desk_->now = now;
    begin();
  }

  Random random_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Replica> shadow_ = std::make_unique<Replica>(config());
  PeerVoice us_{"us", LinkId(1)};
  std::int64_t given_ = 0;
  std::uint64_t ids_ = 0;
  Position began_;
  int checkpoints_ = 0;
  int comparisons_ = 0;
};

TEST(Recovery, gives_exactly_the_durable_state_that_was_running) {
  int checkpoints = 0;
  int comparisons = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    History history(seed);
    history.run(1'000);
    if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed;
    checkpoints += history.checkpoints();
    comparisons += history.comparisons();
  }
  std::printf("%d states compared, across %d checkpoints\n", comparisons, checkpoints);
  EXPECT_GT(checkpoints, 40);
}

}  // namespace
}  // namespace holdfast::test
