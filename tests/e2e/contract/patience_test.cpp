// "Every call": 30 s to send a request, 75 s idle; "Events": a ping each 15 s. In their full length.
#include "support/ephemeral_daemon.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {
namespace {

TEST(Patience, there_are_30_s_to_send_a_request_and_75_s_idle) {
  const EphemeralDaemon daemon;
  ASSERT_FALSE(daemon.http().empty());
  const auto began = std::chrono::steady_clock::now();
  const auto passed = [&] { return std::chrono::steady_clock::now() - began; };
  RawConnection head(daemon.http());
  head.send("GET /livez HTTP/1.1\r\n");
  RawConnection body(daemon.http());
  body.send("PUT /v1/reservations/r HTTP/1.1\r\nHost: s\r\nContent-Length: 9\r\n\r\n{");
  RawConnection idle(daemon.http());
  RawConnection events(daemon.http());
  events.send("GET /v1/events HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_TRUE(events.head().contains("200 OK"));
  RawConnection kept(daemon.http());
  kept.send("GET /livez HTTP/1.1\r\nHost: s\r\n\r\n");
  EXPECT_EQ(kept.next().status, 200);
  for (RawConnection* slow : {&head, &body}) {
    const Reply late = slow->next(40s);
    EXPECT_EQ(late.status, 408);
    EXPECT_EQ(late.code(), "request_timeout");
    EXPECT_GE(passed(), 29s);
    EXPECT_LE(passed(), 35s);
    EXPECT_TRUE(slow->closes());
  }
  for (RawConnection* silent : {&idle, &kept}) {
    EXPECT_TRUE(silent->closes(60s)) << "without a word";
    EXPECT_GE(passed(), 74s);
    EXPECT_LE(passed(), 80s);
  }
  EXPECT_FALSE(events.closes(0ms)) << "a stream is never idle";
  for (int ping = 1; ping <= 5; ++ping)
    EXPECT_TRUE(events.until(": ping", 2s).ends_with("8\r\n: ping\n\n")) << ping;
}

}  // namespace
}  // namespace holdfast::e2e
