#include "cli/problem.h"

#include <gtest/gtest.h>

namespace holdfast::cli {
namespace {

Response problem(int status, const std::string& body, Headers headers = {}) {
  return {.status = status, .headers = std::move(headers), .body = body};
}

TEST(ExitCode, FollowsStatusAndCode) {
  EXPECT_EQ(exit_code_of(problem(200, "{}")), ExitCode::done);
  EXPECT_EQ(exit_code_of(problem(400, "{}")), ExitCode::usage);
  EXPECT_EQ(exit_code_of(problem(422, "{}")), ExitCode::usage);
  EXPECT_EQ(exit_code_of(problem(404, R"({"code":"sku_unknown"})")), ExitCode::not_found);
  EXPECT_EQ(exit_code_of(problem(404, "{}")), ExitCode::failed) << "who says so is no holdfastd";
  EXPECT_EQ(exit_code_of(problem(429, "{}")), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of(problem(503, "{}")), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of(problem(408, "{}")), ExitCode::timed_out);
  EXPECT_EQ(exit_code_of(problem(504, "{}")), ExitCode::timed_out);
  for (const int status : {302, 405, 410, 413, 415, 431, 500, 502})
    EXPECT_EQ(exit_code_of(problem(status, "")), ExitCode::failed);
}

TEST(ExitCode, OfTheConflictsOnlyShortagesAreFour) {
  for (const auto* code : {"sold_out", "not_enough", "all_reserved", "insufficient_here"})
    EXPECT_EQ(exit_code_of(problem(409, R"({"code":")" + std::string(code) + R"("})")), ExitCode::shortage);
  for (const auto* code : {"wrong_region", "already_purchased", "already_released", "reservation_expired"})
    EXPECT_EQ(exit_code_of(problem(409, R"({"code":")" + std::string(code) + R"("})")), ExitCode::failed);
}

TEST(Problem, AShortageNamesTheShortSkus) {
  EXPECT_EQ(problem_text(problem(409, R"({"code":"insufficient_here","detail":"units are elsewhere",
                "retry_after_ms":200,"shortage":[{"sku":"85123A","requested":6000,"available_here":2,"reserved_here":1,
                "elsewhere_estimate":40000,"as_of":"2026-11-23T18:00:04.000Z"}]})")),
            "insufficient_here: units are elsewhere; try again in 0.2 s\n"
            "  85123A: asked for 6 000, available here 2, in baskets here 1, elsewhere about 40 000 (as of "
            "2026-11-23T18:00:04.000Z)\n");
}

TEST(Problem, FaultyMembersAreNamed) {
  EXPECT_EQ(problem_text(problem(422, R"({"code":"validation_failed","detail":"1 fault",
                "errors":[{"pointer":"/lines/0/quantity","detail":"must be at least 1"}]})")),
            "validation_failed: 1 fault\n  /lines/0/quantity: must be at least 1\n");
  EXPECT_EQ(
      problem_text(problem(422, R"({"code":"validation_failed","detail":"no such region is configured here",
                "errors":[{"pointer":"/to","detail":"no such region is configured here"}]})")),
      "validation_failed: /to: no such region is configured here\n");
}

TEST(Problem, WhatTheLineSaysAlreadyIsNotSaidTwice) {
  EXPECT_EQ(problem_text(problem(422, R"({"code":"validation_failed","detail":"/delta must not be 0",
                "errors":[{"pointer":"/delta","detail":"must not be 0"}]})")),
            "validation_failed: /delta must not be 0\n");
}

TEST(Problem, AdviceFollowsTheCodeAndRetryAfterTheHeader) {
  EXPECT_EQ(
      problem_text(
          problem(503, R"({"code":"rights_unreachable","detail":"ap is cut off"})", {{"retry-after", "2"}})),
      "rights_unreachable: ap is cut off; it is not sold out: a region that is cut off may have units; try "
      "again in 2.0 s\n");
}

TEST(Problem, APageOfSomethingElseIsNotShown) {
  EXPECT_EQ(problem_text(problem(502, "<html>")), "HTTP 502 without a reason: is this a holdfastd?\n");
  EXPECT_EQ(
      problem_text(problem(502, "<html>"), true),
      "HTTP 502 without a reason: is this a holdfastd? it may have happened, repeat it with the same id or --key\n");
  EXPECT_EQ(problem_text(problem(404, "<html>"), true), "HTTP 404 without a reason: is this a holdfastd?\n");
}

TEST(Failures, EachKindHasItsWordsAndItsCode) {
  using Kind = Failure::Kind;
  const Attempt attempt{"http://127.0.0.1:8420", "10s", true};
  EXPECT_EQ(failure_text({Kind::refused, "connection refused"}, attempt),
            "cannot reach http://127.0.0.1:8420 (connection refused): is holdfastd running there? give "
            "another with "
            "--endpoint or HOLDFAST_ENDPOINT\n");
  EXPECT_EQ(failure_text({Kind::timed_out, ""}, attempt),
            "no answer from http://127.0.0.1:8420 within 10s: it may have happened, repeat it with the same "
            "id or --key\n");
  EXPECT_EQ(failure_text({Kind::timed_out, ""}, {"http://a", "1s", false}),
            "no answer from http://a within 1s\n");
  EXPECT_EQ(exit_code_of(Failure{Kind::refused, ""}), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of(Failure{Kind::cannot_resolve, ""}), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of(Failure{Kind::broken, ""}), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of(Failure{Kind::timed_out, ""}), ExitCode::timed_out);
  EXPECT_EQ(exit_code_of(Failure{Kind::bad_endpoint, ""}), ExitCode::usage);
}

}  // namespace
}  // namespace holdfast::cli
