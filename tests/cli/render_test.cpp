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

TEST(Render, StatusAnswersWhetherWeAreSafeFirst) { EXPECT_EQ(shown(status_text, canned::degraded), ""); }
TEST(Render, RightsHaveAColumnForEachRegion) { EXPECT_EQ(shown(rights_text, canned::rights), ""); }
TEST(Render, AReservationIsFactsAndLines) { EXPECT_EQ(shown(reservation_text, canned::reservation), ""); }
TEST(Render, ASkuIsFacts) { EXPECT_EQ(shown(sku_text, canned::sku), ""); }
TEST(Render, AnAdjustmentShowsItsSign) { EXPECT_EQ(shown(adjustment_text, canned::adjustment), ""); }
TEST(Render, AnImportIsASummary) { EXPECT_EQ(shown(import_text, canned::import), ""); }
TEST(Render, RefusedLinesOfAnImportAreListed) { EXPECT_EQ(refused_lines(*parse_json(canned::import)), ""); }
TEST(Render, AnAuditListsItsMismatches) { EXPECT_EQ(shown(audit_text, canned::unsound_audit), ""); }
TEST(Render, ASettingIsShownAsItIsWritten) { EXPECT_EQ(shown(config_text, canned::config), ""); }
TEST(Render, OriginsAreAColumn) { EXPECT_EQ(shown(config_origin_text, canned::config), ""); }

TEST(Render, ListsAreTables) {
  const auto reservations = R"({"reservations":[)" + std::string(canned::reservation) + R"(],"next":null})";
  EXPECT_EQ(shown(reservations_text, reservations.c_str()), "");
  const auto skus = R"({"skus":[)" + std::string(canned::sku) + R"(],"next":null})";
  EXPECT_EQ(shown(skus_text, skus.c_str()), "");
}

TEST(Render, AnExplanationShowsWhatThereIs) {
  EXPECT_EQ(shown(explain_text,
                  R"({"ok":true,"sku":"a","records":[{"position":1,"kind":"receive","units":1000}]})"),
            "");
}

TEST(Render, ColourMarksGoodAndBad) {
  const auto text = shown(status_text, canned::degraded, true);
  EXPECT_THAT(text, testing::HasSubstr("\x1b[1;31mCUT OFF\x1b[0m"));
  EXPECT_THAT(text, testing::HasSubstr("\x1b[32mOK (0, 1.8 s ago)\x1b[0m"));
}

TEST(Render, AnAnswerOfAnotherShapeIsNoTrouble) {
  for (const auto* body : {"{}", "[]", "null", "7", R"({"regions":[7],"skus":{},"lines":[null],"audit":[]})"})
    for (auto* render :
         {status_text, rights_text, audit_text, explain_text, config_text, config_origin_text,
          reservation_text, reservations_text, sku_text, skus_text, adjustment_text, import_text})
      (void)shown(render, body);
}

}  // namespace
}  // namespace holdfast::cli
