// Stock, rights and what an operator looks at, against one real daemon.
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

class Stock : public OneDaemon {
 protected:
  Reply count(const std::string& sku, int counted, const std::string& key, const std::string& more = {}) {
    return shop().send("PUT", "/v1/skus/" + sku + "/count",
                       R"({"counted":)" + std::to_string(counted) + R"(,"reason":"shelf")" + more + "}", key);
  }
  Reply import(const std::string& body, const std::string& type, const std::string& key,
               const std::string& query = {}) {
    return shop().call({.method = "POST",
                        .target = "/v1/stock-imports" + query,
                        .body = body,
                        .content_type = type,
                        .headers = {{"Idempotency-Key", key}}});
  }
};

TEST_F(Stock, comes_in_and_is_written_off_once_for_each_key) {
  const Reply in = shop().adjust("cup", 10, "in-1");
  EXPECT_EQ(in.status, 201) << in.text;
  EXPECT_EQ(in.number("available_here"), 10);
  const Reply again = shop().adjust("cup", 10, "in-1");
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(again.text, in.text);
  EXPECT_EQ(shop().adjust("cup", 11, "in-1").code(), "idempotency_mismatch");
  EXPECT_EQ(shop().adjust("cup", -4).number("available_here"), 6);
  const Reply beyond = shop().adjust("cup", -7);
  EXPECT_EQ(beyond.status, 409) << beyond.text;
  EXPECT_EQ(beyond.at("shortage.0.available_here"), "6");
  EXPECT_EQ(shop().adjust("pot", -1).code(), "sku_unknown");
  EXPECT_EQ(shop().adjust("cup", 0).status, 422);
  EXPECT_EQ(shop().post("/v1/skus/cup/adjustments", R"({"delta":1,"reason":"r"})").code(),
            "idempotency_key_missing");
  EXPECT_EQ(shop().post("/v1/skus/cup/adjustments", R"({"delta":1,"reason":"r","region":"us"})", "w").code(),
            "wrong_region");
  EXPECT_EQ(shop().post("/v1/skus/cup/adjustments", R"({"delta":1,"reason":"r","region":"eu"})", "e").status,
            201);
}

TEST_F(Stock, a_sum_over_the_cap_is_refused) {
  Reply last;
  for (int i = 0; i < 3; ++i) last = shop().adjust("cup", 1'000'000'000);
  EXPECT_EQ(last.number("available_here"), 3'000'000'000);
  EXPECT_EQ(shop().adjust("cup", 1'000'000'001).status, 422);
}

TEST_F(Stock, a_count_sets_what_is_on_the_shelf) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(shop().reserve("a", "cup", 3).status, 201);
  const Reply counted = count("cup", 40, "c-1");
  EXPECT_EQ(counted.status, 200) << counted.text;
  EXPECT_EQ(counted.number("delta"), 30);
  EXPECT_EQ(counted.number("available_here"), 37);
  EXPECT_EQ(count("cup", 40, "c-1").header("Idempotent-Replayed"), "true");
  EXPECT_EQ(count("cup", 2, "c-2").status, 409);
  EXPECT_EQ(count("cup", 3, "c-3").number("available_here"), 0);
  EXPECT_EQ(count("new", 5, "c-4").number("delta"), 5);
  EXPECT_EQ(count("cup", 5, "c-5", R"(,"region":"us")").code(), "wrong_region");
}

TEST_F(Stock, is_imported_from_csv_good_lines_beside_bad_ones) {
  const std::string csv = "sku,quantity\ncup,5\npot,nothing\n\"a,b\",2\ncup,1\n";
  const Reply done = import(csv, "text/csv", "i-1", "?region=eu");
  EXPECT_EQ(done.status, 200) << done.text;
  EXPECT_EQ(done.number("lines"), 4);
  EXPECT_EQ(done.number("applied"), 3);
  EXPECT_EQ(done.number("units"), 8);
  EXPECT_EQ(done.number("refused"), 1);
  EXPECT_EQ(done.number("results.1.status"), 422);
  const Reply again = import(csv, "text/csv", "i-1", "?region=eu");
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(shop().sku("cup").number("available_here"), 6);
  EXPECT_EQ(shop().sku("a,b").number("available_here"), 2);
  EXPECT_EQ(import(csv, "text/csv", "i-2", "?region=us").code(), "wrong_region");
}

TEST_F(Stock, is_imported_from_ndjson) {
  const Reply done = import("{\"sku\":\"cup\",\"quantity\":5}\n{\"sku\":\"pot\",\"quantity\":0}\n",
                            "application/x-ndjson", "i-1");
  EXPECT_EQ(done.status, 200) << done.text;
  EXPECT_EQ(done.number("applied"), 1);
  EXPECT_EQ(done.number("refused"), 1);
  EXPECT_EQ(import("{}", "application/json", "i-2").status, 415);
}

TEST_F(Stock, is_listed_in_byte_order_and_asked_for_by_name) {
  for (const char* sku : {"b", "B", "a", "ä"}) ASSERT_EQ(shop().adjust(sku, 1).status, 201);
  const Reply first = shop().get("/v1/skus?limit=2");
  EXPECT_EQ(first.at("skus.0.sku") + first.at("skus.1.sku"), "Ba") << first.text;
  const Reply rest = shop().get("/v1/skus?after=" + percent_encode(first.at("next")));
  EXPECT_EQ(rest.at("skus.0.sku") + rest.at("skus.1.sku"), "bä") << rest.text;
  EXPECT_EQ(rest.at("next"), "null");
  const Reply asked = shop().post("/v1/availability", R"({"skus":["b","nothing","a"]})");
  EXPECT_EQ(asked.at("skus.0.sku"), "b") << asked.text;
  EXPECT_EQ(asked.at("skus.1"), R"({"sku":"nothing","code":"sku_unknown"})");
  EXPECT_EQ(asked.number("skus.2.available_here"), 1);
  EXPECT_EQ(shop().sku("nothing").code(), "sku_unknown");
}

TEST_F(Stock, rights_are_not_moved_to_nowhere) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  const auto move = [&](const std::string& body) {
    return shop().post("/v1/rights/moves", body, "m" + body);
  };
  EXPECT_EQ(move(R"({"sku":"cup","to":"us","quantity":1})").status, 422);
  EXPECT_EQ(move(R"({"sku":"cup","to":"eu","quantity":1})").status, 422);
  EXPECT_EQ(move(R"({"sku":"cup","to":"us","quantity":0})").status, 422);
  EXPECT_EQ(shop().post("/v1/rights/moves", R"({"sku":"cup","to":"us","quantity":1})").code(),
            "idempotency_key_missing");
}

TEST_F(Stock, status_rights_config_probes_and_metrics_answer) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(shop().reserve("a", "cup", 3).status, 201);
  const Reply status = shop().get("/v1/status");
  EXPECT_EQ(status.at("cluster"), "test") << status.text;
  EXPECT_EQ(status.at("state"), "well");
  EXPECT_EQ(status.at("state_hash").size(), 16U);
  EXPECT_EQ(status.number("pending_reservations"), 1);
  EXPECT_EQ(status.number("regions.0.rights"), 10);
  EXPECT_EQ(status.number("regions.0.reserved"), 3);
  EXPECT_EQ(shop().get("/v1/rights?sku=cup").number("skus.0.rights"), 10);
  EXPECT_NE(shop().get("/v1/config").text.find("holdfast.toml:"), std::string::npos);
  EXPECT_EQ(shop().get("/livez").text, R"({"status":"ok"})");
  EXPECT_EQ(shop().get("/readyz").text, R"({"status":"ready"})");
  const std::string metrics = shop().get("/metrics").text;
  for (const char* name : {"holdfast_reservations_total", "holdfast_refusals_total", "holdfast_rights_units",
                           "holdfast_reserve_duration_seconds", "holdfast_pending_reservations 1",
                           "holdfast_fsync_duration_seconds", "holdfast_build_info"})
    EXPECT_NE(metrics.find(name), std::string::npos) << name << " is not in\n" << metrics;
}

TEST_F(Stock, a_request_id_comes_back) {
  const Reply reply =
      shop().call({.method = "GET", .target = "/livez", .headers = {{"X-Request-Id", "q-7"}}});
  EXPECT_EQ(reply.header("X-Request-Id"), "q-7");
}

}  // namespace
}  // namespace holdfast::e2e
