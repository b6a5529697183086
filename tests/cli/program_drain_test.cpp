#include "cli/drain.h"
#include "cli/program.h"

namespace holdfast {
namespace {

using cli::shares;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(DrainShares, FollowWhatIsSold) {
  EXPECT_THAT(shares(100, {{"us", 300}, {"ap", 100}}), ElementsAre(75, 25));
  EXPECT_THAT(shares(5, {{"us", 100}, {"ap", 200}}), ElementsAre(1, 4))
      << "the odd one is where most is sold";
  EXPECT_THAT(shares(1, {{"us", 1}, {"ap", 2}, {"sa", 2}}), ElementsAre(0, 1, 0));
}

TEST(DrainShares, AreEvenWhereNobodySells) {
  EXPECT_THAT(shares(9, {{"us", 0}, {"ap", 0}}), ElementsAre(5, 4));
  EXPECT_THAT(shares(1'000'000'000, {{"us", 0}}), ElementsAre(1'000'000'000));
}

// One product, of which 10 units are here and 2 reserved, until they are moved.
struct DrainedDaemon {
  std::string regions =
      R"({"region":"us","up":true,"has_all":true},{"region":"ap","up":false,"has_all":false})";
  int rights = 10;
  int reserved = 2;
  int move_status = 200;
  bool is_moved_all_the_same = false;
  int heard_after = 0;  // so many questions
  FakeDaemon daemon{[this](const FakeRequest& request) { return answer(request); }};

  FakeAnswer answer(const FakeRequest& request) {
    if (request.target == "/v1/rights/moves") {
      if (move_status == 200 || is_moved_all_the_same) rights = reserved;
      return {.status = move_status, .body = R"({"code":"rights_unreachable"})"};
    }
    if (request.target.starts_with("/v1/rights"))
      return {
          .body =
              R"({"skus":[{"sku":"a b","rights":90,"reserved":9,"regions":[{"region":"eu","rights":)" +
              std::to_string(rights) + R"(,"reserved":)" + std::to_string(reserved) +
              R"(},{"region":"us","sold_per_1000_s":5},{"region":"ap","sold_per_1000_s":9}]}],"next":null})"};
    if (request.method == "GET" && heard_after > 0 && --heard_after > 0)
      return {.body = R"({"region":"eu","regions":[{"region":"us","up":true,"has_all":false}]})"};
    return {.body = R"({"region":"eu","draining":true,"regions":[)" + regions + "]}"};
  }
  Ran drain() { return run_program(daemon.endpoint(), {"drain", "--give-rights"}); }
};

TEST(DrainCommand, MovesWhatIsAvailableToThoseThatAreUp) {
  DrainedDaemon drained;
  const Ran ran = drained.drain();
  EXPECT_EQ(ran.code, 6) << "some are reserved";
  EXPECT_EQ(ran.out, "given to us  8\nreserved     2\nleft         0\n");
  EXPECT_THAT(ran.err, HasSubstr("--wait"));
  const auto requests = drained.daemon.requests();
  EXPECT_EQ(requests.at(0).method + " " + requests.at(0).target, "POST /v1/drain");
  const auto moves = std::ranges::count(requests, "/v1/rights/moves", &FakeRequest::target);
  EXPECT_EQ(moves, 1);
  const auto move = std::ranges::find(requests, "/v1/rights/moves", &FakeRequest::target);
  EXPECT_EQ(move->body, R"({"sku":"a b","to":"us","quantity":8})");
  EXPECT_EQ(move->headers.at("idempotency-key").size(), 22u);
}

TEST(DrainCommand, IsDoneWhereNothingIsLeft) {
  DrainedDaemon drained;
  drained.reserved = 0;
  EXPECT_EQ(drained.drain().code, 0);
}

TEST(DrainCommand, SaysWhoCouldNotBeGivenAnyAndWhy) {
  DrainedDaemon drained;
  drained.move_status = 503;
  const Ran ran = drained.drain();
  EXPECT_EQ(ran.code, 6);
  EXPECT_EQ(ran.out, "reserved  2\nleft      8\n");
  EXPECT_THAT(ran.err, HasSubstr("us could not be given any: HTTP 503"));
}

TEST(DrainCommand, WaitsUntilOneThatMayHaveBeenGivenSomeHasHeardOfIt) {
  DrainedDaemon drained;
  drained.reserved = 0;
  drained.move_status = 504;
  drained.is_moved_all_the_same = true;
  drained.heard_after = 10;
  EXPECT_EQ(drained.drain().code, 0);
  EXPECT_EQ(drained.heard_after, 0);
}

TEST(DrainCommand, WithoutWordsSaysHowItStandsAndCanBeStopped) {
  const FakeAnswer answer{.body =
                              R"({"draining":true,"regions":[{"region":"us","up":true,"has_all":false}]})"};
  const RanAndAsked asked = ask(answer, {"drain"});
  EXPECT_EQ(asked.requests.at(0).method + " " + asked.requests.at(0).target, "GET /v1/drain");
  EXPECT_EQ(
      asked.out,
      "draining: asks for no rights\nREGION  STATE  OF WHAT THIS ONE DID\nus      up     has not heard of all\n");
  const RanAndAsked stopped = ask(answer, {"drain", "--stop"});
  EXPECT_EQ(stopped.requests.at(0).method + " " + stopped.requests.at(0).target, "POST /v1/drain/stop");
}

TEST(DrainCommand, WithWordsThatDoNotGoTogetherAsksForNothing) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"drain", "--stop", "--give-rights"},
                                                {"drain", "--stop", "--wait", "5s"},
                                                {"drain", "--wait", "5s"}}) {
    const RanAndAsked asked = ask({.body = "{}"}, words);
    EXPECT_EQ(asked.code, 2);
    EXPECT_TRUE(asked.requests.empty());
    EXPECT_THAT(asked.err, testing::StartsWith("holdfast: drain: --"));
  }
}

}  // namespace
}  // namespace holdfast
