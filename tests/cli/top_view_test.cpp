// What the keys do: from a view and a key to the next view.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/canned.h"
#include "cli/top/feeder.h"
#include "cli/top/parts.h"
#include "cli/top/screen.h"

namespace holdfast::cli {
namespace {

const Snapshot& canned_snapshot() {
  static const Snapshot snapshot{
      .status = *parse_json(canned::degraded),
      .rights = *parse_json(canned::rights),
      .events = {"18:00:01Z  rights.sent  CONSOLE-5", "18:00:02Z  stock.adjusted  85123A"}};
  return snapshot;
}

View after(const std::string& letters, View view = {}) {
  for (const char letter : letters)
    view = pressed(view, {Key::Kind::text, std::string(1, letter)}, canned_snapshot());
  return view;
}

View then(View view, Key::Kind kind) { return pressed(std::move(view), {kind}, canned_snapshot()); }

std::string all_of(const View& view, Size size = {120, 40}) {
  std::string text;
  for (const ShownLine& line : draw(canned_snapshot(), view, size)) text += line.text + "\n";
  return text;
}

TEST(TopKeys, QuitAndHelpAndPauseAndOrderAreOneLetterEach) {
  EXPECT_TRUE(after("q").quit);
  EXPECT_TRUE(after("?").help);
  EXPECT_FALSE(after("?x").help) << "any key goes back";
  EXPECT_TRUE(after("p").paused);
  EXPECT_FALSE(after("pp").paused);
  EXPECT_EQ(after("o").order, Order::name);
  EXPECT_EQ(after("oo").order, Order::runs_dry);
}

TEST(TopKeys, ArrowsStayWithinTheRowsThatThereAre) {
  EXPECT_EQ(then({}, Key::Kind::up).chosen, 0u);
  EXPECT_EQ(then({}, Key::Kind::down).chosen, 1u);
  EXPECT_EQ(then(then({}, Key::Kind::page_down), Key::Kind::down).chosen, 1u);
  EXPECT_EQ(then(after("r"), Key::Kind::end).chosen, 3u);
  EXPECT_EQ(then(then(after("r"), Key::Kind::end), Key::Kind::home).chosen, 0u);
  EXPECT_EQ(after("jjjk").chosen, 0u);
}

TEST(TopKeys, EndAsksForTheProductsThatAreNotThereYetAndGoesToTheLastOfThem) {
  Snapshot more = canned_snapshot();
  more.rights.as_object()["next"] = "cursor";
  const View end = pressed({}, {Key::Kind::end}, more);
  EXPECT_EQ(wish_of(end, {80, 24}).skus, 1'000u + 23);
  EXPECT_THAT(draw(more, end, {80, 24}), testing::Contains(testing::Field(&ShownLine::look, Look::chosen)));
  EXPECT_EQ(pressed(end, {Key::Kind::up}, more).chosen, 0u) << "the last but one of those that are there";
  EXPECT_EQ(pressed(end, {Key::Kind::enter}, more).detail, "85123A");
}

TEST(TopKeys, EnterOpensTheRowThatIsChosenAndEscapeGoesBack) {
  const View sku = then(then({}, Key::Kind::down), Key::Kind::enter);
  EXPECT_EQ(sku.page, Page::sku);
  EXPECT_EQ(sku.detail, "85123A");
  const View region = then(then(after("r"), Key::Kind::down), Key::Kind::enter);
  EXPECT_EQ(region.page, Page::region);
  EXPECT_EQ(region.detail, "ap") << "those in trouble come first";
  EXPECT_EQ(then(region, Key::Kind::escape).page, Page::overview);
  EXPECT_EQ(then(then(region, Key::Kind::escape), Key::Kind::escape).part, Part::skus);
  EXPECT_EQ(then(after("e"), Key::Kind::enter).page, Page::overview);
}

TEST(TopKeys, AFilterIsTypedAndLeavesWhatHasItInItsName) {
  const View typed = after("/85q");
  EXPECT_TRUE(typed.typing);
  EXPECT_EQ(typed.filter, "85q") << "letters are letters while it is typed";
  const View kept = then(then(typed, Key::Kind::backspace), Key::Kind::enter);
  EXPECT_EQ(kept.filter, "85");
  EXPECT_FALSE(kept.typing);
  EXPECT_EQ(shown_skus(canned_snapshot(), kept).size(), 1u);
  EXPECT_EQ(shown_events(canned_snapshot(), kept).size(), 1u);
  EXPECT_EQ(then(kept, Key::Kind::escape).filter, "");
  EXPECT_EQ(then(typed, Key::Kind::escape).filter, "");
}

TEST(TopKeys, AFilterKnowsNoCaseAndErasesWholeCharacters) {
  EXPECT_TRUE(passes("CONSOLE-5", "sole"));
  EXPECT_FALSE(passes("CONSOLE-5", "x"));
  View view = after("/");
  view = pressed(view, {Key::Kind::text, "茶"}, canned_snapshot());
  EXPECT_EQ(then(view, Key::Kind::backspace).filter, "");
}

TEST(TopKeys, ThePartThatHasTheKeysHasTheRoom) {
  EXPECT_THAT(all_of(after("e"), {80, 16}), testing::HasSubstr("stock.adjusted"));
  EXPECT_THAT(all_of(after("r"), {80, 10}), testing::HasSubstr("NEVER HEARD"));
  EXPECT_THAT(all_of({}), testing::HasSubstr("q quit"));
  EXPECT_THAT(all_of({.paused = true}),
              testing::AllOf(testing::HasSubstr("PAUSED"), testing::HasSubstr("18:00:04Z")));
}

TEST(TopKeys, ARowThatIsChosenIsSeenHoweverLittleRoomThereIs) {
  static_assert(window(40, 5, 0).first == 0 && window(40, 5, 4).first == 0 && window(40, 5, 5).first == 1);
  static_assert(window(40, 5, 99).first == 35 && window(3, 5, 2).count == 3 && window(0, 5, 0).count == 0);
}

TEST(TopKeys, WhatIsAskedForIsWhatIsLookedAt) {
  const Size size{80, 24};
  EXPECT_EQ(wish_of({}, size).skus, 24u);
  EXPECT_EQ(wish_of({.chosen = 100}, size).skus, 124u);
  EXPECT_EQ(wish_of({.page = Page::sku, .detail = "a"}, size).sku, "a");
  EXPECT_EQ(wish_of({.page = Page::region, .detail = "eu"}, size).sku, "");
  EXPECT_TRUE(wish_of({.paused = true}, size).paused);
  EXPECT_EQ(wish_of({.typing = true, .filter = "a"}, size).filter, "") << "not at each letter";
}

TEST(TopKeys, NothingIsDrawnBeyondTheScreenWhateverThePage) {
  for (const View& view :
       {View{}, after("r"), after("e"), after("?"), View{.page = Page::sku, .detail = "CONSOLE-5"},
        View{.page = Page::region, .detail = "ap"}, View{.page = Page::sku, .detail = "gone"}})
    for (std::size_t rows = 0; rows < 30; ++rows)
      for (const std::size_t columns : {1u, 20u, 80u, 200u})
        ASSERT_LE(draw(canned_snapshot(), view, {columns, rows}).size(), rows);
}

}  // namespace
}  // namespace holdfast::cli
