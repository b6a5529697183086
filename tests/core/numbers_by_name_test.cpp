// Names of which one half is the same, as no two digests will be for long: each is found, kept and dropped as
// if there were no other.
#include "core/numbers_by_name.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"
#include "core/ids.h"

namespace holdfast {
namespace {

ReservationSeq seq(std::uint64_t number) { return ReservationSeq(number); }

// What is pending, by number; and for each name its newest, as the table should know it.
class Pending {
  [[nodiscard]] auto is(const Digest& name) const {
    return [this, name](ReservationSeq number) { return names_.at(number) == name; };
  }

 public:
  void put(const Digest& name, ReservationSeq number) {
    names_[number] = name;
    ids_.put(name, number, is(name));
    auto& newest = newest_[name];
    newest = std::max(newest, number);
  }
  void drop(ReservationSeq number) {
    const Digest name = names_.at(number);
    ids_.drop(name, number);
    names_.erase(number);
    if (newest_[name] == number) newest_.erase(name);
  }
  void expect_all(const std::set<Digest>& names) const {
    for (const Digest& name : names) {
      const auto found = newest_.find(name);
      ASSERT_EQ(ids_.find(name, is(name)),
                found == newest_.end() ? std::nullopt : std::optional(found->second));
    }
    ASSERT_EQ(ids_.size(), newest_.size());
  }
  [[nodiscard]] const std::map<ReservationSeq, Digest>& all() const { return names_; }

 private:
  NumbersByName<ReservationSeq> ids_;
  std::map<ReservationSeq, Digest> names_;
  std::map<Digest, ReservationSeq> newest_;
};

TEST(NumbersByName, names_that_share_a_half_are_told_apart) {
  const Digest one{1, 7}, other{2, 7}, absent{3, 7};
  Pending pending;
  pending.put(one, seq(1));
  pending.expect_all({one, other, absent});
  pending.put(other, seq(2));
  pending.expect_all({one, other, absent});
  pending.drop(seq(1));
  pending.expect_all({one, other, absent});
  pending.put(one, seq(3));
  pending.expect_all({one, other, absent});
}

TEST(NumbersByName, the_newest_of_a_name_counts_whichever_comes_first) {
  const Digest name{1, 7};
  Pending pending;
  pending.put(name, seq(2));
  pending.put(name, seq(1));
  pending.expect_all({name});
  pending.drop(seq(1));
  pending.expect_all({name});
}

TEST(NumbersByName, says_what_a_map_says_of_few_halves_and_many_names) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Random random(seed);
    std::set<Digest> names;
    for (std::uint64_t high = 0; high < 6; ++high)
      for (std::uint64_t low = 0; low < 5; ++low) names.insert({high, low});
    Pending pending;
    std::set<Digest> taken;  // each is pending once at the most, as ids are
    for (std::uint64_t number = 1; number < 500; ++number) {
      const Digest name{random.below(6), random.below(5)};
      if (taken.insert(name).second) {
        pending.put(name, seq(number));
      } else {
        const auto found = std::ranges::find(pending.all(), name, [](const auto& one) { return one.second; });
        const ReservationSeq gone = found->first;
        pending.drop(gone);
        taken.erase(name);
      }
      pending.expect_all(names);
    }
  }
}

}  // namespace
}  // namespace holdfast
