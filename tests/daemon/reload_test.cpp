#include "daemon/reload.h"

#include "daemon/config_fixture.h"

namespace holdfast {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* before = R"(cluster = "shop"
region = "eu"
[http]
listen = "127.0.0.1:0"
[[peer]]
region = "us"
address = "127.0.0.1:8431"
)";

class ReloadTest : public ConfigTest {
 protected:
  void SetUp() override {
    ConfigTest::SetUp();
    running_ = load(before).value();
  }
  std::vector<std::string> take(const std::string& content) {
    std::vector<std::string> said;
    for (const ConfigChange& change : take_over(running_, load(content).value()))
      said.push_back(text_of(change));
    return said;
  }
  Config running_;
};

TEST_F(ReloadTest, WhatIsTheSameIsNoChange) { EXPECT_THAT(take(before), IsEmpty()); }

TEST_F(ReloadTest, WhatTakesEffectAtOnceIsTakenOverWithItsOrigin) {
  EXPECT_THAT(
      take(std::string(before) + "[log]\nlevel = \"debug\"\n[gossip]\ncut_off_after_ms = 900\n"
                                 "[rights]\nmove = \"off\"\n[history]\nkeep_days = 3\n"),
      ElementsAre("gossip.cut_off_after_ms is now 900 (was 1500)", "rights.move is now off (was auto)",
                  "history.keep_days is now 3 (was 90)", "log.level is now debug (was info)"));
  EXPECT_EQ(running_.log_level, LogLevel::debug);
  EXPECT_EQ(running_.cut_off_after, Millis(900));
  EXPECT_EQ(running_.rights_move, RightsMove::off);
  EXPECT_EQ(running_.history_keep_days, 3);
  EXPECT_EQ(value_of(running_, "log.level"), "debug from eu.toml:9");
}

// By the square of their number they would take 15 s.
TEST_F(ReloadTest, ManyRulesAreReadAndTakenOverBeforeAnyoneNotices) {
  std::string many = before;
  for (int i = 0; i < 5'000; ++i) many += "[[rights.sku]]\npattern = \"gift-" + std::to_string(i) + "\"\n";
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(take(many).size(), 5'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST_F(ReloadTest, WhatNeedsARestartStaysAsItIs) {
  EXPECT_THAT(take("cluster = \"shop\"\nregion = \"us\"\n[disk]\nreserve_mb = 7\n"),
              ElementsAre("region stays eu: us needs a restart",
                          "http.listen stays 127.0.0.1:0: 127.0.0.1:8420 needs a restart",
                          "disk.reserve_mb stays 64: 7 needs a restart",
                          "peer[0].region stays us: nothing needs a restart",
                          "peer[0].address stays 127.0.0.1:8431: nothing needs a restart"));
  EXPECT_EQ(running_.region, "eu");
  EXPECT_EQ(value_of(running_, "disk.reserve_mb"), "64 from default");
  EXPECT_EQ(running_.peers.size(), 1u);
}

TEST_F(ReloadTest, ANewPeerNeedsARestart) {
  EXPECT_THAT(take(std::string(before) + "[[peer]]\nregion = \"ap\"\n"),
              ElementsAre("peer[1].region stays nothing: ap needs a restart"));
}

TEST_F(ReloadTest, RulesOfSkusTakeEffectAtOnce) {
  const std::string rule = "[[rights.sku]]\npattern = \"gift-*\"\nfloor = 5\n";
  EXPECT_THAT(take(before + rule), ElementsAre("rights.sku[0].pattern is now gift-* (was nothing)",
                                               "rights.sku[0].floor is now 5 (was nothing)"));
  EXPECT_EQ(running_.levers().rules, (std::vector<LeverRule>{{"gift-*", {.floor = Units(5)}}}));
  EXPECT_THAT(take(before + rule), IsEmpty());
  EXPECT_THAT(take(before), ElementsAre("rights.sku[0].pattern is now nothing (was gift-*)",
                                        "rights.sku[0].floor is now nothing (was 5)"));
  EXPECT_THAT(running_.levers().rules, IsEmpty());
}

TEST_F(ReloadTest, WhatAFlagSaysStillWins) {
  flags_ = {{"--log-level", "log.level", "error"}};
  running_ = load(before).value();
  EXPECT_THAT(take(std::string(before) + "[log]\nlevel = \"debug\"\n"), IsEmpty());
  EXPECT_EQ(running_.log_level, LogLevel::error);
}

}  // namespace
}  // namespace holdfast
