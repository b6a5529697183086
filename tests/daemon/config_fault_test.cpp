#include "daemon/config_fixture.h"
#include "text/nearest.h"

namespace holdfast {
namespace {

const std::string required = "cluster = \"shop\"\nregion = \"eu\"\n";  // lines 1 and 2

TEST_F(ConfigTest, AGoodFileHasNoFaults) { EXPECT_EQ(faults(required), ""); }

TEST_F(ConfigTest, RequiredKeysAreMissed) {
  EXPECT_EQ(faults(""),
            "eu.toml:1: cluster: is required, for example cluster = \"shop\"\n"
            "eu.toml:1: region: is required, for example region = \"eu\"\n");
}

TEST_F(ConfigTest, UnknownKeysAreFaultsAndTheNearestIsSuggested) {
  EXPECT_EQ(faults(required +
                   "dta_dir = \"x\"\n[http]\nlisten = \"127.0.0.1:1\"\nport = 5\n[htpp]\nlisten = \"\"\n"),
            "eu.toml:3: dta_dir: unknown key, did you mean data_dir\n"
            "eu.toml:6: http.port: unknown key\n"
            "eu.toml:8: htpp.listen: unknown key, did you mean http.listen\n");
}

TEST_F(ConfigTest, WhereNoKeyBeginsIsAFaultWithItsLine) {
  for (const std::string damage : {"[[[x]]", "[,x]", "[= 1", "[[,x]]", "= 1", "[", "[["})
    EXPECT_THAT(faults(required + "[http]\n" + damage + "\n"), testing::StartsWith("eu.toml:4: ")) << damage;
}

TEST_F(ConfigTest, AKeyOutsideItsSectionIsRecognised) {
  EXPECT_EQ(faults(required + "heartbeat_ms = 10\n"),
            "eu.toml:3: heartbeat_ms: unknown key, did you mean gossip.heartbeat_ms\n");
}

TEST_F(ConfigTest, AnEmptyUnknownSectionIsAFaultAndAnEmptyKnownOneIsNot) {
  EXPECT_EQ(faults(required + "[http]\n[nothing]\n"), "eu.toml:4: nothing: unknown key\n");
}

TEST_F(ConfigTest, WrongTypesAreNamedAndMended) {
  EXPECT_EQ(faults(required +
                   "data_dir = 7\nhttp = \"x\"\n[gossip]\nheartbeat_ms = \"400\"\ncut_off_after_ms = 1.5\n"),
            "eu.toml:3: data_dir: must be a string, not a whole number, did you mean \"7\"\n"
            "eu.toml:4: http: must be a section, not a string, did you mean [http]\n"
            "eu.toml:6: gossip.heartbeat_ms: must be a whole number, not a string, did you mean 400\n"
            "eu.toml:7: gossip.cut_off_after_ms: must be a whole number, not a number with a fraction\n");
}

TEST_F(ConfigTest, NumbersOutOfRangeNameTheRange) {
  EXPECT_EQ(faults(required + "[gossip]\nheartbeat_ms = 0\n[history]\nkeep_days = -1\n"),
            "eu.toml:4: gossip.heartbeat_ms: 0 is out of range, from 10 to 60000\n"
            "eu.toml:6: history.keep_days: -1 is out of range, from 1 to 36500\n");
}

TEST_F(ConfigTest, BadNamesNameTheShape) {
  EXPECT_EQ(faults("cluster = \"Shop_Prod\"\nregion = \"\"\n"),
            "eu.toml:1: cluster: \"Shop_Prod\" is not a name of 1 to 32 of a-z, 0-9 and -, did you mean "
            "\"shop-prod\"\n"
            "eu.toml:2: region: \"\" is not a name of 1 to 32 of a-z, 0-9 and -\n");
  EXPECT_EQ(faults("cluster = \"" + std::string(32, 'a') + "\"\nregion = \"eu-1\"\n"), "");
  EXPECT_NE(faults("cluster = \"" + std::string(33, 'a') + "\"\nregion = \"eu-1\"\n"), "");
}

struct AddressCase {
  const char* text;
  const char* suggestion;  // null: the address is good
};

TEST_F(ConfigTest, AddressesAreHostAndPort) {
  const AddressCase cases[] = {
      {"127.0.0.1:0", nullptr},
      {"localhost:8420", nullptr},
      {"[::1]:65535", nullptr},
      {"eu.shop.example:1", nullptr},
      {"8420", "127.0.0.1:8420"},
      {":8420", "127.0.0.1:8420"},
      {"0.0.0.0", "0.0.0.0:8420"},
      {"::1", "[::1]:8420"},
      {"fe80::1ff:8420", "[fe80::1ff]:8420"},
      {"fe80::1ff:8421", "[fe80::1ff:8421]:8420"},
      {"::1:8420", "[::1]:8420"},
      {"*:8420", "0.0.0.0:8420"},
      {"127.0.0.1:", "127.0.0.1:8420"},
      {"on", "127.0.0.1:8420"},
      {"127.0.0.1:65536", ""},
      {"300.0.0.1:80", ""},
      {"http://a:80", ""},
      {"[::1", ""},
      {"", ""},
  };
  for (const auto& [text, suggestion] : cases) {
    std::string expected;
    if (suggestion) {
      expected = "eu.toml:4: http.listen: \"" + std::string(text) + "\" is not host:port (IPv6 in brackets)";
      if (*suggestion) expected += ", did you mean \"" + std::string(suggestion) + "\"";
      expected += "\n";
    }
    EXPECT_EQ(faults(required + "[http]\nlisten = \"" + text + "\"\n"), expected) << text;
  }
}

TEST_F(ConfigTest, AWordThatIsNoChoiceIsMended) {
  EXPECT_EQ(faults(required + "[rights]\nmove = \"urgnet\"\n[log]\nlevel = \"loud\"\n"),
            "eu.toml:4: rights.move: \"urgnet\" is not one of auto, urgent, off, did you mean \"urgent\"\n"
            "eu.toml:6: log.level: \"loud\" is not one of debug, info, warn, error\n");
  EXPECT_EQ(
      faults(required + "[rights]\nmove = \"on\"\n[log]\nlevel = \"WARNING\"\nformat = \"JSON\"\n"),
      "eu.toml:4: rights.move: \"on\" is not one of auto, urgent, off\n"
      "eu.toml:6: log.level: \"WARNING\" is not one of debug, info, warn, error, did you mean \"warn\"\n"
      "eu.toml:7: log.format: \"JSON\" is not one of text, json, did you mean \"json\"\n");
}

TEST_F(ConfigTest, AListByAnotherNameIsRecognised) {
  EXPECT_EQ(faults(required + "[[peers]]\nregion = \"us\"\n"),
            "eu.toml:3: peers: unknown key, did you mean [[peer]]\n");
  EXPECT_EQ(faults(required + "[peers]\nregion = \"us\"\n"),
            "eu.toml:3: peers: unknown key, did you mean [[peer]]\n");
  EXPECT_EQ(faults(required + "[[rights.skus]]\npattern = \"a\"\n"),
            "eu.toml:3: rights.skus: unknown key, did you mean [[rights.sku]]\n");
}

TEST_F(ConfigTest, APortAloneIsMendedToAnAddress) {
  EXPECT_EQ(
      faults(required + "[http]\nlisten = 8420\n"),
      "eu.toml:4: http.listen: must be a string, not a whole number, did you mean \"127.0.0.1:8420\"\n");
}

TEST_F(ConfigTest, AListInTheEnvironmentIsAFault) {
  environment_ = {{"HOLDFAST_PEER", "us"},
                  {"HOLDFAST_PEER_ADDRESS", "127.0.0.1:8431"},
                  {"HOLDFAST_PEER_PORT", "tcp://10.0.0.1:8421"},
                  {"HOLDFAST_RIGHTS_SKU_MOVE", "off"}};
  EXPECT_EQ(faults(required),
            "HOLDFAST_PEER: lists can only be given in the file\n"
            "HOLDFAST_PEER_ADDRESS: lists can only be given in the file\n"
            "HOLDFAST_RIGHTS_SKU_MOVE: lists can only be given in the file\n");
}

TEST_F(ConfigTest, PeersMustBeOthersAndEachOnce) {
  EXPECT_EQ(
      faults(required + "[[peer]]\nregion = \"us\"\n[[peer]]\nregion = \"us\"\n[[peer]]\nregion = \"eu\"\n"),
      "eu.toml:6: peer[1].region: \"us\" is named twice, one entry for each region\n"
      "eu.toml:8: peer[2].region: \"eu\" is this region itself, name only the others\n");
}

TEST_F(ConfigTest, PeersHaveARegionAndPerhapsAnAddress) {
  EXPECT_EQ(
      faults(required + "[[peer]]\naddress = \"127.0.0.1:0\"\n[[peer]]\nregion = \"us\"\nadress = \"a:1\"\n"
                        "[[peer]]\nregion = 5\n"),
      "eu.toml:3: peer[0].region: is missing, a peer needs the name of its region\n"
      "eu.toml:4: peer[0].address: port 0 cannot be dialled, name the port that the peer listens on\n"
      "eu.toml:7: peer[1].adress: unknown key, did you mean address\n"
      "eu.toml:9: peer[2].region: must be a string, not a whole number, did you mean \"5\"\n");
}

TEST_F(ConfigTest, PeersMustBeAList) {
  EXPECT_EQ(faults(required + "[peer]\nregion = \"us\"\n"),
            "eu.toml:3: peer: must be a list of sections, not a section, did you mean [[peer]]\n");
  EXPECT_EQ(faults(required + "peer = [\"us\"]\n"),
            "eu.toml:3: peer[0]: must be a section, not a string, did you mean [[peer]]\n");
}

TEST_F(ConfigTest, TheHeartbeatMustBeShorterThanTheCutOff) {
  EXPECT_EQ(faults(required + "[gossip]\nheartbeat_ms = 1500\n"),
            "eu.toml:4: gossip.heartbeat_ms: the heartbeat (1500 ms) must be shorter than the cut-off (1500 "
            "ms), or "
            "every link is cut off\n");
  EXPECT_EQ(faults(required + "[gossip]\ncut_off_after_ms = 400\n"),
            "eu.toml:4: gossip.cut_off_after_ms: the heartbeat (400 ms) must be shorter than the cut-off "
            "(400 ms), or "
            "every link is cut off\n");
}

TEST_F(ConfigTest, ShopsAndRegionsCannotCallTheSameAddress) {
  EXPECT_EQ(
      faults(required + "[http]\nlisten = \"127.0.0.1:8421\"\n"),
      "eu.toml:4: http.listen: http.listen and gossip.listen are both 127.0.0.1:8421, they must differ\n");
  EXPECT_EQ(faults(required + "[http]\nlisten = \"127.0.0.1:0\"\n[gossip]\nlisten = \"127.0.0.1:0\"\n"), "");
}

TEST_F(ConfigTest, ProgramsCannotCallWhereShopsOrRegionsDo) {
  EXPECT_EQ(
      faults(required + "[native]\nlisten = \"127.0.0.1:8420\"\n"),
      "eu.toml:4: native.listen: http.listen and native.listen are both 127.0.0.1:8420, they must differ\n");
  EXPECT_EQ(
      faults(required + "[native]\nlisten = \"127.0.0.1:8421\"\n"),
      "eu.toml:4: native.listen: gossip.listen and native.listen are both 127.0.0.1:8421, they must differ\n");
}

TEST_F(ConfigTest, FaultsOfTheEnvironmentAndOfFlagsNameTheirSource) {
  environment_ = {{"HOLDFAST_LOG_LEVEL", "loud"},
                  {"HOLDFAST_HTTP_LISTN", "x"},
                  {"HOLDFAST_ENDPOINT", "http://x"},
                  {"HOLDFAST_SERVICE_HOST", "x"},
                  {"HTTP_LISTN", "x"}};
  flags_ = {{"--set", "http.listn", "x"}, {"--set", "peer.region", "us"}, {"--data-dir", "data_dir", ""}};
  EXPECT_EQ(faults(required + "[disk]\nreserve_mb = 0\n"),
            "eu.toml:4: disk.reserve_mb: 0 is out of range, from 1 to 1048576\n"
            "--data-dir: data_dir: is empty, it must name a folder\n"
            "HOLDFAST_LOG_LEVEL: log.level: \"loud\" is not one of debug, info, warn, error\n"
            "HOLDFAST_HTTP_LISTN: unknown variable, did you mean HOLDFAST_HTTP_LISTEN\n"
            "--set: http.listn: unknown key, did you mean http.listen\n"
            "--set: peer.region: lists can only be given in the file\n");
}

TEST_F(ConfigTest, AnOverriddenValueMustBeGoodToo) {
  flags_ = {{"--log-level", "log.level", "info"}};
  EXPECT_EQ(faults(required + "[log]\nlevel = \"loud\"\n"),
            "eu.toml:4: log.level: \"loud\" is not one of debug, info, warn, error\n");
}

TEST_F(ConfigTest, ASyntaxErrorIsOneLine) {
  EXPECT_THAT(faults(required + "[http\nlisten = 5\nnonsense\n"), testing::StartsWith("eu.toml:3: "));
  EXPECT_THAT(faults(required + "region = \"us\"\n"), testing::StartsWith("eu.toml:3: "));
  const auto text = faults(required + "[http]    listen = \"127.0.0.1:8420\"\n");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_THAT(text, testing::EndsWith("; each KEY = VALUE has a line of its own\n"));
  EXPECT_THAT(faults("cluster = shop\n"), testing::EndsWith("; text stands in quotes\n"));
}

TEST_F(ConfigTest, AMissingFileIsOneClearLine) {
  const auto loaded = load_config({.file = folder_ / "none.toml", .environment = {}, .flags = {}});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 1u);
  EXPECT_EQ(short_form(text_of(loaded.error()[0])), "none.toml: cannot read it: No such file or directory");
  EXPECT_EQ(text_of(load_config({.file = folder_.path(), .environment = {}, .flags = {}}).error()[0]),
            folder_.path().string() + ": cannot read it: it is a folder");
}

TEST_F(ConfigTest, RulesOfSkusAreCheckedKeyByKey) {
  EXPECT_EQ(faults(std::string(least) + "[[rights.sku]]\nfloor = -1\n[[rights.sku]]\npattern = \"\"\n"
                                        "[[rights.sku]]\npattern = \"a\"\nmov = \"off\"\nmove = \"on\"\n"
                                        "cover_ms = \"60000\"\nfloor = -1\n"),
            "eu.toml:3: rights.sku[0].pattern: is missing, such as pattern = \"gift-*\"\n"
            "eu.toml:6: rights.sku[1].pattern: is empty, * stands for every SKU\n"
            "eu.toml:9: rights.sku[2].mov: unknown key, did you mean move\n"
            "eu.toml:10: rights.sku[2].move: \"on\" is not one of auto, urgent, off\n"
            "eu.toml:11: rights.sku[2].cover_ms: must be a whole number, not a string, did you mean 60000\n"
            "eu.toml:12: rights.sku[2].floor: -1 is out of range, from 0 to 1000000000\n");
}

TEST(Nearest, ASwapOfTwoLettersCountsOnce) {
  EXPECT_EQ(edit_distance("urgnet", "urgent"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(Nearest, AWordThatIsNearNothingHasNoNearest) {
  const std::string_view words[] = {"auto", "urgent", "off"};
  EXPECT_EQ(nearest("atuo", words), "auto");
  EXPECT_EQ(nearest("banana", words), "");
  EXPECT_EQ(nearest("", words), "");
}

}  // namespace
}  // namespace holdfast
