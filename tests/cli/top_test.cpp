// The dashboard's screen: what stands where, at every size.
#include <gtest/gtest.h>

#include "cli/canned.h"
#include "cli/format.h"
#include "cli/top/parts.h"

namespace holdfast::cli {
namespace {

std::string shown(const std::string& status, const std::string& rights, Size size = {120, 40}) {
  return "\n" + screen({*parse_json(status), *parse_json(rights)}, size);
}

const std::string no_rights = R"({"skus":[],"next":null})";

std::string status_of(const std::string& regions, const std::string& more = "") {
  return R"({"cluster":"shop","region":"eu","now":"2026-11-23T18:00:04.123Z","uptime_ms":4200,"state":"well",)" +
         more + R"("audit":{"oversold_units":0,"checked_ms_ago":900},"regions":[)" + regions + "]}";
}

std::string region(const std::string& name, const std::string& state = "up") {
  return R"({"region":")" + name + R"(","self":)" + (name == "eu" ? "true" : "false") + R"(,"state":")" +
         state +
         R"(","rtt_ms":4,"heard_ms_ago":200,"rights":100,"reserved":5,"sold_per_1000_s":1500,)"
         R"("refused_per_1000_s":{"sold_out":0},"reserve_us_p50":100,"reserve_us_p99":900})";
}

std::string sku(const std::string& name, std::int64_t rights) {
  return R"({"sku":")" + name + R"(","rights":)" + std::to_string(rights) +
         R"(,"reserved":0,"sold_per_1000_s":500,"regions":[{"region":"eu","rights":)" +
         std::to_string(rights) + R"(,"reserved":0,"sold_per_1000_s":500,"stale":false}]})";
}

TEST(Top, ShowsADaemonThatHasNothingYet) {
  EXPECT_EQ(shown(status_of(region("eu")), no_rights, {80, 24}), R"(
holdfast  shop  up 4.2 s       OVERSELL CHECK  OK (0, 0.9 s ago)       18:00:04Z
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up       -      -     100         5     1.5        0.0
no product has come in yet
)");
}

// A region that is fenced, or full, is up: it is heard.
TEST(Top, SaysWhatIsWrongWithTheDaemonItself) {
  const std::string reasons = R"("reasons":["region_cut_off:ap","alarm:fenced","disk_low","fenced"],)";
  EXPECT_EQ(shown(status_of(region("eu"), reasons), no_rights, {80, 24}), R"(
holdfast  shop  up 4.2 s       OVERSELL CHECK  OK (0, 0.9 s ago)       18:00:04Z
DEGRADED  disk_low  fenced
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up       -      -     100         5     1.5        0.0
no product has come in yet
)");
}

TEST(Top, SaysThatItsRegionIsDrained) {
  EXPECT_EQ(shown(status_of(region("eu"), R"("draining":true,)"), no_rights, {80, 24}), R"(
holdfast  shop  up 4.2 s       OVERSELL CHECK  OK (0, 0.9 s ago)       18:00:04Z
DRAINING  it asks for no rights, and is not ready; holdfast drain --stop ends it
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up       -      -     100         5     1.5        0.0
no product has come in yet
)");
}

TEST(Top, AnswersAreWeSafeThenWhichRegionIsInTroubleThenWhatRunsDry) {
  EXPECT_EQ(shown(canned::degraded, canned::rights), R"(
holdfast  shop-prod  up 6d 04h                        OVERSELL CHECK  OK (0, 1.8 s ago)                        18:00:04Z
REGION  STATE         RTT   HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s  gone/baskets/cut/here          p50    p99
eu *    up              -       -  48 210     1 204   312.4        0.8  0.5/0.1/0.0/0.2              0.1ms  0.4ms
ap      CUT OFF         -  2m 11s  ~9 800      ~410       ?          ?  selling from its own rights
sa      NEVER HEARD     -       -       ?         ?       ?          ?
us      up           82ms   0.4 s  51 977     1 530   401.0        1.1  1.0/0.0/0.0/0.1              0.1ms  0.4ms
SKU        TOTAL  eu / us / ap                                           RESERVED  SOLD/min  RUNS DRY
CONSOLE-5    412  ###           110 ##########    290 .             ~12        38        96  eu 1m 42s
85123A     9 020  ##########  9 020                 -                 -       210        44  > 1 h
17:58:02Z  region_cut_off  ap  not heard
)");
}

TEST(Top, FitsATerminalOf80Columns) {
  EXPECT_EQ(shown(canned::degraded, canned::rights, {80, 24}), R"(
holdfast  shop-prod  up 6d 04h    OVERSELL CHECK  OK (0, 1.8 s ago)    18:00:04Z
REGION  STATE         RTT   HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up              -       -  48 210     1 204   312.4        0.8
ap      CUT OFF         -  2m 11s  ~9 800      ~410       ?          ?
sa      NEVER HEARD     -       -       ?         ?       ?          ?
us      up           82ms   0.4 s  51 977     1 530   401.0        1.1
SKU        TOTAL  eu / us / ap             RESERVED  SOLD/min  RUNS DRY
CONSOLE-5    412      110     290     ~12        38        96  eu 1m 42s
85123A     9 020    9 020       -       -       210        44  > 1 h
17:58:02Z  region_cut_off  ap  not heard
)");
}

TEST(Top, SaysOversoldAndDryAsPlainlyAsItCan) {
  const std::string oversold =
      R"({"cluster":"shop","region":"eu","now":"2026-11-23T18:00:04Z","uptime_ms":1000,)"
      R"("audit":{"oversold_units":3},"regions":[)" +
      region("eu") + "]}";
  EXPECT_EQ(shown(oversold, R"({"skus":[)" + sku("a", 0) + "," + sku("b", 5) + "]}", {80, 24}), R"(
holdfast  shop  up 1.0 s         OVERSELL CHECK  OVERSOLD (3)         18:00:04Z
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up       -      -     100         5     1.5        0.0
SKU  TOTAL  eu                 RESERVED  SOLD/min  RUNS DRY
a        0                  0         0        30  dry
b        5  ##########      5         0        30  eu 10 s !
)");
}

TEST(Top, Of40RegionsShowsThoseInTroubleAndCountsTheRest) {
  std::string regions = region("eu");
  for (int i = 1; i < 40; ++i)
    regions += "," + region("r" + std::to_string(i), i == 33 ? "cut_off" : i == 38 ? "never_heard" : "up");
  EXPECT_EQ(shown(status_of(regions), R"({"skus":[)" + sku("a", 9) + "]}", {80, 24}), R"(
holdfast  shop  up 4.2 s       OVERSELL CHECK  OK (0, 0.9 s ago)       18:00:04Z
REGION  STATE        RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up             -      -     100         5     1.5        0.0
r33     CUT OFF        -  0.2 s    ~100        ~5       ?          ?
r38     NEVER HEARD    -  0.2 s    ~100        ~5       ?          ?
r1      up           4ms  0.2 s     100         5     1.5        0.0
r2      up           4ms  0.2 s     100         5     1.5        0.0
r3      up           4ms  0.2 s     100         5     1.5        0.0
r4      up           4ms  0.2 s     100         5     1.5        0.0
r5      up           4ms  0.2 s     100         5     1.5        0.0
r6      up           4ms  0.2 s     100         5     1.5        0.0
and 31 more, all up
SKU  TOTAL  eu                 RESERVED  SOLD/min  RUNS DRY
a        9  ##########      9         0        30  eu 18 s !
)");
}

TEST(Top, KeepsItsColumnsWhereNamesAreWide) {
  EXPECT_EQ(shown(status_of(region("eu")),
                  R"({"skus":[)" + sku("Tässchen", 9) + "," + sku("茶碗", 120) + "," +
                      sku("e\u0301clair", 7) + "]}",
                  {80, 24}),
            R"(
holdfast  shop  up 4.2 s       OVERSELL CHECK  OK (0, 0.9 s ago)       18:00:04Z
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up       -      -     100         5     1.5        0.0
SKU       TOTAL  eu                 RESERVED  SOLD/min  RUNS DRY
Tässchen      9  ##########      9         0        30  eu 18 s !
茶碗        120  ##########    120         0        30  eu 4m 00s
éclair        7  ##########      7         0        30  eu 14 s !
)");
}

// As many as a region may have of a product; and fewer than none, as no daemon says.
TEST(Top, ShowsTheMostAndTheLeastThatANumberCanBe) {
  EXPECT_EQ(shown(status_of(region("eu")), R"({"skus":[)" + sku("all", 70'000'000'000'000) + "]}", {90, 24}),
            R"(
holdfast  shop  up 4.2 s            OVERSELL CHECK  OK (0, 0.9 s ago)            18:00:04Z
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
eu *    up       -      -     100         5     1.5        0.0
SKU               TOTAL  eu                            RESERVED  SOLD/min  RUNS DRY
all  70 000 000 000 000  ##########70 000 000 000 000         0        30  > 1 h
)");
  const std::string odd =
      R"({"skus":[{"sku":"odd","rights":4,"regions":[{"region":"eu","rights":9},{"region":"us","rights":-5}]}]})";
  EXPECT_EQ(lines_of(shown(status_of(region("eu")), odd, {90, 24})).back().text,
            "odd      4  ##########      9                -5                   ?  -");
}

TEST(Top, IsNeverLargerThanItsSize) {
  std::string regions = region("eu");
  std::string skus = sku("茶碗茶碗茶碗茶碗茶碗茶碗", 100'000);
  for (int i = 1; i < 40; ++i) regions += "," + region("region-" + std::to_string(i));
  for (int i = 1; i < 100; ++i) skus += "," + sku("sku-" + std::to_string(i), i * 1000);
  const Snapshot snapshot{*parse_json(status_of(regions)), *parse_json("{\"skus\":[" + skus + "]}")};
  for (std::size_t columns = 1; columns <= 200; columns += 7)
    for (std::size_t rows = 1; rows <= 60; rows += 3) {
      const Lines lines = lines_of(screen(snapshot, {columns, rows}));
      ASSERT_LE(lines.size(), rows);
      for (const ShownLine& line : lines) ASSERT_LE(width(line.text), columns) << line.text;
    }
}

TEST(Top, ShowsAnAnswerOfAnotherVersionAsFarAsItCan) {
  EXPECT_EQ(shown("{}", "{}", {80, 24}), R"(
holdfast    up 0.0 s                OVERSELL CHECK  NOT YET DONE
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
no product has come in yet
)");
  EXPECT_EQ(shown(R"({"regions":[{}],"alarms":[{}]})", R"({"skus":[{}]})", {80, 24}), R"(
holdfast    up 0.0 s                OVERSELL CHECK  NOT YET DONE
REGION  STATE  RTT  HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s
                 -      -       ?         ?       ?          ?
no product has come in yet

)");
}

}  // namespace
}  // namespace holdfast::cli
