#include "cli/program.h"

namespace holdfast {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

const FakeAnswer made{.status = 201, .body = canned::reservation};
const FakeAnswer shown{.body = canned::reservation};

TEST(ReserveCommand, CreatePutsTheReservation) {
  const auto ran =
      ask(made, {"reserve", "create", "cart-8812", "--line", "85123A=6000", "--line", "a=b=1", "--customer",
                 "c_17", "--ttl", "10m", "--wait-ms", "500", "--partial", "--replaces", "old"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, StartsWith("reservation  cart-8812\nstate        pending\n"));
  EXPECT_EQ(ran.err, "");
  const auto& request = ran.requests.at(0);
  EXPECT_EQ(request.method + " " + request.target, "PUT /v1/reservations/cart-8812");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.body,
            R"({"lines":[{"sku":"85123A","quantity":6000},{"sku":"a=b","quantity":1}],"customer":"c_17",)"
            R"("ttl_seconds":600,"wait_ms":500,"partial":true,"replaces":"old"})");
}

TEST(ReserveCommand, CreateWithoutAnIdMakesOneAndSaysIt) {
  const auto ran = ask(made, {"reserve", "create", "--line", "85123A=1"});
  EXPECT_EQ(ran.code, 0);
  const auto id = ran.requests.at(0).target.substr(std::string("/v1/reservations/").size());
  EXPECT_THAT(id, MatchesRegex("[A-Za-z0-9]{22}"));
  EXPECT_THAT(ran.err, HasSubstr("reservation id " + id));
  EXPECT_EQ(ran.requests.at(0).body, R"({"lines":[{"sku":"85123A","quantity":1}]})");
}

TEST(ReserveCommand, CreateSaysWhenItIsARepeatOrOnlyAPart) {
  auto answer = shown;
  answer.headers = {{"Idempotent-Replayed", "true"}};
  EXPECT_EQ(ask(answer, {"reserve", "create", "a", "--line", "85123A=1"}).err,
            "holdfast: it had been made before; this is how it is now\n");
  answer = made;
  answer.body.insert(1, R"("shortage":[{"sku":"71053","requested":9,"available_here":0}],)");
  const auto ran = ask(answer, {"reserve", "create", "a", "--line", "71053=9", "--partial"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.err,
            "holdfast: only a part could be had; short of\n  71053: asked for 9, available here 0\n");
}

TEST(ReserveCommand, AShortageIsExitCodeFour) {
  const auto ran = ask({.status = 409, .body = canned::shortage, .content_type = "application/problem+json"},
                       {"reserve", "create", "a", "--line", "85123A=6"});
  EXPECT_EQ(ran.code, 4);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "holdfast: sold_out: none anywhere\n  85123A: asked for 6, available here 0, in baskets here 0, "
            "elsewhere "
            "about 0 (as of 2026-11-23T18:00:04.000Z)\n");
}

TEST(ReserveCommand, EachOfTheOthersMakesItsCall) {
  struct Case {
    std::vector<std::string> words;
    const char* call;
    const char* body;
  };
  const Case cases[] = {
      {{"get", "a"}, "GET /v1/reservations/a", ""},
      {{"list"}, "GET /v1/reservations", ""},
      {{"list", "--customer", "c 1", "--sku", "a&b", "--state", "pending", "--limit", "5", "--after", "x="},
       "GET /v1/reservations?customer=c%201&sku=a%26b&state=pending&limit=5&after=x%3D",
       ""},
      {{"purchase", "a"}, "POST /v1/reservations/a/purchase", "{}"},
      {{"purchase", "a", "--order", "o1", "--if-expired", "fail"},
       "POST /v1/reservations/a/purchase",
       R"({"order":"o1","if_expired":"fail"})"},
      {{"release", "a"}, "POST /v1/reservations/a/release", "{}"},
      {{"extend", "a", "--ttl", "90"}, "POST /v1/reservations/a/extend", R"({"ttl_seconds":90})"},
      {{"change", "a", "--line", "x=2"},
       "PATCH /v1/reservations/a",
       R"({"lines":[{"sku":"x","quantity":2}]})"},
      {{"return", "a", "--key", "k"}, "POST /v1/reservations/a/return", "{}"},
      {{"return", "a", "--line", "x=2", "--key", "k"},
       "POST /v1/reservations/a/return",
       R"({"lines":[{"sku":"x","quantity":2}]})"},
  };
  for (auto [words, call, body] : cases) {
    words.insert(words.begin(), "reserve");
    const auto ran = ask(words[1] == "list" ? FakeAnswer{.body = R"({"reservations":[]})"} : shown, words);
    EXPECT_EQ(ran.code, 0) << call << ran.err;
    EXPECT_EQ(ran.requests.at(0).method + " " + ran.requests.at(0).target, call);
    EXPECT_EQ(ran.requests.at(0).body, body);
  }
}

TEST(ReserveCommand, ListSaysHowToGoOn) {
  const auto ran = ask({.body = R"({"reservations":[],"next":"abc"})"}, {"reserve", "list"});
  EXPECT_EQ(ran.err, "holdfast: there are more: --after abc\n");
  const auto odd = ask({.body = R"({"skus":[{"sku":"it's a"}],"next":"it's a"})"}, {"stock", "list"});
  EXPECT_EQ(odd.err, "holdfast: there are more: --after 'it'\\''s a'\n");
}

// A page of what the daemon looked at may hold nothing of what was asked for.
TEST(ReserveCommand, ListGoesOnToTheFirstPageThatHoldsAnything) {
  FakeDaemon daemon([](const FakeRequest& request) {
    if (request.target.contains("after=20"))
      return FakeAnswer{.body = R"({"reservations":[{"id":"late","state":"pending"}],"next":"30"})"};
    return FakeAnswer{.body = request.target.contains("after=10") ? R"({"reservations":[],"next":"20"})"
                                                                  : R"({"reservations":[],"next":"10"})"};
  });
  const auto ran = run_program(daemon.endpoint(), {"reserve", "list", "--customer", "c", "-o", "ndjson"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "{\"id\":\"late\",\"state\":\"pending\"}\n");
  EXPECT_EQ(ran.err, "holdfast: there are more: --after 30\n");
  EXPECT_EQ(daemon.requests().at(2).target, "/v1/reservations?customer=c&after=20");
}

}  // namespace
}  // namespace holdfast
