// webhooks, as it begins: what can never work, and what the daemon calls the receiver.
#include "cli/program.h"
#include "support/temp_dir.h"

namespace holdfast {
namespace {

using testing::HasSubstr;
using testing::Not;

// The daemon does not know it, so that it ends at once.
RanAndAsked send_to(const std::string& url, const std::string& more = {}) {
  FakeDaemon daemon(
      [](const FakeRequest&) { return FakeAnswer{.status = 404, .body = R"({"detail":"no such thing"})"}; });
  const test::TempDir folder;
  auto ran =
      run_shell(daemon.endpoint(),
                "HOLDFAST_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw exec \"$HOLDFAST\" webhooks "
                "--state " +
                    (folder / "state").string() + " --url '" + url + "' " + more);
  return {std::move(ran), daemon.requests()};
}

TEST(Webhooks, AReceiverIsCalledByItsHostAndNothingThatItsUrlKeepsSecret) {
  const auto ran = send_to("https://hooks.example:8443/services/T0001/tokS3cret?key=queryS3cret");
  EXPECT_EQ(ran.code, 1);
  ASSERT_EQ(ran.requests.size(), 1u);
  EXPECT_THAT(ran.requests[0].target,
              testing::MatchesRegex("/v1/events[?]consumer=hooks.example-8443-[0-9a-f]+"));
  const auto other = send_to("https://hooks.example:8443/services/T0002");
  ASSERT_EQ(other.requests.size(), 1u);
  EXPECT_NE(other.requests[0].target, ran.requests[0].target);
  EXPECT_EQ(send_to("https://hooks.example/s", "--name billing").requests.at(0).target,
            "/v1/events?consumer=billing");
}

TEST(Webhooks, WhatCanNeverWorkIsSaidAtOnce) {
  for (const std::string url : {"ftp://host/", "http://", "http://127.0.0.1:99999/", "http://user:pw@host/",
                                "holdfast://host/", "http://host/a b"}) {
    const auto ran = send_to(url);
    EXPECT_EQ(ran.code, 2) << url;
    EXPECT_THAT(ran.err, HasSubstr("--url: it must be http://HOST[:PORT]/PATH or https://"));
    EXPECT_TRUE(ran.requests.empty());
  }
  const auto ran = send_to("https://host/", "--ca /none");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--ca: no certificates can be read there: /none"));
}

TEST(Webhooks, WhatTheDaemonSaysIsSaidInItsWordsAlone) {
  EXPECT_THAT(send_to("http://host/").err,
              testing::AllOf(HasSubstr(": HTTP 404, no such thing\n"), Not(HasSubstr("{"))));
}

}  // namespace
}  // namespace holdfast
