#include "cli/program.h"
#include "support/temp_dir.h"

namespace holdfast {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(StockCommand, GetAndListMakeTheirCalls) {
  const auto got = ask({.body = canned::sku}, {"stock", "get", "a/b"});
  EXPECT_EQ(got.code, 0);
  EXPECT_EQ(got.requests.at(0).target, "/v1/skus/a%2Fb");
  EXPECT_THAT(got.out, HasSubstr("available here  9 000\n"));
  EXPECT_EQ(ask({.body = R"({"skus":[]})"}, {"stock", "list", "--limit", "7"}).requests.at(0).target,
            "/v1/skus?limit=7");
}

TEST(StockCommand, AdjustCarriesItsKeyAndRegion) {
  const auto ran =
      ask({.status = 201, .body = canned::adjustment},
          {"stock", "adjust", "85123A", "-3", "--reason", "broken", "--region", "eu", "--key", "k-1"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(ran.requests.at(0).method + " " + ran.requests.at(0).target, "POST /v1/skus/85123A/adjustments");
  EXPECT_EQ(ran.requests.at(0).headers.at("idempotency-key"), "k-1");
  EXPECT_EQ(ran.requests.at(0).body, R"({"delta":-3,"reason":"broken","region":"eu"})");
}

TEST(StockCommand, AKeyThatIsMadeIsSaid) {
  const auto ran = ask({.body = canned::adjustment}, {"stock", "count", "85123A", "40", "--reason", "shelf"});
  const auto key = ran.requests.at(0).headers.at("idempotency-key");
  EXPECT_THAT(key, MatchesRegex("[A-Za-z0-9]{22}"));
  EXPECT_EQ(ran.err, "holdfast: idempotency key " + key + " (--key " + key + " repeats this safely)\n");
  EXPECT_EQ(ran.requests.at(0).method + " " + ran.requests.at(0).target, "PUT /v1/skus/85123A/count");
  EXPECT_EQ(ran.requests.at(0).body, R"({"counted":40,"reason":"shelf"})");
}

TEST(StockCommand, AnAnswerOfAnEarlierTimeIsSaidToBeOne) {
  FakeAnswer answer{.status = 201, .body = canned::adjustment};
  answer.headers = {{"Idempotent-Replayed", "true"}};
  const auto ran = ask(answer, {"stock", "adjust", "85123A", "500", "--reason", "delivery-77", "--key", "k"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err,
            "holdfast: nothing was done now: it had been done before with this key, and this is what "
            "was answered then\n");
}

class ImportCommand : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) {
    test::write_file(folder_ / name, content);
    return folder_ / name;
  }

 private:
  test::TempDir folder_;
};

const std::string good = R"({"lines":1,"applied":1,"units":5,"refused":0,"results":[]})";

TEST_F(ImportCommand, TheContentTypeFollowsTheName) {
  const auto csv =
      ask({.body = good}, {"stock", "import", file("a.csv", "sku,quantity\na,5\n"), "--region", "eu"});
  EXPECT_EQ(csv.code, 0);
  EXPECT_EQ(csv.requests.at(0).method + " " + csv.requests.at(0).target, "POST /v1/stock-imports?region=eu");
  EXPECT_EQ(csv.requests.at(0).headers.at("content-type"), "text/csv");
  EXPECT_EQ(csv.requests.at(0).body, "sku,quantity\na,5\n");
  const auto ndjson = ask({.body = good}, {"stock", "import", file("a.ndjson", "{}")});
  EXPECT_EQ(ndjson.requests.at(0).headers.at("content-type"), "application/x-ndjson");
}

TEST_F(ImportCommand, OrTheFirstCharacter) {
  const auto ndjson = ask({.body = good}, {"stock", "import", "-"}, "\n{\"sku\":\"a\",\"quantity\":5}\n");
  EXPECT_EQ(ndjson.requests.at(0).headers.at("content-type"), "application/x-ndjson");
  EXPECT_EQ(ndjson.requests.at(0).body, "\n{\"sku\":\"a\",\"quantity\":5}\n");
  const auto csv = ask({.body = good}, {"stock", "import", "-"}, "sku,quantity\n");
  EXPECT_EQ(csv.requests.at(0).headers.at("content-type"), "text/csv");
}

TEST_F(ImportCommand, RefusedLinesAreListedAndFailIt) {
  const auto ran = ask({.body = canned::import}, {"stock", "import", "-", "--key", "k"}, "sku,quantity\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("units    1 500\n"));
  EXPECT_EQ(
      ran.err,
      "holdfast: refused 1 of 3 lines, the others were applied\n  line 3 (b): validation_failed: quantity\n");
}

TEST_F(ImportCommand, AMissingFileIsOneLine) {
  const auto ran = ask({.body = good}, {"stock", "import", "/no/such/file.csv"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "holdfast: cannot read /no/such/file.csv: No such file or directory\n");
  EXPECT_TRUE(ran.requests.empty());
  EXPECT_EQ(ask({}, {"stock", "import", "/tmp"}).err, "holdfast: cannot read /tmp: Is a directory\n");
}

}  // namespace
}  // namespace holdfast
