#include <atomic>

#include "cli/program.h"
#include "support/temp_dir.h"

namespace holdfast {
namespace {

using testing::EndsWith;
using testing::StartsWith;

TEST(Trouble, NobodyListeningIsExitCodeFiveAndSaysWhatToDo) {
  const auto endpoint = unused_endpoint();
  const auto ran = run_program(endpoint, {"status"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "holdfast: cannot reach " + endpoint +
                         " (connection refused): is holdfastd running there? give another with --endpoint or "
                         "HOLDFAST_ENDPOINT\n");
}

TEST(Trouble, TheFlagWinsOverTheEnvironment) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = R"({"state":"well"})"}; });
  EXPECT_EQ(run_program(unused_endpoint(), {"status", "--endpoint", daemon.endpoint()}).code, 0);
}

TEST(Trouble, AnAnswerWithoutWhatItIsAboutIsExitCodeOne) {
  struct Case {
    std::vector<std::string> words;
    const char* member;
  };
  const Case cases[] = {{{"status"}, "state"},
                        {{"stock", "get", "a"}, "sku"},
                        {{"stock", "list"}, "skus"},
                        {{"stock", "adjust", "a", "1", "--reason", "r", "--key", "k"}, "sku"},
                        {{"stock", "import", "-", "--key", "k"}, "lines"},
                        {{"reserve", "create", "a", "--line", "b=1"}, "id"},
                        {{"reserve", "list"}, "reservations"},
                        {{"rights"}, "skus"},
                        {{"audit", "verify"}, "ok"},
                        {{"config", "show"}, "values"},
                        {{"config", "reload"}, "changes"}};
  for (const auto& [words, member] : cases) {
    const auto ran = ask({.body = "{}"}, words);
    EXPECT_EQ(ran.code, 1) << member;
    EXPECT_EQ(ran.out, "") << member;
    EXPECT_THAT(ran.err, EndsWith(" has no " + std::string(member) + ": is this a holdfastd?\n"));
  }
}

TEST(Trouble, WhatGoesOnEndsWhenNobodyGetsIt) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = R"({"skus":[],"next":null})"}; });
  EXPECT_EQ(run_shell(daemon.endpoint(), "timeout 5 \"$HOLDFAST\" rights --watch >/dev/full").code, 1);
}

// In the shell's words: goes on once there is such a file, or after ten seconds.
std::string until_there_is(const std::string& file) {
  return "for i in $(seq 200); do [ -e '" + file + "' ] && break; sleep 0.05; done; ";
}

TEST(Trouble, CtrlCEndsAWatchWell) {
  const test::TempDir folder;
  const std::string asked = folder / "asked";
  FakeDaemon daemon([&](const FakeRequest&) {
    test::write_file(asked, "");
    return FakeAnswer{.body = R"({"skus":[],"next":null})"};
  });
  const auto ran = run_shell(daemon.endpoint(), "\"$HOLDFAST\" rights --watch >/dev/null & " +
                                                    until_there_is(asked) + "kill -INT $!; wait $!");
  EXPECT_EQ(ran.code, 0);
}

TEST(Trouble, CtrlCThatComesTwiceAtOnceIsOneAndASecondOneEndsWhatDoesNotEnd) {
  const auto interrupted_after = [](const FakeAnswer& second_answer, const std::string& apart) {
    const test::TempDir folder;
    const std::string asked_again = folder / "asked";
    std::atomic<int> asked = 0;
    FakeDaemon daemon([&](const FakeRequest&) {
      if (++asked == 1) return FakeAnswer{.body = R"({"skus":[],"next":null})"};
      test::write_file(asked_again, "");
      return second_answer;
    });
    return run_shell(daemon.endpoint(), "\"$HOLDFAST\" rights --watch --timeout 4s >/dev/null & " +
                                            until_there_is(asked_again) + "kill -INT $!; sleep " + apart +
                                            "; kill -INT $!; wait $!")
        .code;
  };
  const FakeAnswer never{.then = FakeAnswer::Then::never_answer};
  EXPECT_EQ(interrupted_after(never, "0.02"), 0);
  EXPECT_EQ(interrupted_after(never, "0.4"), 128 + SIGINT);
}

// The shell's own words in place of what the harness opens: a disk that is full.
TEST(Trouble, OutputThatCannotBeWrittenIsToldAndExitCodeOne) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.body = R"({"id":"a","state":"pending"})"}; });
  for (const std::string words : {"reserve create a --line b=1", "version", "--help"}) {
    const auto ran = run_shell(daemon.endpoint(), "\"$HOLDFAST\" " + words + " >/dev/full");
    EXPECT_EQ(ran.code, 1) << words;
    EXPECT_EQ(ran.err, "holdfast: standard output cannot be written: is the disk full, or was it closed?\n");
  }
}

TEST(Trouble, NoAnswerInTimeIsExitCodeEight) {
  const auto ran =
      ask({.then = FakeAnswer::Then::never_answer}, {"reserve", "release", "a", "--timeout", "100ms"});
  EXPECT_EQ(ran.code, 8);
  EXPECT_THAT(ran.err, EndsWith("within 100ms: it may have happened, repeat it with the same id or --key\n"));
}

TEST(Trouble, AnAnswerThatBreaksOffIsExitCodeFive) {
  const auto ran = ask({.body = "{\"a\":1}", .then = FakeAnswer::Then::close_half_way}, {"status"});
  EXPECT_EQ(ran.code, 5);
  EXPECT_THAT(ran.err, EndsWith("broke off (the connection was closed before the answer was complete)\n"));
}

TEST(Trouble, AnAnswerThatIsNoJsonObjectIsExitCodeOne) {
  for (const auto* body : {"<html>", "null", "[]"}) {
    const auto ran = ask({.body = body}, {"stock", "get", "a"});
    EXPECT_EQ(ran.code, 1) << body;
    EXPECT_THAT(ran.err, EndsWith("is no JSON object: is this a holdfastd?\n")) << body;
  }
}

TEST(Trouble, AnErrorOfWhatIsNoDaemonSaysThatAChangeMayBeDone) {
  const auto ran = ask({.status = 502, .body = "<html>"}, {"reserve", "release", "a"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, EndsWith("holdfastd? it may have happened, repeat it with the same id or --key\n"));
}

TEST(Trouble, WhatIsUnknownIsExitCodeThree) {
  const auto ran = ask({.status = 404, .body = R"({"code":"reservation_unknown","detail":"no a here"})"},
                       {"reserve", "get", "a"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.err, "holdfast: reservation_unknown: no a here\n");
}

TEST(Trouble, AWrongRequestIsExitCodeTwo) {
  EXPECT_EQ(ask({.status = 422, .body = R"({"code":"validation_failed"})"}, {"stock", "get", "a"}).code, 2);
}

TEST(Trouble, AWrongCommandLineIsExitCodeTwoAndOneLine) {
  const auto ran = run_program("", {"stauts"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "holdfast: unknown command: stauts, did you mean status?\n");
}

TEST(Trouble, ABadEndpointIsExitCodeTwo) { EXPECT_EQ(run_program("ftp://127.0.0.1", {"status"}).code, 2); }

TEST(Trouble, HelpAndVersionAreData) {
  const auto help = run_program("", {"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, StartsWith("holdfast COMMAND"));
  EXPECT_THAT(run_program("", {"--version"}).out, StartsWith("holdfast "));
  EXPECT_THAT(run_program("", {"version"}).out, StartsWith("holdfast "));
}

}  // namespace
}  // namespace holdfast
