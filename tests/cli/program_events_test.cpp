// events tail, against canned streams.
#include "cli/program.h"

namespace holdfast {
namespace {

using testing::HasSubstr;

std::string event(const std::string& id, const std::string& type, const std::string& rest) {
  return "id: " + id + "\nevent: " + type + "\ndata: {\"cursor\":\"" + id +
         R"(","region":"eu","at":"2026-11-23T18:00:03.120Z",)" + rest + "}\n\n";
}

const std::string pending = event(
    "1-5-0", "reservation.pending",
    R"("id":"cart-1","state":"pending","order":null,"lines":[{"sku":"a","quantity":6},{"sku":"b","quantity":1}])");
const std::string purchased = event("1-6-0", "reservation.purchased",
                                    R"("id":"cart-1","order":"o-1","lines":[{"sku":"a","quantity":1200}])");
const std::string adjusted =
    event("1-7-0", "stock.adjusted", R"("sku":"a","delta":-3,"reason":"broken","available_here":7)");
const std::string imported =
    event("1-8-0", "stock.adjusted", R"("sku":"a","delta":3,"reason":null,"available_here":10)");
const std::string sent =
    event("1-9-0", "rights.sent", R"("sku":"a","to":"us","quantity":120,"rights_here":4)");
const std::string received = event("1-a-0", "rights.received", R"("sku":"a","from":"us","quantity":7)");
const std::string cut_off =
    event("1-a-0", "region.cut_off", R"("journal":false,"peer":"ap","state":"cut_off")");

FakeAnswer stream(const std::string& body, const std::string& begins = "1-5-0") {
  return {.body = body,
          .content_type = "text/event-stream",
          .headers = {{"Last-Event-ID", begins}},
          .then = FakeAnswer::Then::close};
}

TEST(EventsTail, PrintsALineForEachEvent) {
  const auto ran = ask(stream(pending + purchased + adjusted + imported + sent + received + cut_off),
                       {"events", "tail", "--limit", "7"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out,
            "18:00:03Z  reservation.pending   cart-1  a=6  b=1\n"
            "18:00:03Z  reservation.purchased cart-1  a=1200  order o-1\n"
            "18:00:03Z  stock.adjusted        a  -3  available 7  broken\n"
            "18:00:03Z  stock.adjusted        a  +3  available 10  import\n"
            "18:00:03Z  rights.sent           a  eu -> us  120\n"
            "18:00:03Z  rights.received       a  us -> eu  7\n"
            "18:00:03Z  region.cut_off        ap  its units cannot be sold elsewhere\n");
  EXPECT_EQ(ran.requests[0].target, "/v1/events");
}

TEST(EventsTail, PrintsTheDataAsItCameOrWithItsTypeInFront) {
  EXPECT_THAT(ask(stream(cut_off), {"events", "tail", "--limit", "1", "-o", "json"}).out,
              testing::StartsWith(R"({"cursor":"1-a-0","region":"eu")"));
  EXPECT_THAT(ask(stream(cut_off), {"events", "tail", "--limit", "1", "-o", "ndjson"}).out,
              testing::StartsWith(R"({"event":"region.cut_off","cursor":"1-a-0","region":"eu")"));
}

TEST(EventsTail, ComesAgainAfterTheLastEventAndSaysSo) {
  int calls = 0;
  FakeDaemon daemon(
      [&](const FakeRequest&) { return stream(++calls == 1 ? pending : purchased + adjusted); });
  const auto ran = run_program(daemon.endpoint(), {"events", "tail", "--limit", "3"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, HasSubstr("stock.adjusted"));
  const auto requests = daemon.requests();
  EXPECT_FALSE(requests[0].headers.contains("last-event-id"));
  EXPECT_EQ(requests[1].headers.at("last-event-id"), "1-5-0");
  EXPECT_EQ(ran.err,
            "holdfast: the stream ended (the daemon ended the stream): reconnecting\n"
            "holdfast: connected again: going on where it ended\n");
}

TEST(EventsTail, ComesAgainWhereTheStreamBeganIfNothingWasToldYet) {
  int calls = 0;
  FakeDaemon daemon([&](const FakeRequest&) { return stream(++calls == 1 ? "" : pending, "1-4-0"); });
  EXPECT_EQ(run_program(daemon.endpoint(), {"events", "tail", "--limit", "1"}).code, 0);
  EXPECT_EQ(daemon.requests()[1].headers.at("last-event-id"), "1-4-0");
}

TEST(EventsTail, ComesAgainToADaemonThatIsNotReadyYet) {
  int calls = 0;
  FakeDaemon daemon([&](const FakeRequest&) {
    if (++calls == 2) return FakeAnswer{.status = 503, .body = R"({"code":"starting"})"};
    return stream(calls == 1 ? pending : purchased);
  });
  const auto ran = run_program(daemon.endpoint(), {"events", "tail", "--limit", "2"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(daemon.requests().size(), 3u);
}

TEST(EventsTail, BeginsWhereItIsTold) {
  EXPECT_EQ(ask(stream(pending), {"events", "tail", "--limit", "1", "--all"}).requests[0].target,
            "/v1/events?after=");
  EXPECT_EQ(ask(stream(pending), {"events", "tail", "--limit", "1", "--after", "1-2-0"})
                .requests[0]
                .headers.at("last-event-id"),
            "1-2-0");
}

TEST(EventsTail, SaysWhatToDoWhereTheHistoryIsGone) {
  const auto ran = ask({.status = 410, .body = R"({"code":"events_expired","detail":"it is gone"})"},
                       {"events", "tail", "--after", "1-2-0"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "holdfast: events_expired: it is gone; events tail --all begins with the oldest that is kept\n");
}

TEST(EventsTail, EndsAsOthersDoWhereNobodyListensOrTheCursorIsNone) {
  EXPECT_EQ(run_program(unused_endpoint(), {"events", "tail"}).code, 5);
  EXPECT_EQ(ask({.status = 422, .body = R"({"code":"validation_failed"})"}, {"events", "tail"}).code, 2);
}

}  // namespace
}  // namespace holdfast
