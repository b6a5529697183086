#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/program.h"

namespace holdfast {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// A history and a map of two regions, in a folder of their own.
class ReplayCommand : public testing::Test {
 protected:
  ReplayCommand() {
    std::filesystem::create_directory(folder_);
    write("orders.csv",
          "time,order,sku,quantity,customer,country\n"
          "2010-12-01T08:26:00Z,536365,85123A,6,17850,France\n"
          "no line at all\n");
    write("map.toml", "\"*\" = [\"eu\", \"us\"]\n");
  }
  ~ReplayCommand() override { std::filesystem::remove_all(folder_); }

  void write(const char* name, const char* text) const { std::ofstream(folder_ / name) << text; }
  [[nodiscard]] std::string path(const char* name) const { return folder_ / name; }

  [[nodiscard]] Ran replay(const std::string& eu, const std::string& us,
                           const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"replay",   path("orders.csv"), "--map",    path("map.toml"),
                                   "--region", "eu=" + eu,         "--region", "us=" + us};
    words.insert(words.end(), more.begin(), more.end());
    return run_program("", words);
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("holdfast-replay-" + std::to_string(::getpid()));
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
  std::string kept;
  std::getline(std::ifstream(path("answers.ndjson")), kept);
  EXPECT_EQ(kept, "an answer");
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
  write("map.toml", "\"*\" = [\"eu\", \"us\", \"ap\"]\n");
  EXPECT_THAT(error_of({}), HasSubstr("--region: ap is in " + path("map.toml") + ", give ap=URL"));
}

}  // namespace
}  // namespace holdfast
