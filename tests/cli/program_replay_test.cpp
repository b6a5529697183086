#include <algorithm>
#include <atomic>

#include "cli/program.h"
#include "support/temp_dir.h"

namespace holdfast {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// A history and a map of two regions, in a folder of their own.
class ReplayCommand : public testing::Test {
 protected:
  ReplayCommand() {
    write("orders.csv",
          "time,order,sku,quantity,customer,country\n"
          "2010-12-01T08:26:00Z,536365,85123A,6,17850,France\n"
          "no line at all\n");
    write("map.toml", "\"*\" = [\"eu\", \"us\"]\n");
  }

  void write(const char* name, const char* text) const { test::write_file(folder_ / name, text); }
  [[nodiscard]] std::string path(const char* name) const { return folder_ / name; }

  [[nodiscard]] Ran replay(const std::string& eu, const std::string& us,
                           const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"replay",   path("orders.csv"), "--map",    path("map.toml"),
                                   "--region", "eu=" + eu,         "--region", "us=" + us};
    words.insert(words.end(), more.begin(), more.end());
    return run_program("", words);
  }

 private:
  test::TempDir folder_;
};

TEST_F(ReplayCommand, ARegionWhereNobodyListensIsExitCodeFive) {
  const auto nobody = unused_endpoint();
  const auto ran = replay(nobody, nobody, {"--patience", "100ms"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, EndsWith("eu (" + nobody + "): no answer; is holdfastd running there?\n"));
}

TEST_F(ReplayCommand, ThatDoesNotBeginLeavesTheLogOfAnEarlierOneAsItIs) {
  write("answers.ndjson", "an answer\n");
  const auto nobody = unused_endpoint();
  EXPECT_EQ(replay(nobody, nobody, {"--patience", "100ms", "--log", path("answers.ndjson")}).code, 5);
  EXPECT_EQ(test::read_file(path("answers.ndjson")), "an answer\n");
}

TEST_F(ReplayCommand, ABadLineIsNamedWithItsNumberAndStopsWhenStrict) {
  const auto nobody = unused_endpoint();
  EXPECT_THAT(replay(nobody, nobody, {"--patience", "100ms"}).err,
              HasSubstr("orders.csv:3: 1 fields instead of 6 or 7, skipped\n"));
  const auto strict = replay(nobody, nobody, {"--strict"});
  EXPECT_EQ(strict.code, 1);
  EXPECT_THAT(strict.err, EndsWith("orders.csv:3: 1 fields instead of 6 or 7\n"));
}

TEST_F(ReplayCommand, ADaemonOfAnotherRegionOrWithStockIsNotReplayedInto) {
  FakeDaemon us([](const FakeRequest&) { return FakeAnswer{.body = R"({"region":"us"})"}; });
  const auto swapped = replay(us.endpoint(), us.endpoint());
  EXPECT_EQ(swapped.code, 1);
  EXPECT_THAT(swapped.err, EndsWith(us.endpoint() + " is region us, not eu\n"));
  FakeDaemon full([](const FakeRequest& request) {
    return FakeAnswer{.body = request.target.starts_with("/v1/skus") ? R"({"skus":[{"sku":"a"}]})"
                                                                     : R"({"region":"eu"})"};
  });
  EXPECT_THAT(replay(full.endpoint(), us.endpoint()).err,
              EndsWith("eu has stock already; a recount needs daemons that start empty\n"));
}

TEST_F(ReplayCommand, ADaemonThatDoesNotSayWhetherItHasStockIsNotReplayedInto) {
  FakeDaemon silent([](const FakeRequest& request) {
    if (request.target.starts_with("/v1/skus")) return FakeAnswer{.status = 403, .body = R"({"code":"no"})"};
    return FakeAnswer{.body = R"({"region":"eu","skus":[]})"};
  });
  EXPECT_THAT(replay(silent.endpoint(), unused_endpoint(), {"--patience", "100ms"}).err,
              EndsWith("eu (" + silent.endpoint() + "): no\n"));
}

TEST_F(ReplayCommand, WrongWordsAreExitCodeTwoAndSayWhichOnes) {
  const std::string url = "http://127.0.0.1:1";
  const auto error_of = [&](const std::vector<std::string>& more) {
    const auto ran = replay(url, url, more);
    EXPECT_EQ(ran.code, 2);
    return ran.err;
  };
  EXPECT_THAT(error_of({"--region", "mars=" + url}), HasSubstr("--region: mars is not in "));
  EXPECT_THAT(error_of({"--region", "eu"}), HasSubstr("--region: eu is not NAME=URL"));
  EXPECT_THAT(error_of({"--region", "eu=127.0.0.1:1"}),
              HasSubstr("--region: 127.0.0.1:1 is no endpoint: it must begin with http://"));
  EXPECT_THAT(error_of({"--stock", "80"}), HasSubstr("--stock: 80 is not a share such as 80%"));
  EXPECT_THAT(error_of({"--split", "eu=1"}), HasSubstr("--split: even, or a share for each region"));
  EXPECT_THAT(error_of({"--goods", "("}), HasSubstr("--goods: "));
  EXPECT_THAT(error_of({"--connections", "257"}), HasSubstr("--connections: 1 to 256, not 257"));
  EXPECT_THAT(error_of({"--wait-ms", "10001"}), HasSubstr("--wait-ms: 0 to 10000, not 10001"));
  EXPECT_THAT(error_of({"--region", "us=" + url}), HasSubstr("--region: us stands twice"));
  write("map.toml", "\"*\" = [\"eu\", \"us\", \"ap\"]\n");
  EXPECT_THAT(error_of({}), HasSubstr("--region: ap is in " + path("map.toml") + ", give ap=URL"));
}

TEST_F(ReplayCommand, AMapThatIsNoneIsExitCodeTwo) {
  write("map.toml", "\"*\" = 5\n");
  const auto ran = run_program(
      "", {"replay", path("orders.csv"), "--map", path("map.toml"), "--region", "eu=http://127.0.0.1:1"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, EndsWith("map.toml:1: \"*\": not a region or a list of regions\n"));
}

TEST_F(ReplayCommand, AMapThatIsAFolderIsNotRead) {
  const auto ran = run_program(
      "", {"replay", path("orders.csv"), "--map", path("."), "--region", "eu=http://127.0.0.1:1"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, EndsWith("cannot read " + path(".") + ": Is a directory\n"));
}

// A region that takes all stock and sells whatever is asked for; `also` may answer something else.
FakeAnswer seller_of(const std::string& region, const FakeRequest& request) {
  const auto asked = [&](std::string_view what) { return request.target.find(what) != std::string::npos; };
  if (asked("/status"))
    return {.body = R"({"region":")" + region + R"(","regions":[{"region":"eu","rights":1000}]})"};
  if (asked("/stock-imports")) return {.body = R"({"refused":0})"};
  if (asked("/skus?")) return {.body = R"({"skus":[]})"};
  return {.status = 201, .body = R"({"lines":[{"sku":"85123A","quantity":6}]})"};
}

class ReplayInto : public ReplayCommand {
 protected:
  [[nodiscard]] Ran replay_into(FakeDaemon& eu, const std::vector<std::string>& more = {}) const {
    write("map.toml", "\"*\" = \"eu\"\n");
    std::vector<std::string> words{"replay",        path("orders.csv"),
                                   "--map",         path("map.toml"),
                                   "--region",      "eu=" + eu.endpoint(),
                                   "--connections", "1",
                                   "--stock",       "100%"};
    words.insert(words.end(), more.begin(), more.end());
    return run_program("", words);
  }
  [[nodiscard]] std::string log() const { return test::read_file(path("log")); }
};

TEST_F(ReplayInto, ThatSellsNothingAlthoughThereAreLinesIsExitCodeOne) {
  FakeDaemon eu([](const FakeRequest& request) { return seller_of("eu", request); });
  const std::string head = "time,order,sku,quantity,customer,country\n";
  write("orders.csv", (head + "no line at all\n").c_str());
  const auto bad = replay_into(eu);
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, EndsWith("there is nothing to replay: all 1 lines of this history are bad\n"));
  write("orders.csv", head.c_str());
  const auto empty = replay_into(eu);
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, EndsWith("there is nothing to replay: this history has no lines\n"));
  write("orders.csv", (head + "2010-12-01T08:26:00Z,1,POST,6,c,UK\n").c_str());
  EXPECT_THAT(replay_into(eu).err, HasSubstr("there are no goods in this history: all 1 lines were skipped"));
}

TEST_F(ReplayInto, AnOrderKeepsItsNumberWhateverItsIdIs) {
  FakeDaemon eu([](const FakeRequest& request) { return seller_of("eu", request); });
  write("orders.csv",
        "time,order,sku,quantity,customer,country\n2010-12-01T08:26:00Z,INV/2024/#1,85123A,6,c,UK\n");
  static_cast<void>(replay_into(eu));
  const auto requests = eu.requests();
  EXPECT_TRUE(std::ranges::any_of(requests, [](const FakeRequest& request) {
    return request.target == "/v1/reservations/o-INV-2024-1/purchase" &&
           request.body == R"({"order":"INV/2024/#1"})";
  }));
}

TEST_F(ReplayInto, MoreStockThanALineMayBringInComesInSeveral) {
  FakeDaemon eu([](const FakeRequest& request) { return seller_of("eu", request); });
  const std::string sale = "2010-12-01T08:26:00Z,1,85123A,1000000000,c,UK\n";
  write("orders.csv", ("time,order,sku,quantity,customer,country\n" + sale + sale).c_str());
  static_cast<void>(replay_into(eu, {"--patience", "100ms"}));
  const auto requests = eu.requests();
  const auto import = std::ranges::find_if(
      requests, [](const FakeRequest& request) { return request.target.starts_with("/v1/stock-imports"); });
  ASSERT_NE(import, requests.end());
  EXPECT_EQ(import->body, "sku,quantity\n85123A,1000000000\n85123A,1000000000\n");
}

TEST_F(ReplayInto, ALedgerThatCannotBeReadInTheEndIsSaidInTheReport) {
  std::atomic<bool> is_dead = false;
  FakeDaemon eu([&](const FakeRequest& request) {
    auto answer = seller_of("eu", request);
    if (is_dead) answer.then = FakeAnswer::Then::close_unanswered;
    if (request.target.ends_with("/purchase")) is_dead = true;
    return answer;
  });
  const auto ran = replay_into(eu, {"--patience", "100ms"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.out, HasSubstr("lines sold"));
  EXPECT_THAT(ran.out, HasSubstr("NO LEDGERS to compare with: eu (" + eu.endpoint() + "): no answer"));
  EXPECT_THAT(ran.out, EndsWith("\noversold_units 0\n"));
}

// The purchase is answered, the next order never: then the replay is stopped.
TEST_F(ReplayInto, WhatWasAnsweredIsInTheLogIfTheReplayIsStopped) {
  FakeDaemon eu([](const FakeRequest& request) {
    auto answer = seller_of("eu", request);
    if (request.target.ends_with("/o-2")) answer.then = FakeAnswer::Then::never_answer;
    return answer;
  });
  write("orders.csv",
        "time,order,sku,quantity,customer,country\n2010-12-01T08:26:00Z,1,85123A,6,c,UK\n"
        "2010-12-01T08:27:00Z,2,85123A,6,c,UK\n");
  write("map.toml", "\"*\" = \"eu\"\n");
  const auto ran =
      run_shell("", "\"$HOLDFAST\" replay '" + path("orders.csv") + "' --map '" + path("map.toml") +
                        "' --region eu=" + eu.endpoint() + " --connections 1 --log '" + path("log") +
                        "' & replay=$!; for i in $(seq 100); do grep -q purchased '" + path("log") +
                        "' && break; sleep 0.2; done; kill $replay; wait");
  EXPECT_THAT(log(), HasSubstr(R"({"answer":"purchased","region":"eu","key":"o-1")")) << ran.err;
}

}  // namespace
}  // namespace holdfast
