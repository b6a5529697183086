// Why a shopper gets nothing: the answers of one region that stands alone, and of one that never heard its
// peer.
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

class Shortages : public OneDaemon {};

TEST_F(Shortages, are_told_apart) {
  ASSERT_EQ(shop().adjust("cup", 5).status, 201);
  const Reply few = shop().reserve("a", "cup", 6);
  EXPECT_EQ(few.status, 409) << few.text;
  EXPECT_EQ(few.code(), "not_enough");
  EXPECT_EQ(few.header("Retry-After"), "");
  ASSERT_EQ(shop().reserve("b", "cup", 5).status, 201);
  const Reply held = shop().reserve("c", "cup", 5);
  EXPECT_EQ(held.code(), "all_reserved");
  EXPECT_NE(held.header("Retry-After"), "");
  ASSERT_EQ(shop().purchase("b").status, 200);
  const Reply gone = shop().reserve("c", "cup", 1);
  EXPECT_EQ(gone.code(), "sold_out");
  EXPECT_EQ(gone.at("shortage.0.sku"), "cup");
  EXPECT_EQ(shop().sku("cup").at("sold_out_everywhere"), "true");
  EXPECT_EQ(shop().reserve("d", "nothing", 1).code(), "sku_unknown");
}

TEST_F(Shortages, a_refused_id_succeeds_after_a_restock) {
  ASSERT_EQ(shop().adjust("cup", 1).status, 201);
  EXPECT_EQ(shop().reserve("a", "cup", 2).status, 409);
  EXPECT_EQ(shop().reservation("a").status, 404);
  ASSERT_EQ(shop().adjust("cup", 1).status, 201);
  EXPECT_EQ(shop().reserve("a", "cup", 2).status, 201);
}

TEST_F(Shortages, the_worst_of_several_lines_speaks) {
  ASSERT_EQ(shop().adjust("cup", 5).status, 201);
  ASSERT_EQ(shop().adjust("pot", 1).status, 201);
  ASSERT_EQ(shop().reserve("a", "pot", 1).status, 201);
  const Reply refused = shop().send("PUT", "/v1/reservations/b",
                                    R"({"lines":[{"sku":"pot","quantity":1},{"sku":"cup","quantity":9}]})");
  EXPECT_EQ(refused.code(), "not_enough") << refused.text;
  EXPECT_EQ(refused.at("shortage.1.sku"), "cup");
}

TEST(NeverHeard, a_region_that_was_never_heard_may_have_anything) {
  const TempDir dir;
  DaemonProcess daemon(dir / "eu", {.peers = {{"us", "127.0.0.1:1"}}});
  ASSERT_TRUE(daemon.start()) << daemon.log();
  Shop shop = daemon.shop();
  EXPECT_EQ(shop.reserve("a", "cup", 1).code(), "rights_unreachable");
  ASSERT_EQ(shop.adjust("cup", 2).status, 201);
  const Reply refused = shop.reserve("a", "cup", 3);
  EXPECT_EQ(refused.status, 503) << refused.text;
  EXPECT_EQ(refused.code(), "rights_unreachable");
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(shop.reserve("a", "cup", 2).status, 201);
  const Reply status = shop.get("/v1/status");
  EXPECT_EQ(status.at("reasons.0"), "region_never_heard:us");
  EXPECT_EQ(shop.get("/readyz").status, 200);
  EXPECT_EQ(shop.post("/v1/rights/moves", R"({"sku":"cup","to":"us","quantity":1})", "m").code(),
            "rights_unreachable");
}

}  // namespace
}  // namespace holdfast::e2e
