#include "cli/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/canned.h"

namespace holdfast::cli {
namespace {

std::string shown(std::string (*render)(const json::value&, bool), const char* body, bool colour = false) {
  const auto value = parse_json(body);
  EXPECT_TRUE(value) << body;
  return value ? render(*value, colour) : "";
}

TEST(Render, StatusSaysThatItsRegionIsDrained) {
  EXPECT_THAT(
      shown(status_text, R"({"state":"well","draining":true,"regions":[]})"),
      HasSubstr("\nDRAINING  it asks for no rights, and is not ready; holdfast drain --stop ends it\n"));
}

TEST(Render, StatusSaysThatALedgerInMemoryHasNoDisk) {
  EXPECT_THAT(shown(status_text, R"({"state":"well","reasons":[],"disk_free_bytes":0,"regions":[]})"),
              HasSubstr("   in memory, without a disk\nversion "));
  EXPECT_THAT(shown(status_text, R"({"reasons":["disk_low"],"disk_free_bytes":0,"regions":[]})"),
              HasSubstr("   disk free 0 B\nversion "));
}

TEST(Render, StatusAnswersWhetherWeAreSafeFirst) {
  EXPECT_EQ(shown(status_text, canned::degraded),
            R"(holdfast  shop-prod  eu  up 6d 04h   OVERSELL CHECK  OK (0, 1.8 s ago)   18:00:04Z
DEGRADED  region_cut_off:ap
ALARM  region_cut_off  ap  since 2026-11-23 17:58:02Z  not heard
REGION  STATE         RTT   HEARD  RIGHTS  RESERVED  SOLD/s  REFUSED/s    p50/p99
eu *    up              -       -  48 210     1 204   312.4        0.8  0.1/0.4ms
us      up           82ms   0.4 s  51 977     1 530   401.0        1.1  0.1/0.4ms
ap      CUT OFF         -  2m 11s  ~9 800      ~410       ?          ?
sa      NEVER HEARD     -       -       ?         ?       ?          ?
eu refuses per second: 0.5 gone, 0.1 in baskets, 0.0 cut off, 0.2 not here
us refuses per second: 1.0 gone, 0.0 in baskets, 0.0 cut off, 0.1 not here
ap sells from its own rights
1 204 pending   journal 1.5 MiB   disk free 5.0 GiB
version 0.1.0   state hash 00112233aabbccdd
)");
}
TEST(Render, StatusSaysHowFarBehindFollowersAre) {
  EXPECT_THAT(shown(status_text, R"({"event_consumers":[
        {"name":"eu.db","connected":true,"behind_records":0,"behind_ms":0,"heard_ms_ago":20},
        {"name":"us.db","connected":false,"behind_records":1204,"behind_ms":3200,"heard_ms_ago":131000}]})"),
              testing::HasSubstr("follower eu.db   up to date\n"
                                 "follower us.db   1 204 records behind, 3.2 s   away for 2m 11s\n"));
}
TEST(Render, StatusSaysWhatLiesWithALostLedger) {
  EXPECT_THAT(shown(status_text, R"({"lost":[
        {"region":"us","made_at":"2026-11-23T18:00:04.000Z","rights":1,"skus":1}]})"),
              testing::HasSubstr("\nLOST  1 unit of 1 SKU lies with an older ledger of us, made "
                                 "2026-11-23 18:00:04Z: nobody can sell it\n"));
}
TEST(Render, RightsHaveAColumnOfWhatIsLostWhereAnyIs) {
  EXPECT_EQ(shown(rights_text, R"({"skus":[
{"sku":"a","rights":5,"reserved":0,"sold_per_1000_s":0,"runs_dry_in_ms":null,"regions":[],"lost":3},
{"sku":"b","rights":5,"reserved":0,"sold_per_1000_s":0,"runs_dry_in_ms":null,"regions":[]}]})"),
            R"(SKU  TOTAL  RESERVED  SOLD/min  RUNS DRY  LOST
a        5         0         0         -     3
b        5         0         0         -     0
)");
}
TEST(Render, RightsHaveAColumnForEachRegion) {
  EXPECT_EQ(shown(rights_text, canned::rights),
            R"(SKU        TOTAL     eu   us   ap  RESERVED  SOLD/min  RUNS DRY
CONSOLE-5    412    110  290  ~12        38        96    40 s !
85123A     9 020  9 020    -    -       210        44     > 1 h
)");
}
TEST(Render, WhatIsDryIsCalledDryWhateverTheForecast) {
  EXPECT_THAT(shown(rights_text, R"({"skus":[{"sku":"a","rights":0,"reserved":0,"runs_dry_in_ms":0}]})"),
              testing::EndsWith("dry\n"));
}
TEST(Render, AReservationIsFactsAndLines) {
  EXPECT_EQ(shown(reservation_text, canned::reservation), R"(reservation  cart-8812
state        pending
region       eu
customer     c_17
created      2026-11-23T18:00:00.000Z
expires      in 10m 00s, at 2026-11-23T18:10:00.000Z

SKU     QUANTITY
85123A     6 000
71053          1
)");
}
TEST(Render, ASkuIsFacts) {
  EXPECT_EQ(shown(sku_text, canned::sku), R"(sku             85123A
region          eu
available here  9 000
reserved here   210
purchased here  44
returned here   0
elsewhere       ~12 100, as of 2026-11-23T18:00:03.000Z
)");
}
TEST(Render, AnAdjustmentShowsItsSign) {
  EXPECT_EQ(shown(adjustment_text, canned::adjustment), R"(sku             85123A
region          eu
change          +500
available here  9 500
reason          delivery-77
at              2026-11-23T18:00:00.000Z
)");
}
TEST(Render, AnImportIsASummary) {
  EXPECT_EQ(shown(import_text, canned::import), R"(lines    3
applied  2
units    1 500
refused  1
)");
}
TEST(Render, RefusedLinesOfAnImportAreListed) {
  EXPECT_EQ(refused_lines(*parse_json(canned::import)), "  line 3 (b): validation_failed: quantity\n");
}
TEST(Render, AnAuditListsItsMismatches) {
  EXPECT_EQ(shown(audit_text, canned::unsound_audit), R"(audit           MISMATCH
oversold units  0
skus            2
records         12 000
mismatches      1
checked at      2026-11-23T18:00:04.000Z

sku     field      counted  stored
85123A  purchased       44      45
)");
}
TEST(Render, ASettingIsShownAsItIsWritten) {
  EXPECT_EQ(shown(config_text, canned::config), R"(cluster                  shop
gossip.cut_off_after_ms  1500
)");
}
TEST(Render, OriginsAreAColumn) {
  EXPECT_EQ(shown(config_origin_text, canned::config), R"(KEY                      VALUE  ORIGIN
cluster                  shop   eu.toml:1
gossip.cut_off_after_ms  1500   default
)");
}

TEST(Render, ListsAreTables) {
  const auto reservations = R"({"reservations":[)" + std::string(canned::reservation) + R"(],"next":null})";
  EXPECT_EQ(shown(reservations_text, reservations.c_str()),
            R"(ID         STATE    CUSTOMER  CREATED               EXPIRES     LINES
cart-8812  pending  c_17      2026-11-23 18:00:00Z  in 10m 00s  85123A=6000, 71053=1
)");
  const auto skus = R"({"skus":[)" + std::string(canned::sku) + R"(],"next":null})";
  EXPECT_EQ(shown(skus_text, skus.c_str()), R"(SKU     AVAILABLE  RESERVED  PURCHASED  RETURNED  ELSEWHERE
85123A      9 000       210         44         0    ~12 100
)");
}

TEST(Render, AnExplanationShowsWhatThereIs) {
  EXPECT_EQ(shown(explain_text,
                  R"({"ok":true,"sku":"a","records":[{"position":1,"kind":"receive","units":1000}]})"),
            R"(ok   true
sku  a

records
position  kind     units
       1  receive  1 000
)");
}

TEST(Render, AnExplanationOpensWhatIsInside) {
  EXPECT_EQ(shown(explain_text,
                  R"({"ok":true,"now":{"sku":"a","available_here":4},
                      "events":[{"at":"2026-11-23T18:00:04.123Z","what":"adjusted","rights":4}]})"),
            R"(ok  true

now
sku             a
available_here  4

events
at                    what      rights
2026-11-23 18:00:04Z  adjusted       4
)");
}

TEST(Render, ALongBasketIsCutShortInAList) {
  EXPECT_THAT(shown(reservations_text, R"({"reservations":[{"id":"a","lines":[{"sku":"p","quantity":1},
                {"sku":"q","quantity":2},{"sku":"r","quantity":3},{"sku":"s","quantity":4},{"sku":"t","quantity":5}]}]})"),
              testing::HasSubstr("p=1, q=2, r=3, +2\n"));
}

TEST(Render, ColourMarksGoodAndBad) {
  const auto text = shown(status_text, canned::degraded, true);
  EXPECT_THAT(text, testing::HasSubstr("\x1b[1;31mCUT OFF\x1b[0m"));
  EXPECT_THAT(text, testing::HasSubstr("\x1b[32mOK (0, 1.8 s ago)\x1b[0m"));
}

TEST(Render, AnAnswerOfAnotherShapeIsNoTrouble) {
  for (const auto* body : {"{}", "[]", "null", "7", R"({"regions":[7],"skus":{},"lines":[null],"audit":[]})"})
    for (auto* render : {status_text, rights_text, audit_text, explain_text, config_text, config_origin_text,
                         config_changes_text, reservation_text, reservations_text, sku_text, skus_text,
                         adjustment_text, import_text})
      (void)shown(render, body);
}

}  // namespace
}  // namespace holdfast::cli
