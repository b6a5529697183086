// "Events": the change feed, as api.md's sentences have it.
#include <algorithm>
#include <set>

#include "e2e/contract/calls.h"
#include "support/cluster.h"
#include "support/follower.h"
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

class Events : public Calls {};
using Lines = std::vector<std::string>;

TEST_F(Events, tell_a_reservation_s_life_in_order) {
  const std::string sku = stocked(20);
  const std::string id = fresh("r");
  Follower follower(http());
  ASSERT_TRUE(follower.begun());
  ASSERT_EQ(shop().reserve(id, sku, 5, R"("customer":"c_17")").status, 201);
  ASSERT_EQ(
      shop()
          .send("PATCH", "/v1/reservations/" + id, R"({"lines":[{"sku":")" + sku + R"(","quantity":4}]})")
          .status,
      200);
  ASSERT_EQ(shop().post("/v1/reservations/" + id + "/extend", R"({"ttl_seconds":900})").status, 200);
  ASSERT_EQ(shop().purchase(id, R"({"order":"o-1"})").status, 200);
  ASSERT_EQ(shop().post("/v1/reservations/" + id + "/return", "", "back-" + id).status, 200);
  ASSERT_TRUE(follower.has(5));
  EXPECT_EQ(follower.in_short(),
            (Lines{"reservation.pending " + id, "reservation.changed " + id, "reservation.changed " + id,
                   "reservation.purchased " + id, "reservation.returned " + id}));
  const auto told = follower.told();
  EXPECT_EQ(told[0].data.names(),
            "cursor region at id state customer order created_at expires_at expires_in_ms lines");
  EXPECT_EQ(told[0].at("customer"), "c_17");
  EXPECT_EQ(told[0].at("expires_in_ms"), "600000");
  EXPECT_EQ(told[1].at("lines.0.quantity"), "4");
  EXPECT_EQ(told[2].at("expires_in_ms"), "900000");
  EXPECT_EQ(told[3].at("state"), "purchased");
  EXPECT_EQ(told[3].at("order"), "o-1");
  EXPECT_EQ(told[3].at("lines.0.sku"), sku) << "the whole reservation after it";
  EXPECT_EQ(told[4].at("lines.0.returned"), "4");
}

TEST_F(Events, tell_release_expiry_and_the_purchase_of_an_expired_one) {
  const std::string sku = stocked(20);
  const std::string a = fresh("r"), b = fresh("r");
  Follower follower(http());
  ASSERT_TRUE(follower.begun());
  ASSERT_EQ(shop().reserve(a, sku, 1).status, 201);
  ASSERT_EQ(shop().release(a).status, 200);
  ASSERT_EQ(shop().reserve(b, sku, 2, R"("ttl_seconds":1)").status, 201);
  ASSERT_TRUE(follower.has(4));
  ASSERT_EQ(shop().purchase(b).status, 200);
  ASSERT_TRUE(follower.has(5));
  EXPECT_EQ(follower.in_short(),
            (Lines{"reservation.pending " + a, "reservation.released " + a, "reservation.pending " + b,
                   "reservation.expired " + b, "reservation.purchased " + b}));
}

TEST_F(Events, tell_that_one_took_another_s_place) {
  const std::string sku = stocked(20);
  const std::string a = fresh("r"), b = fresh("r");
  ASSERT_EQ(shop().reserve(a, sku, 1).status, 201);
  Follower follower(http());
  ASSERT_TRUE(follower.begun());
  ASSERT_EQ(shop().reserve(b, sku, 2, R"("replaces":")" + a + "\"").status, 201);
  ASSERT_TRUE(follower.has(2));
  EXPECT_EQ(follower.in_short(), (Lines{"reservation.released " + a, "reservation.pending " + b}));
}

TEST_F(Events, tell_of_adjustments_counts_and_each_sku_of_an_import) {
  const std::string sku = fresh("sku"), other = fresh("sku");
  Follower follower(http());
  ASSERT_TRUE(follower.begun());
  ASSERT_EQ(shop().adjust(sku, 10, fresh("k")).status, 201);
  ASSERT_EQ(
      shop()
          .send("PUT", "/v1/skus/" + sku + "/count", R"({"counted":7,"reason":"stocktaking"})", fresh("k"))
          .status,
      200);
  ASSERT_EQ(shop()
                .call({.method = "POST",
                       .target = "/v1/stock-imports",
                       .body = "sku,quantity\n" + sku + ",1\n" + other + ",5\n" + sku + ",2\n",
                       .content_type = "text/csv",
                       .headers = {{"Idempotency-Key", fresh("k")}}})
                .status,
            200);
  ASSERT_TRUE(follower.has(4));
  const auto told = follower.told();
  EXPECT_EQ(told[0].data.names(), "cursor region at sku delta reason available_here");
  EXPECT_EQ(told[1].at("delta") + told[1].at("reason") + told[1].at("available_here"), "-3stocktaking7");
  Lines imported{told[2].at("sku") + told[2].at("delta"), told[3].at("sku") + told[3].at("delta")};
  Lines expected{sku + "3", other + "5"};
  std::ranges::sort(imported);
  std::ranges::sort(expected);
  EXPECT_EQ(imported, expected);
  EXPECT_EQ(follower.count(), 4u);
}

TEST_F(Events, have_the_cursor_as_their_id_and_each_its_own) {
  const std::string sku = stocked(20);
  Follower follower(http());
  ASSERT_TRUE(follower.begun());
  for (int i = 0; i < 10; ++i) ASSERT_EQ(shop().reserve(fresh("r"), sku, 1).status, 201);
  ASSERT_TRUE(follower.has(10));
  std::set<std::string> ids;
  for (const ToldEvent& one : follower.told()) {
    EXPECT_EQ(one.id, one.at("cursor"));
    EXPECT_EQ(one.at("region"), "eu");
    EXPECT_EQ(one.at("at").size(), std::string("2026-11-23T18:10:00.000Z").size());
    EXPECT_TRUE(ids.insert(one.id).second);
  }
}

TEST_F(Events, go_on_after_any_cursor_by_header_or_parameter) {
  const std::string sku = stocked(20);
  Follower first(http());
  ASSERT_TRUE(first.begun());
  for (int i = 0; i < 6; ++i) ASSERT_EQ(shop().reserve(fresh("r"), sku, 1).status, 201);
  ASSERT_TRUE(first.has(6));
  const auto all = first.in_short();
  const auto told = first.told();
  for (std::size_t i = 0; i < told.size(); ++i) {
    Follower later(http(), told[i].id);
    const Lines rest(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end());
    EXPECT_TRUE(later.has(rest.size()));
    EXPECT_EQ(later.in_short(), rest);
  }
  RawConnection raw(http());
  raw.send(get("/v1/events?after=" + told[4].id));
  EXPECT_TRUE(raw.head().contains("text/event-stream"));
  EXPECT_TRUE(raw.until(told[5].id).contains("id: " + told[5].id + "\nevent: reservation.pending\ndata: {"));
}

TEST_F(Events, without_a_cursor_are_told_from_now) {
  const std::string sku = stocked(20);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 1).status, 201);
  Follower follower(http());
  ASSERT_TRUE(follower.begun());
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1).status, 201);
  ASSERT_TRUE(follower.has(1));
  EXPECT_EQ(follower.in_short(), Lines{"reservation.pending " + id});
}

TEST_F(Events, of_a_cursor_that_is_none_are_422_and_of_another_journal_410) {
  const Reply bad = shop().get("/v1/events?after=nonsense");
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(bad.code(), "validation_failed");
  EXPECT_EQ(bad.at("errors.0.pointer"), "/after");
  EXPECT_EQ(shop().get("/v1/events?limit=3").status, 422);
  EphemeralDaemon other;
  Follower elsewhere(other.http());
  ASSERT_TRUE(elsewhere.begun());
  ASSERT_EQ(other.shop().adjust("cup", 1, "k").status, 201);
  ASSERT_TRUE(elsewhere.has(1));
  const Reply gone = shop().get("/v1/events?after=" + elsewhere.last_id());
  EXPECT_EQ(gone.status, 410);
  EXPECT_EQ(gone.code(), "events_expired");
  EXPECT_EQ(gone.at("type"), "urn:holdfast:events_expired");
}

TEST_F(Events, head_is_as_get_and_other_methods_are_405) {
  RawConnection connection(http());
  connection.send("HEAD /v1/events HTTP/1.1\r\nHost: s\r\n\r\n");
  const Reply head = connection.next_head();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
  const Reply posted = shop().post("/v1/events");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.header("Allow"), "GET, HEAD");
}

TEST_F(Events, echo_the_request_id) {
  RawConnection connection(http());
  connection.send(get("/v1/events", "X-Request-Id: q-1\r\n"));
  EXPECT_TRUE(connection.head().contains("X-Request-Id: q-1\r\n"));
}

class EventsOfOne : public OneDaemon {};

TEST_F(EventsOfOne, end_cleanly_when_the_daemon_stops_and_go_on_when_it_is_back) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  Follower before(daemon().http());
  ASSERT_TRUE(before.begun());
  ASSERT_EQ(shop().reserve("a", "cup", 1).status, 201);
  ASSERT_TRUE(before.has(1));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(daemon().stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_TRUE(before.ended(1s));
  restart();
  ASSERT_EQ(shop().reserve("b", "cup", 1).status, 201);
  Follower after(daemon().http(), before.last_id());
  ASSERT_TRUE(after.has(1));
  EXPECT_EQ(after.in_short(), Lines{"reservation.pending b"});
}

// On a busy machine regions are cut off and up again in between.
ToldEvent first(const Follower& follower, const std::string& type) {
  ToldEvent found;
  const auto is_told = [&] {
    for (const ToldEvent& event : follower.told())
      if (event.type == type) return found = event, true;
    return false;
  };
  EXPECT_TRUE(eventually(is_told)) << type;
  return found;
}

TEST(EventsOfRegions, tell_of_rights_sent_and_received_and_of_regions_cut_off_and_up) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  Follower eu(cluster["eu"].http()), us(cluster["us"].http());
  ASSERT_TRUE(eu.begun() && us.begun());
  ASSERT_EQ(cluster.shop("eu").adjust("cup", 10, "k").status, 201);
  ASSERT_TRUE(eventually([&] { return cluster.shop("us").sku("cup").status == 200; }));
  ASSERT_EQ(
      cluster.shop("eu").post("/v1/rights/moves", R"({"sku":"cup","to":"us","quantity":4})", "m").status,
      200);
  const ToldEvent sent = first(eu, "rights.sent"), received = first(us, "rights.received");
  EXPECT_EQ(sent.data.names(), "cursor region at sku to quantity rights_here");
  EXPECT_EQ(sent.at("to") + sent.at("quantity") + sent.at("rights_here"), "us46");
  EXPECT_EQ(received.data.names(), "cursor region at sku from quantity");
  EXPECT_EQ(received.at("from") + received.at("quantity") + received.at("sku"), "eu4cup");

  cluster["ap"].freeze();
  ASSERT_TRUE(eventually([&] { return eu.in_short().back() == "region.cut_off ap"; }));
  const ToldEvent cut = eu.told().back();
  EXPECT_EQ(cut.data.names(), "cursor region at journal peer state");
  EXPECT_EQ(cut.data.kind("journal") + cut.at("journal"), "booleanfalse");
  cluster["ap"].thaw();
  EXPECT_TRUE(eventually([&] { return eu.in_short().back() == "region.up ap"; }));
}

}  // namespace
}  // namespace holdfast::e2e
