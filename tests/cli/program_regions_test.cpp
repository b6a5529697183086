#include <atomic>

#include "cli/program.h"

namespace holdfast {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(StatusCommand, DegradedIsExitCodeSix) {
  const auto ran = ask({.body = canned::degraded}, {"status"});
  EXPECT_EQ(ran.code, 6);
  EXPECT_THAT(ran.out, StartsWith("holdfast  shop-prod  eu  up 6d 04h   OVERSELL CHECK  OK (0, 1.8 s ago)"));
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos) << "no colour without a terminal";
  EXPECT_EQ(ask({.body = R"({"state":"well"})"}, {"status"}).code, 0);
}

TEST(RightsCommand, AsksForWhatWasWanted) {
  const auto ran = ask({.body = canned::rights}, {"rights", "a b", "--sort", "runs_dry", "--limit", "3"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.requests.at(0).target, "/v1/rights?sku=a%20b&sort=runs_dry&limit=3");
}

TEST(RightsCommand, WatchEndsWhereTheFirstCallFailsAndAtWhatIsNoOutage) {
  EXPECT_EQ(ask({.status = 503, .body = R"({"code":"draining"})"}, {"rights", "--watch"}).code, 5);
  std::atomic<int> asked = 0;
  FakeDaemon daemon([&](const FakeRequest&) {
    return FakeAnswer{.status = ++asked < 3 ? 200 : 404, .body = R"({"code":"sku_unknown","skus":[]})"};
  });
  const auto ran = run_program(daemon.endpoint(), {"rights", "a", "--watch", "-o", "ndjson"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(ran.err, "holdfast: sku_unknown\n");
}

TEST(RightsCommand, WatchedAnswersAreALineEach) {
  std::atomic<int> asked = 0;
  FakeDaemon daemon([&](const FakeRequest&) {
    return FakeAnswer{.status = ++asked < 3 ? 200 : 404, .body = R"({"skus":[]})"};
  });
  const auto ran = run_program(daemon.endpoint(), {"rights", "--watch", "-o", "json"});
  EXPECT_EQ(ran.out, "{\"skus\":[]}\n{\"skus\":[]}\n{\"skus\":[]}");
}

TEST(RightsCommand, WatchSaysThatThereIsNoAnswerAndGoesOn) {
  std::atomic<int> asked = 0;
  FakeDaemon daemon([&](const FakeRequest&) {
    if (++asked == 2) return FakeAnswer{.status = 503, .body = R"({"code":"draining"})"};
    if (asked == 3) return FakeAnswer{.then = FakeAnswer::Then::never_answer};
    return FakeAnswer{.body = R"({"skus":[{"sku":"cup"}]})"};
  });
  const auto ran = run_shell(daemon.endpoint(),
                             "timeout --preserve-status -s INT 4.5 \"$HOLDFAST\" rights --watch -o ndjson "
                             "--timeout 100ms");
  EXPECT_EQ(ran.code, 0);
  EXPECT_GE(asked, 4);
  EXPECT_EQ(ran.err,
            "holdfast: no answer (HTTP 503): this is how it was; asking again\n"
            "holdfast: it answers again\n");
  EXPECT_THAT(ran.out, StartsWith("{\"sku\":\"cup\"}\n{\"sku\":\"cup\"}\n"));
}

TEST(RightsCommand, MoveNamesBothRegionsAndCarriesAKey) {
  const auto ran = ask({.body = R"({"sku":"a","rights":1000})"},
                       {"rights", "move", "a", "--from", "eu", "--to", "us", "200", "--key", "k"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.requests.at(0).method + " " + ran.requests.at(0).target, "POST /v1/rights/moves");
  EXPECT_EQ(ran.requests.at(0).body, R"({"sku":"a","region":"eu","to":"us","quantity":200})");
  EXPECT_EQ(ran.requests.at(0).headers.at("idempotency-key"), "k");
  EXPECT_EQ(ran.out, "sku     a\nrights  1 000\n");
}

TEST(AuditCommand, MismatchesAreExitCodeSix) {
  EXPECT_EQ(ask({.body = canned::sound_audit}, {"audit", "verify"}).code, 0);
  const auto ran = ask({.body = canned::unsound_audit}, {"audit", "verify"});
  EXPECT_EQ(ran.code, 6);
  EXPECT_THAT(ran.out, StartsWith("audit           MISMATCH\n"));
  EXPECT_EQ(ask({.body = R"({"ok":true,"oversold_units":3,"mismatches":[]})"}, {"audit", "verify"}).code, 6);
}

TEST(AuditCommand, ExplainAsksForTheSku) {
  const auto ran = ask({.body = canned::sound_audit}, {"audit", "explain", "85123A"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.requests.at(0).target, "/v1/audit/skus/85123A");
  EXPECT_EQ(ask({.body = canned::unsound_audit}, {"audit", "explain", "85123A"}).code, 6);
}

TEST(ConfigCommand, OriginsAreShownWhenAskedFor) {
  EXPECT_EQ(ask({.body = canned::config}, {"config", "show"}).out,
            "cluster                  shop\ngossip.cut_off_after_ms  1500\n");
  EXPECT_THAT(ask({.body = canned::config}, {"config", "show", "--origin"}).out,
              HasSubstr("shop   eu.toml:1\n"));
}

TEST(ConfigCommand, ReloadSaysWhatIsInEffectAndWhatNeedsARestart) {
  const auto ran = ask({.body = canned::reloaded}, {"config", "reload"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.requests.at(0).method, "POST");
  EXPECT_EQ(ran.requests.at(0).target, "/v1/config/reload");
  EXPECT_EQ(ran.out,
            "KEY              WAS   NOW\n"
            "disk.reserve_mb  64    128    needs a restart\n"
            "log.level        info  debug  in effect\n");
  EXPECT_EQ(ask({.body = R"({"changes":[]})"}, {"config", "reload"}).out,
            "nothing in the configuration is new\n");
}

TEST(BackupCommand, CreateWaitsUntilItIsDoneAndSaysWhereItLies) {
  FakeDaemon daemon([](const FakeRequest& request) {
    return FakeAnswer{.body = request.method == "POST" ? R"({"state":"running","file":"/d/eu.db"})"
                                                       : R"({"state":"done","file":"/d/eu.db"})"};
  });
  const auto ran = run_program(daemon.endpoint(), {"backup", "create"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "/d/eu.db\n");
}

TEST(BackupCommand, CreateThatFailsSaysWhy) {
  const auto ran = ask({.body = R"({"state":"failed","detail":"there is no room"})"}, {"backup", "create"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "holdfast: there is no room\n");
}

TEST(BackupCommand, CreateSaysThatTheDaemonWasStartedAnewInBetween) {
  FakeDaemon daemon([](const FakeRequest& request) {
    return FakeAnswer{.body = request.method == "POST" ? R"({"state":"running","detail":null})"
                                                       : R"({"state":"none","detail":null})"};
  });
  const auto ran = run_program(daemon.endpoint(), {"backup", "create"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err,
            "holdfast: there is no backup: the daemon was started anew while it made one; ask again\n");
}

TEST(BackupCommand, VerifyOfWhatIsNoBackupIsExitCodeOneAndOneLine) {
  const auto ran = run_program("", {"backup", "verify", "/nowhere/eu.db"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "holdfast: cannot open /nowhere/eu.db: No such file or directory\n");
}

FakeAnswer for_top(const FakeRequest& request) {
  return {.body = request.target == "/v1/status" ? canned::degraded : canned::rights};
}

TEST(TopCommand, OnceIsOneScreenAndTheDriestProductsFirst) {
  FakeDaemon daemon(for_top);
  const auto ran = run_program(daemon.endpoint(), {"top", "--once"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, StartsWith("holdfast  shop-prod  up 6d 04h"));
  EXPECT_THAT(ran.out, HasSubstr("CONSOLE-5"));
  EXPECT_EQ(daemon.requests().at(1).target, "/v1/rights?sort=runs_dry&limit=40");
}

TEST(TopCommand, IsOneScreenAlsoWhereThereIsNoTerminal) {
  FakeDaemon daemon(for_top);
  EXPECT_EQ(run_program(daemon.endpoint(), {"top"}).out,
            run_program(daemon.endpoint(), {"top", "--once"}).out);
}

TEST(TopCommand, AsJsonIsBothAnswers) {
  FakeDaemon daemon(for_top);
  EXPECT_THAT(run_program(daemon.endpoint(), {"top", "--once", "-o", "json"}).out,
              StartsWith(R"({"status":{"cluster":"shop-prod")"));
}

TEST(TopCommand, WithoutADaemonEndsAsOthersDo) {
  EXPECT_EQ(run_program(unused_endpoint(), {"top", "--once"}).code, 5);
}

TEST(Output, JsonIsTheBodyAsItCame) {
  const auto ran = ask({.body = canned::degraded}, {"status", "-o", "json"});
  EXPECT_EQ(ran.out, canned::degraded);
  EXPECT_EQ(ran.code, 6);
}

TEST(Output, NdjsonIsALineForEachRow) {
  EXPECT_EQ(ask({.body = "{\"skus\":[{\"sku\":\"a\"},\n{\"sku\":\"b\"}],\"next\":null}"},
                {"stock", "list", "-o", "ndjson"})
                .out,
            "{\"sku\":\"a\"}\n{\"sku\":\"b\"}\n");
  EXPECT_EQ(ask({.body = "{\"sku\" :\n\"a\"}"}, {"stock", "get", "a", "-o", "ndjson"}).out,
            "{\"sku\":\"a\"}\n");
}

TEST(Output, AProblemIsDataToo) {
  const auto ran = ask({.status = 409, .body = canned::shortage},
                       {"-o", "json", "reserve", "create", "a", "--line", "x=1"});
  EXPECT_EQ(ran.out, canned::shortage);
  EXPECT_THAT(ran.err, StartsWith("holdfast: sold_out: none anywhere\n"));
  EXPECT_EQ(ran.code, 4);
}

}  // namespace
}  // namespace holdfast
