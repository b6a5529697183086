// Every call that the ledger makes of its disk fails in turn, once and for ever: it says so, and loses
// nothing.
#include "ledger/disk_world.h"
#include "support/effort.h"

namespace holdfast::ledger {
namespace {

using sim::DiskFault;

class BrokenDisk : public testing::Test {
 protected:
  BrokenDisk() {
    DiskWorld world(0);
    EXPECT_FALSE(world.run(script_).error);
    calls_ = world.disk.calls();
  }

  // Runs the script with this fault, and looks at what came of it.
  template <class Look>
  void at_each_call(DiskFault fault, const Look& look) {
    for (fault.after = 0; fault.after < calls_ && !HasFailure(); fault.after += test::every) {
      SCOPED_TRACE("at call " + std::to_string(fault.after));
      DiskWorld world(fault.after);
      if (fault.kind == DiskFault::Kind::full) world.files.options.reserve_mb = 1;
      world.disk.plan(fault);
      const auto ran = world.run(script_);
      struck_ += world.disk.struck();
      if (ran.error && ran.error->trouble == Trouble::failed) ++failed_;
      look(world, ran);
    }
    EXPECT_GT(struck_, test::tries(10u));
  }

  // All that was acknowledged, and all or nothing of what was under way.
  [[nodiscard]] bool is_one_of(const Content& found, std::size_t acknowledged) const {
    return found == contents_[acknowledged] || found == contents_.at(acknowledged + 1);
  }

  // What there is to read, or why there is none: a fence counts as found damage.
  [[nodiscard]] static Result<Content, Error> look(DiskWorld& world) {
    const auto open = world.open();
    if (!open) return failure(open.error());
    if (open->opened.fenced) return failure(Error{Trouble::damaged, *open->opened.fenced});
    return content_of(*open->ledger, open->opened.last);
  }

  // The process starts again on a disk that is whole.
  void expect_nothing_lost(DiskWorld& world, std::size_t acknowledged) {
    const auto open = world.open();
    ASSERT_TRUE(open) << open.error().detail;
    EXPECT_EQ(open->opened.fenced, std::nullopt);
    const auto found = content_of(*open->ledger, open->opened.last);
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_TRUE(is_one_of(*found, acknowledged));
    const Position next = open->opened.last.next();
    EXPECT_TRUE(open->ledger->append(only(batch_at(next.value(), 1, "afterwards"))));
  }

  void expect_nothing_lost_in_a_restart_nor_in_a_power_cut(DiskWorld& world, std::size_t acknowledged) {
    world.disk.heal();
    const auto moment = world.moment();
    expect_nothing_lost(world, acknowledged);
    world.return_to(moment);
    world.lose_power();
    expect_nothing_lost(world, acknowledged);
  }

  const Script script_ = short_script();
  const std::vector<Content> contents_ = [this] {
    auto contents = contents_after(script_);
    contents.push_back(contents.back());
    return contents;
  }();
  std::uint64_t calls_ = 0;
  unsigned struck_ = 0;
  unsigned failed_ = 0;
};

TEST_F(BrokenDisk, AnErrorOnceAtAnyCallIsSaidAndLosesNothing) {
  at_each_call({.kind = DiskFault::Kind::io_error}, [&](DiskWorld& world, const DiskWorld::Ran& ran) {
    if (ran.error) {
      EXPECT_EQ(ran.error->trouble, Trouble::failed) << ran.error->detail;
    }
    EXPECT_EQ(ran.fenced, std::nullopt);
    expect_nothing_lost_in_a_restart_nor_in_a_power_cut(world, ran.acknowledged);
  });
  EXPECT_GT(failed_, test::tries(100u));
}

TEST_F(BrokenDisk, AnErrorForEverFromAnyCallOnIsSaidAndLosesNothing) {
  at_each_call({.kind = DiskFault::Kind::io_error, .after = 0, .for_ever = true},
               [&](DiskWorld& world, const DiskWorld::Ran& ran) {
                 ASSERT_TRUE(ran.error);
                 EXPECT_EQ(ran.error->trouble, Trouble::failed) << ran.error->detail;
                 expect_nothing_lost_in_a_restart_nor_in_a_power_cut(world, ran.acknowledged);
               });
}

// The ballast is given up for the one write that found no space, and stands again at the next look.
TEST_F(BrokenDisk, NoSpaceOnceAtAnyWriteOfARunningLedgerIsGotOver) {
  at_each_call({.kind = DiskFault::Kind::full}, [&](DiskWorld& world, const DiskWorld::Ran& ran) {
    if (ran.opened) {
      EXPECT_FALSE(ran.error) << ran.error->detail;
    }
    if (!ran.error) {
      EXPECT_EQ(ran.acknowledged + 2, contents_.size());
    }
    expect_nothing_lost_in_a_restart_nor_in_a_power_cut(world, ran.acknowledged);
  });
}

TEST_F(BrokenDisk, NoSpaceForEverIsSaidAndLosesNothing) {
  at_each_call({.kind = DiskFault::Kind::full, .after = 0, .for_ever = true},
               [&](DiskWorld& world, const DiskWorld::Ran& ran) {
                 if (ran.error) {
                   EXPECT_EQ(ran.error->trouble, Trouble::failed);
                   EXPECT_TRUE(contains(ran.error->detail, "full")) << ran.error->detail;
                 }
                 expect_nothing_lost_in_a_restart_nor_in_a_power_cut(world, ran.acknowledged);
               });
  EXPECT_GT(failed_, test::tries(10u));
}

// SQLite takes what a short read leaves out for zeros, and may build on them (its unix file system asks
// again, so that only a file cut short does this). What comes of it is found, or right; it is never something
// else.
TEST_F(BrokenDisk, AShortReadIsNeverTakenForTheContent) {
  at_each_call({.kind = DiskFault::Kind::short_read}, [&](DiskWorld& world, const DiskWorld::Ran& ran) {
    if (!ran.error && !ran.fenced) {
      EXPECT_EQ(ran.acknowledged + 2, contents_.size());
    }
    world.disk.heal();
    const auto found = look(world);
    if (found) {
      EXPECT_TRUE(is_one_of(*found, ran.acknowledged));
    } else {
      EXPECT_EQ(found.error().trouble, Trouble::damaged) << found.error().detail;
    }
  });
}

TEST_F(BrokenDisk, AShortReadWhileItIsLoadedIsFound) {
  DiskWorld world(1);
  ASSERT_FALSE(world.run(script_).error);
  const auto moment = world.moment();
  for (std::uint64_t at = 0; at < 60; ++at) {
    world.return_to(moment);
    world.disk.plan({.kind = DiskFault::Kind::short_read, .after = at});
    if (const auto found = look(world)) {
      EXPECT_EQ(*found, contents_.back()) << "at call " << at;
    }
  }
}

}  // namespace
}  // namespace holdfast::ledger
