#include <regex>

#include "daemon/config_fixture.h"
#include "daemon/config_table.h"

namespace holdfast {
namespace {

constexpr const char* least = "cluster = \"shop\"\nregion = \"eu\"\n";

constexpr const char* everything = R"(cluster  = "shop-prod"
region   = "eu"
data_dir = "eu"
[http]
listen = "[::1]:0"
[gossip]
listen = "eu.example:8421"
heartbeat_ms = 200
cut_off_after_ms = 900
[[peer]]
region = "us"
address = "127.0.0.1:8431"
[[peer]]
region = "ap"
[rights]
move = "urgent"
[history]
keep_days = 30
[disk]
reserve_mb = 128
[log]
level = "warn"
format = "json"
)";

TEST_F(ConfigTest, EveryKeyOfTheFileIsTaken) {
  const auto config = load(everything);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->cluster, "shop-prod");
  EXPECT_EQ(config->region, "eu");
  EXPECT_EQ(config->http_listen, (Address{"::1", 0}));
  EXPECT_EQ(config->gossip_listen, (Address{"eu.example", 8421}));
  EXPECT_EQ(config->heartbeat, Millis(200));
  EXPECT_EQ(config->cut_off_after, Millis(900));
  EXPECT_EQ(config->rights_move, RightsMove::urgent_only);
  EXPECT_EQ(config->history_keep_days, 30);
  EXPECT_EQ(config->disk_reserve_mb, 128);
  EXPECT_EQ(config->log_level, LogLevel::warn);
  EXPECT_EQ(config->log_format, LogFormat::json);
  ASSERT_EQ(config->peers.size(), 2u);
  EXPECT_EQ(config->peers[0].region, "us");
  EXPECT_EQ(config->peers[0].address, (Address{"127.0.0.1", 8431}));
  EXPECT_EQ(config->peers[1].region, "ap");
  EXPECT_FALSE(config->peers[1].address);
}

TEST_F(ConfigTest, TheNativePortIsOffUnlessItIsGivenAnAddress) {
  EXPECT_FALSE(load(least)->native_listen);
  const std::string section = std::string(least) + "[native]\nlisten = ";
  EXPECT_FALSE(load(section + "\"off\"\n")->native_listen);
  EXPECT_EQ(load(section + "\"[::1]:8422\"\n")->native_listen, (Address{"::1", 8422}));
  EXPECT_FALSE(load(section + "\"on\"\n"));
}

TEST_F(ConfigTest, WhatTheFileLeavesOutHasItsDefault) {
  const auto config = load(least);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->data_dir, "/var/lib/holdfast");
  EXPECT_EQ(text_of(config->http_listen), "127.0.0.1:8420");
  EXPECT_EQ(text_of(config->gossip_listen), "127.0.0.1:8421");
  EXPECT_EQ(config->heartbeat, Millis(400));
  EXPECT_EQ(config->cut_off_after, Millis(1500));
  EXPECT_EQ(config->rights_move, RightsMove::automatic);
  EXPECT_EQ(config->history_keep_days, 90);
  EXPECT_EQ(config->disk_reserve_mb, 64);
  EXPECT_EQ(config->log_level, LogLevel::info);
  EXPECT_EQ(config->log_format, LogFormat::text);
  EXPECT_TRUE(config->peers.empty());
}

TEST_F(ConfigTest, ADataDirectoryInTheFileIsRelativeToTheFile) {
  EXPECT_EQ(load(everything)->data_dir, folder_ / "eu");
  EXPECT_EQ(load(std::string(least) + "data_dir = \"./eu/\"\n")->data_dir, folder_ / "eu");
  EXPECT_EQ(load(std::string(least) + "data_dir = \"/srv/eu\"\n")->data_dir, "/srv/eu");
}

TEST_F(ConfigTest, ADataDirectoryFromAFlagIsRelativeToTheWorkingDirectory) {
  flags_ = {{"--data-dir", "data_dir", "elsewhere"}};
  EXPECT_EQ(load(everything)->data_dir, std::filesystem::current_path() / "elsewhere");
}

TEST_F(ConfigTest, AFlagWinsOverTheEnvironmentAndTheEnvironmentOverTheFile) {
  environment_ = {{"HOLDFAST_HTTP_LISTEN", "127.0.0.1:1"}, {"HOLDFAST_LOG_LEVEL", "debug"}};
  flags_ = {{"--set", "http.listen", "127.0.0.1:2"},
            {"--log-level", "log.level", "info"},
            {"--set", "log.level", "error"}};
  const auto config = load(everything);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->http_listen.port, 2);
  EXPECT_EQ(config->log_level, LogLevel::error) << "the later of two flags";
}

TEST_F(ConfigTest, EveryValueKnowsWhereItCameFrom) {
  environment_ = {{"HOLDFAST_GOSSIP_HEARTBEAT_MS", "250"}};
  flags_ = {{"--data-dir", "data_dir", "/srv/eu"}};
  const auto config = load(everything);
  ASSERT_TRUE(config);
  EXPECT_EQ(value_of(*config, "cluster"), "shop-prod from eu.toml:1");
  EXPECT_EQ(value_of(*config, "data_dir"), "/srv/eu from --data-dir");
  EXPECT_EQ(value_of(*config, "gossip.heartbeat_ms"), "250 from HOLDFAST_GOSSIP_HEARTBEAT_MS");
  EXPECT_EQ(value_of(*config, "peer[0].address"), "127.0.0.1:8431 from eu.toml:12");
  EXPECT_EQ(value_of(*config, "peer[1].region"), "ap from eu.toml:14");
  EXPECT_EQ(value_of(*load(least), "rights.move"), "auto from default");
}

TEST_F(ConfigTest, ARuleOfSkusIsAsTheSectionSaysButForItsOwnKeys) {
  const auto config = load(std::string(least) +
                           "[rights]\nmove = \"urgent\"\nfloor = 5\n"
                           "[[rights.sku]]\npattern = \"gift-*\"\ncover_ms = 60000\nfloor = 20\n"
                           "[[rights.sku]]\npattern = \"*\"\nmove = \"off\"\n");
  ASSERT_TRUE(config);
  const Levers levers = config->levers();
  EXPECT_EQ(levers.otherwise, (Lever{RightsMove::urgent_only, Millis(10'000), Units(5)}));
  ASSERT_EQ(levers.rules.size(), 2u);
  EXPECT_EQ(levers.rules[0], (LeverRule{"gift-*", {RightsMove::urgent_only, Millis(60'000), Units(20)}}));
  EXPECT_EQ(levers.rules[1], (LeverRule{"*", {RightsMove::off, Millis(10'000), Units(5)}}));
  EXPECT_EQ(value_of(*config, "rights.sku[0].floor"), "20 from eu.toml:9");
}

TEST_F(ConfigTest, EveryKeyCanComeFromTheEnvironmentAlone) {
  for (const auto& key : config_keys())
    environment_[key.variable()] = key.sample.empty() ? key.fallback : key.sample;
  const auto config = load_config({.file = std::nullopt, .environment = environment_, .flags = {}});
  ASSERT_TRUE(config);
  for (const auto& key : config_keys())
    EXPECT_THAT(value_of(*config, std::string(key.name)), testing::EndsWith(" from " + key.variable()));
}

TEST_F(ConfigTest, WhatInitWritesLoadsAsItStands) {
  const auto config = load(initial_config());
  ASSERT_TRUE(config) << faults(initial_config());
  EXPECT_EQ(config->cluster, "shop");
  EXPECT_EQ(config->data_dir, folder_ / "data");
}

TEST_F(ConfigTest, WhatInitWritesLoadsWithEveryCommentedValueUncommented) {
  const auto all = std::regex_replace(initial_config(), std::regex("(^|\n)#(?! )"), "$1");
  const auto config = load(all);
  ASSERT_TRUE(config) << faults(all);
  EXPECT_EQ(config->peers.size(), 1u);
  for (const auto& key : config_keys())
    EXPECT_THAT(value_of(*config, std::string(key.name)), testing::HasSubstr(" from eu.toml:"));
}

TEST_F(ConfigTest, SetSplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(set_flag("data_dir=a=b")->key, "data_dir");
  EXPECT_EQ(set_flag("data_dir=a=b")->text, "a=b");
  EXPECT_EQ(text_of(set_flag("http.listen").error()),
            "--set: http.listen: is not KEY=VALUE, for example http.listen=127.0.0.1:0");
}

}  // namespace
}  // namespace holdfast
