// "Status", the configuration and the probes.
#include "support/ephemeral_daemon.h"
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

class Status : public OnEphemeral<Status> {};

TEST_F(Status, has_these_members_and_no_others) {
  const std::string sku = stocked(10);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 3).status, 201);
  const Reply status = shop().get("/v1/status");
  ASSERT_EQ(status.status, 200);
  EXPECT_EQ(
      status.names(),
      "cluster region incarnation version now uptime_ms state reasons state_hash journal disk_free_bytes "
      "pending_reservations audit alarms regions");
  EXPECT_EQ(status.names("journal"), "position bytes ids_kept_ms");
  EXPECT_EQ(status.names("audit"), "oversold_units checked_ms_ago");
  EXPECT_EQ(
      status.names("regions.0"),
      "region self state direct rtt_ms heard_ms_ago skus rights reserved sold_per_1000_s refused_per_1000_s "
      "reserve_us_p50 reserve_us_p99");
  EXPECT_EQ(status.names("regions.0.refused_per_1000_s"),
            "sold_out not_enough all_reserved rights_unreachable insufficient_here");
  EXPECT_EQ(status.at("regions.1"), "(none)");
}

TEST_F(Status, has_members_of_these_types) {
  const Reply status = shop().get("/v1/status");
  for (const char* path : {"cluster", "region", "incarnation", "version", "now", "state", "state_hash",
                           "regions.0.region", "regions.0.state"})
    EXPECT_EQ(status.kind(path), "string") << path;
  for (const char* path :
       {"uptime_ms", "journal.position", "journal.bytes", "journal.ids_kept_ms", "disk_free_bytes",
        "pending_reservations", "audit.oversold_units", "audit.checked_ms_ago", "regions.0.skus",
        "regions.0.rights", "regions.0.reserved", "regions.0.sold_per_1000_s",
        "regions.0.refused_per_1000_s.sold_out", "regions.0.reserve_us_p50", "regions.0.reserve_us_p99"})
    EXPECT_EQ(status.kind(path), "integer") << path;
  for (const char* path : {"reasons", "alarms", "regions"}) EXPECT_EQ(status.kind(path), "array") << path;
  for (const char* path : {"regions.0.self", "regions.0.direct"})
    EXPECT_EQ(status.kind(path), "boolean") << path;
  for (const char* path : {"regions.0.rtt_ms", "regions.0.heard_ms_ago"})
    EXPECT_EQ(status.kind(path), "null") << path;
  EXPECT_EQ(status.at("state"), "well");
  EXPECT_EQ(status.at("reasons"), "[]");
  EXPECT_EQ(status.at("regions.0.state"), "up");
  EXPECT_EQ(status.at("regions.0.self"), "true");
}

TEST_F(Status, counts_what_is_pending_reserved_and_refused) {
  const Reply before = shop().get("/v1/status");
  const std::string sku = stocked(10);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 3).status, 201);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 11).code(), "not_enough");
  const Reply after = shop().get("/v1/status");
  const auto grown = [&](const char* path) { return after.number(path) - before.number(path); };
  EXPECT_EQ(grown("pending_reservations"), 1);
  EXPECT_EQ(grown("regions.0.skus"), 1);
  EXPECT_EQ(grown("regions.0.rights"), 10);
  EXPECT_EQ(grown("regions.0.reserved"), 3);
  EXPECT_GE(grown("journal.position"), 2);
  EXPECT_GT(after.number("regions.0.refused_per_1000_s.not_enough"), 0);
  EXPECT_GT(after.number("journal.ids_kept_ms"), 0);
  EXPECT_TRUE(eventually([&] { return shop().get("/v1/status").number("regions.0.reserve_us_p50") > 0; }));
}

TEST_F(Status, the_state_hash_is_16_hex_digits_over_the_growing_fields) {
  const std::string sku = stocked(10);
  const std::string before = shop().get("/v1/status").at("state_hash");
  EXPECT_EQ(before.size(), 16U);
  EXPECT_EQ(before.find_first_not_of("0123456789abcdef"), std::string::npos);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1).status, 201);
  EXPECT_EQ(shop().get("/v1/status").at("state_hash"), before) << "reserved is a gauge";
  ASSERT_EQ(shop().purchase(id).status, 200);
  EXPECT_NE(shop().get("/v1/status").at("state_hash"), before);
}

TEST_F(Status, config_says_every_value_and_where_it_came_from) {
  const Reply config = shop().get("/v1/config");
  ASSERT_EQ(config.status, 200);
  EXPECT_EQ(config.names("values.0"), "key value origin");
  for (const char* key : {"cluster", "region", "data_dir", "http.listen", "gossip.listen",
                          "gossip.heartbeat_ms", "gossip.cut_off_after_ms", "rights.move", "rights.cover_ms",
                          "rights.floor", "history.keep_days", "disk.reserve_mb", "log.level", "log.format"})
    EXPECT_NE(config.text.find("{\"key\":\"" + std::string(key) + "\""), std::string::npos) << key;
  EXPECT_NE(config.text.find(R"({"key":"gossip.heartbeat_ms","value":400,"origin":"default"})"),
            std::string::npos);
}

TEST_F(Status, probes_say_ok_and_ready) {
  EXPECT_EQ(shop().get("/livez").text, R"({"status":"ok"})");
  EXPECT_EQ(shop().get("/readyz").text, R"({"status":"ready"})");
  EXPECT_EQ(shop().get("/readyz?verbose=1").status, 200);
}

// Two regions that know each other, of which us can be made silent.
class StatusOfTwo : public testing::Test {
 protected:
  void SetUp() override {
    const auto port = free_port();
    us_.emplace(dir_ / "us", DaemonConfig{.region = "us", .gossip_port = port, .peers = {{"eu", ""}}});
    eu_.emplace(dir_ / "eu",
                DaemonConfig{.region = "eu", .peers = {{"us", "127.0.0.1:" + std::to_string(port)}}});
    ASSERT_TRUE(eu_->start()) << eu_->log();
  }
  Reply status() { return eu_->shop().get("/v1/status"); }
  bool us_is(const std::string& state) {
    return eventually([&] { return status().at("regions.1.state") == state; });
  }
  TempDir dir_;
  std::optional<DaemonProcess> us_;
  std::optional<DaemonProcess> eu_;
};

TEST_F(StatusOfTwo, a_region_that_is_not_up_degrades_and_neither_probe_depends_on_it) {
  EXPECT_EQ(status().at("regions.1.state"), "never_heard");
  EXPECT_EQ(status().at("regions.1.heard_ms_ago"), "null");
  EXPECT_EQ(status().at("regions.1.rtt_ms"), "null");
  EXPECT_EQ(status().at("state"), "degraded");
  EXPECT_EQ(status().at("reasons"), R"(["region_never_heard:us"])");
  ASSERT_TRUE(us_->start()) << us_->log();
  ASSERT_TRUE(us_is("up"));
  ASSERT_EQ(us_->shop().adjust("cup", 7).status, 201);
  EXPECT_TRUE(eventually([&] { return status().number("regions.1.rights") == 7; }));
  EXPECT_TRUE(eventually([&] { return status().kind("regions.1.rtt_ms") == "integer"; }));
  const Reply well = status();
  EXPECT_EQ(well.at("state"), "well") << well.text;
  EXPECT_EQ(well.at("regions.1.direct"), "true");
  EXPECT_EQ(well.kind("regions.1.heard_ms_ago"), "integer");
  EXPECT_TRUE(eventually(
      [&] { return us_->shop().get("/v1/status").at("state_hash") == status().at("state_hash"); }));
  us_->freeze();
  ASSERT_TRUE(us_is("cut_off"));
  EXPECT_EQ(status().at("reasons"), R"(["region_cut_off:us"])");
  EXPECT_EQ(status().number("regions.1.rights"), 7);
  EXPECT_EQ(eu_->shop().get("/readyz").status, 200);
  EXPECT_EQ(eu_->shop().get("/livez").status, 200);
  us_->thaw();
  EXPECT_TRUE(us_is("up"));
}

}  // namespace
}  // namespace holdfast::e2e
