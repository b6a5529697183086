#include <gtest/gtest.h>

#include "core/recount.h"
#include "support/region.h"

namespace holdfast::test {
namespace {

answer::AuditReport audit(TestRegion& shop, const std::string& sku = "") {
  return std::get<answer::AuditReport>(*shop.ask(request::Audit{sku}));
}

TEST(Audit, RecountsEverythingFromTheRecordsAndFindsItRight) {
  TestRegion shop;
  shop.stock("A", 10);
  shop.stock("A", -2);
  shop.ask(request::Import{"i", "", {{2, "B", Units(5), ""}}});
  shop.reserve("held", "A", 1);
  shop.reserve("sold", "A", 2);
  shop.purchase("sold");
  shop.ask(request::Return{"sold", "back", {{"A", Units(1)}}});
  shop.reserve("gone", "B", 2);
  shop.ask(request::Change{"gone", {{"B", Units(4)}}});
  shop.release("gone");
  shop.crash();
  const answer::AuditReport report = audit(shop);
  EXPECT_TRUE(report.mismatches.empty());
  EXPECT_EQ(report.skus, 2u);
  EXPECT_EQ(report.records, shop.state().position().value());
}

TEST(Audit, ExplainsWhyTheNumberOfASkuIsWhatItIs) {
  TestRegion shop;
  shop.stock("A", 10);
  shop.reserve("sold", "A", 2);
  shop.purchase("sold");
  const answer::AuditReport report = audit(shop, "A");
  ASSERT_EQ(report.events.size(), 3u);
  EXPECT_EQ(report.events[0].rights, Units(10));
  EXPECT_EQ(report.events[1].reserved, Units(2));
  EXPECT_EQ(report.events[2].rights, Units(-2));
  EXPECT_EQ(report.now->available_here, Units(8));
  EXPECT_EQ(in_short(shop.ask(request::Audit{"unknown"})), "sku_unknown");
}

TEST(Audit, CountsWhatIsNotOnDiskYet) {
  TestRegion shop;
  shop.stock("A", 10);
  shop.hold_ledger();
  shop.submit(TestRegion::basket("a", "A", 1));
  const auto audit = shop.submit(request::Audit{});
  shop.release_ledger();
  EXPECT_TRUE(std::get<answer::AuditReport>(*shop.answer_to(audit)).mismatches.empty());
}

// What is sold meanwhile, of a product that was compared and of one that was not yet, is counted as well, and
// is not read again.
TEST(Audit, ComparesALargeCatalogueAPieceAtATimeWhileSalesGoOn) {
  constexpr std::uint64_t skus = 40'000;
  TestRegion shop;
  request::Import all{"all", "", {}};
  for (std::uint64_t i = 0; i < skus; ++i) all.lines.push_back({i + 1, std::to_string(i), Units(9), ""});
  shop.ask(all);
  const auto audit = shop.submit(request::Audit{});
  const std::size_t reads = shop.reads_done();
  std::size_t pieces = 1;
  for (; !shop.answered(audit) && pieces < skus; ++pieces) {
    const std::string id = "r" + std::to_string(pieces);
    shop.reserve(id, "0", 1);
    shop.reserve(id + "-last", std::to_string(skus - 1), 1);
    shop.purchase(id);
    EXPECT_EQ(shop.node().next_deadline(), NodeTime{}) << "it goes on by itself";
    shop.wait(Millis(1));
  }
  EXPECT_GT(pieces, 1u);
  EXPECT_EQ(shop.reads_done(), reads);
  const auto report = std::get<answer::AuditReport>(*shop.answer_to(audit));
  EXPECT_TRUE(report.mismatches.empty());
  EXPECT_EQ(report.skus, skus);
  EXPECT_EQ(report.records, shop.state().position().value());
}

// The rows of this record sell one unit, its lines two: the books do not add up, and the recount must say so.
TEST(Audit, SeesRowsThatDoNotFollowFromTheLines) {
  State state({"eu", {1, 1}}, 7);
  Recount recount(state, "");
  Record in;
  in.new_skus = {{SkuId(0), "A"}};
  in.rows.push_back({.sku = SkuId(0), .received = Units(10), .version = Version(1)});
  in.body = record::StockAdjusted{SkuId(0), Units(10), "in", Units(10), false, {}};
  Record sale;
  sale.rows.push_back({.sku = SkuId(0), .purchased = Units(1), .version = Version(2)});
  record::ReservationChanged sold;
  sold.step = record::ReservationStep::reacquired;
  sold.after.id = "r";
  sold.after.state = ReservationState::purchased;
  sold.after.lines = {{SkuId(0), Units(2), {}}};
  sale.body = sold;
  for (const Record& record : {in, sale}) {
    state.apply(record);
    recount.feed(state, record);
  }
  ASSERT_TRUE(recount.compare(state, state.stock().size()));
  const answer::AuditReport report = recount.report(state);
  ASSERT_EQ(report.mismatches.size(), 1u);
  EXPECT_EQ(report.mismatches[0].field, "purchased");
  EXPECT_EQ(report.mismatches[0].counted, Units(2));
  EXPECT_EQ(report.mismatches[0].stored, Units(1));
}

}  // namespace
}  // namespace holdfast::test
