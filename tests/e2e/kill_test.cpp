// SIGKILL under load: what was acknowledged is there afterwards, once.
#include <cstdlib>
#include <random>

#include "support/load.h"
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

constexpr std::int64_t stock = 1'000'000;

class Kill : public OneDaemon {
 protected:
  // Every word that was given stands; and the daemon's sums are those of the shoppers.
  void expect_kept(const Load& load) {
    for (const auto& [id, told] : load.told()) {
      const std::string state = shop().state_of(id);
      const bool known = told == Told::reserved || told == Told::purchased;
      if (known) {
        EXPECT_EQ(state, told == Told::reserved ? "pending" : "purchased") << id;
      } else if (told == Told::purchase_unknown) {
        EXPECT_TRUE(state == "pending" || state == "purchased") << id << ' ' << state;
      }
    }
  }
  void expect_counts(const Load& load) {
    const Reply cup = shop().sku("cup");
    EXPECT_EQ(cup.number("reserved_here"), load.units(Told::reserved)) << cup.text;
    EXPECT_EQ(cup.number("purchased_here"), load.units(Told::purchased)) << cup.text;
    EXPECT_EQ(cup.number("available_here"), stock - load.units(Told::reserved) - load.units(Told::purchased));
  }
};

TEST_F(Kill, at_any_moment_loses_and_doubles_nothing) {
  const int rounds = std::getenv("HOLDFAST_FULL") != nullptr ? 30 : 5;
  ASSERT_EQ(shop().adjust("cup", stock).status, 201);
  std::mt19937 random(7);
  Load load("t", "cup", [&] { return daemon().http(); });
  for (int round = 0; round < rounds; ++round) {
    const int before = load.answered();
    load.start(4);
    const int least = before + std::uniform_int_distribution<int>(20, 400)(random);
    EXPECT_TRUE(eventually([&] { return load.answered() > least; }, 20s));
    daemon().kill();
    load.stop();
    restart();
    expect_kept(load);
    ASSERT_TRUE(load.settle(shop()));
    expect_counts(load);
  }
  std::printf("%d kills, %zu reservations, none lost, none doubled\n", rounds, load.told().size());
}

TEST_F(Kill, an_unknown_outcome_repeated_under_its_id_happens_once) {
  ASSERT_EQ(shop().adjust("cup", 10, "in").status, 201);
  ASSERT_EQ(shop().reserve("a", "cup", 4).status, 201);
  ASSERT_EQ(shop().purchase("a").status, 200);
  daemon().kill();
  restart();
  EXPECT_EQ(shop().adjust("cup", 10, "in").header("Idempotent-Replayed"), "true");
  EXPECT_EQ(shop().reserve("a", "cup", 4).status, 200);
  EXPECT_EQ(shop().purchase("a").status, 200);
  EXPECT_EQ(shop().sku("cup").number("available_here"), 6);
}

}  // namespace
}  // namespace holdfast::e2e
