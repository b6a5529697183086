// The rows of sku, availability, lists, adjustments, count, stock-imports, moves, rights and audit.
#include "support/ephemeral_daemon.h"
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

constexpr const char* sku_members =
    "sku region available_here reserved_here purchased_here returned_here elsewhere_estimate elsewhere_as_of "
    "sold_out_everywhere";
constexpr const char* adjusted_members = "sku region delta reason at available_here";

class Stock : public OnEphemeral<Stock> {
 protected:
  Reply adjust(const std::string& sku, const std::string& body, const std::string& key = fresh("k")) {
    return shop().post("/v1/skus/" + percent_encode(sku) + "/adjustments", body, key);
  }
  Reply count(const std::string& sku, const std::string& counted, const std::string& key = fresh("k"),
              const std::string& more = {}) {
    return shop().send("PUT", "/v1/skus/" + percent_encode(sku) + "/count",
                       R"({"counted":)" + counted + R"(,"reason":"shelf")" + more + "}", key);
  }
  Reply import(const std::string& body, const std::string& type, const std::string& key = fresh("k"),
               const std::string& query = {}) {
    Call call{.method = "POST", .target = "/v1/stock-imports" + query, .body = body, .content_type = type};
    if (!key.empty()) call.headers = {{"Idempotency-Key", key}};
    return shop().call(call);
  }
  std::int64_t available(const std::string& sku) { return shop().sku(sku).number("available_here"); }
};

TEST_F(Stock, a_sku_says_what_can_be_promised) {
  const std::string sku = stocked(10);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 3).status, 201);
  const Reply reply = shop().sku(sku);
  EXPECT_EQ(reply.names(), sku_members);
  EXPECT_EQ(reply.at("region"), "eu");
  EXPECT_EQ(reply.number("available_here"), 7);
  EXPECT_EQ(reply.number("reserved_here"), 3);
  EXPECT_EQ(reply.number("elsewhere_estimate"), 0);
  EXPECT_EQ(reply.kind("elsewhere_as_of"), "null") << "no other region was ever heard";
  EXPECT_EQ(reply.at("sold_out_everywhere"), "false");
  EXPECT_EQ(shop().sku("nothing").code(), "sku_unknown");
}

TEST_F(Stock, sold_out_everywhere_is_the_last_line_of_the_shortages) {
  const std::string sku = stocked(1);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1).status, 201);
  EXPECT_EQ(shop().sku(sku).at("sold_out_everywhere"), "false") << "it may come back";
  ASSERT_EQ(shop().purchase(id).status, 200);
  EXPECT_EQ(shop().sku(sku).at("sold_out_everywhere"), "true");
}

TEST_F(Stock, availability_answers_in_the_order_asked_and_tells_the_unknown) {
  const std::string a = stocked(1);
  const std::string b = stocked(2);
  const Reply reply =
      shop().post("/v1/availability", R"({"skus":[")" + b + R"(","nothing",")" + a + R"(",")" + b + "\"]}");
  EXPECT_EQ(reply.names(), "skus") << reply.text;
  EXPECT_EQ(reply.names("skus.0"), sku_members);
  EXPECT_EQ(reply.at("skus.0.sku"), b);
  EXPECT_EQ(reply.at("skus.1"), R"({"sku":"nothing","code":"sku_unknown"})");
  EXPECT_EQ(reply.at("skus.2.sku"), a);
  EXPECT_EQ(reply.at("skus.3.sku"), b);
}

TEST_F(Stock, availability_takes_1_to_1000_skus) {
  const auto ask = [&](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += std::string(i ? "," : "") + "\"x\"";
    return shop().post("/v1/availability", R"({"skus":[)" + list + "]}");
  };
  EXPECT_EQ(ask(1'000).at("skus.999.code"), "sku_unknown");
  EXPECT_EQ(ask(0).at("errors.0.pointer"), "/skus");
  EXPECT_EQ(ask(1'001).at("errors.0.pointer"), "/skus");
  EXPECT_EQ(shop().post("/v1/availability", R"({"skus":["a",7]})").at("errors.0.pointer"), "/skus/1");
}

TEST_F(Stock, skus_are_listed_in_byte_order_in_pages) {
  const std::string prefix = "zz" + fresh("");
  for (const char* sku : {"b", "B", "a", "ä"}) ASSERT_EQ(shop().adjust(prefix + sku, 1).status, 201);
  const Reply first = shop().get("/v1/skus?limit=2&after=" + percent_encode(prefix));
  EXPECT_EQ(first.names(), "skus next");
  EXPECT_EQ(first.at("skus.0.sku"), prefix + "B");
  EXPECT_EQ(first.at("skus.1.sku"), prefix + "a");
  const Reply rest = shop().get("/v1/skus?after=" + percent_encode(first.at("next")));
  EXPECT_EQ(rest.at("skus.0.sku"), prefix + "b");
  EXPECT_EQ(rest.at("skus.1.sku"), prefix + "ä");
}

TEST_F(Stock, pages_follow_each_other_where_next_goes_behind_after_as_it_is) {
  const std::string prefix = "zzz" + fresh("");
  const std::vector<std::string> skus{" +", "#1", "%41", "&x=1", "+b", "A", "a?b", "~41", "ä"};
  for (const std::string& sku : skus) ASSERT_EQ(shop().adjust(prefix + sku, 1).status, 201);
  for (const char* list : {"/v1/skus?", "/v1/rights?"}) {
    std::vector<std::string> found;
    std::string after = prefix;
    while (found.size() < 20) {
      const Reply page = shop().get(list + ("limit=1&after=" + after));
      const std::string sku = page.at("skus.0.sku");
      if (!sku.starts_with(prefix)) break;
      found.push_back(sku.substr(prefix.size()));
      after = page.at("next");
      if (page.kind("next") == "null") break;
    }
    EXPECT_EQ(found, skus) << list;
  }
}

TEST_F(Stock, an_adjustment_brings_in_or_writes_off_once) {
  const std::string sku = fresh("sku");
  const Reply in = adjust(sku, R"({"delta":10,"reason":"delivery"})", "once-" + sku);
  EXPECT_EQ(in.status, 201) << in.text;
  EXPECT_EQ(in.names(), adjusted_members);
  EXPECT_EQ(in.at("reason"), "delivery");
  EXPECT_EQ(in.number("delta"), 10);
  EXPECT_EQ(in.number("available_here"), 10);
  const Reply out = adjust(sku, R"({"delta":-4,"reason":"broken","region":"eu","wait_ms":0})");
  EXPECT_EQ(out.number("available_here"), 6) << out.text;
  const Reply again = adjust(sku, R"({"delta":10,"reason":"delivery"})", "once-" + sku);
  EXPECT_EQ(again.text, in.text) << "its first answer";
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(available(sku), 6);
}

TEST_F(Stock, a_delta_is_not_0_and_at_most_a_billion_either_way) {
  for (const char* delta : {"0", "1000000001", "-1000000001", "1.0", "null"})
    EXPECT_EQ(adjust("any", std::string(R"({"reason":"r","delta":)") + delta + "}").at("errors.0.pointer"),
              "/delta")
        << delta;
  EXPECT_EQ(adjust("any", R"({"delta":1})").at("errors.0.pointer"), "/reason");
  const std::string sku = stocked(1);
  EXPECT_EQ(adjust(sku, R"({"delta":1000000000,"reason":"r"})").number("available_here"), 1'000'000'001);
  EXPECT_EQ(adjust(sku, R"({"delta":-1000000000,"reason":"r"})").number("available_here"), 1);
  EXPECT_EQ(adjust(sku, R"({"delta":1,"reason":"r"})", "").code(), "idempotency_key_missing");
}

TEST_F(Stock, an_adjustment_below_zero_is_404_on_an_unknown_sku_and_a_shortage_beyond_available) {
  EXPECT_EQ(adjust("nothing", R"({"delta":-1,"reason":"r"})").code(), "sku_unknown");
  const std::string sku = stocked(5);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 2).status, 201);
  const Reply beyond = adjust(sku, R"({"delta":-4,"reason":"r"})");
  EXPECT_EQ(beyond.status, 409);
  EXPECT_EQ(beyond.code(), "all_reserved");
  EXPECT_EQ(beyond.number("shortage.0.requested"), 4);
  EXPECT_EQ(beyond.number("shortage.0.available_here"), 3);
}

TEST_F(Stock, a_sum_over_the_cap_is_422) {
  // 2^46 units of one SKU: an import of 70,368 lines of a billion each is just below.
  const std::string sku = fresh("sku");
  std::string csv = "sku,quantity\n";
  for (int i = 0; i < 70'368; ++i) csv += sku + ",1000000000\n";
  const Reply filled = import(csv, "text/csv");
  ASSERT_EQ(filled.number("applied"), 70'368) << filled.text.substr(0, 300);
  const std::int64_t left = (std::int64_t{1} << 46) - 70'368'000'000'000;
  EXPECT_EQ(adjust(sku, R"({"reason":"r","delta":)" + std::to_string(left + 1) + "}").status, 422);
  EXPECT_EQ(count(sku, "1000000000").status, 200) << "fewer is never over the cap";
  EXPECT_EQ(adjust(sku, R"({"reason":"r","delta":)" + std::to_string(left + 1) + "}").status, 422);
  EXPECT_EQ(adjust(sku, R"({"reason":"r","delta":)" + std::to_string(left) + "}").status, 201);
  EXPECT_EQ(import("sku,quantity\n" + sku + ",1\n", "text/csv").number("refused"), 1);
}

TEST_F(Stock, a_count_is_one_adjustment_to_the_rights_held_here) {
  const std::string sku = stocked(10);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 3).status, 201);
  const Reply counted = count(sku, "40", "once-" + sku);
  EXPECT_EQ(counted.status, 200) << counted.text;
  EXPECT_EQ(counted.names(), adjusted_members);
  EXPECT_EQ(counted.number("delta"), 30);
  EXPECT_EQ(counted.number("available_here"), 37);
  EXPECT_EQ(count(sku, "40", "once-" + sku).text, counted.text);
  EXPECT_EQ(count(sku, "40").number("delta"), 0) << "nothing to adjust";
  EXPECT_EQ(count(sku, "2").status, 409) << "below what is reserved";
  EXPECT_EQ(count(sku, "3").number("available_here"), 0);
  EXPECT_EQ(count(fresh("sku"), "5").number("delta"), 5);
  for (const char* bad : {"-1", "1.0", "null"})
    EXPECT_EQ(count(sku, bad).at("errors.0.pointer"), "/counted") << bad;
  EXPECT_EQ(count(sku, "3", "").code(), "idempotency_key_missing");
}

TEST_F(Stock, another_region_refuses_what_names_it_not) {
  const std::string sku = stocked(10);
  EXPECT_EQ(adjust(sku, R"({"delta":1,"reason":"r","region":"us"})").code(), "wrong_region");
  EXPECT_EQ(count(sku, "1", fresh("k"), R"(,"region":"us")").code(), "wrong_region");
  EXPECT_EQ(import("sku,quantity\n" + sku + ",1\n", "text/csv", fresh("k"), "?region=us").code(),
            "wrong_region");
  EXPECT_EQ(shop()
                .post("/v1/rights/moves", R"({"sku":")" + sku + R"(","to":"us","quantity":1,"region":"ap"})",
                      fresh("k"))
                .code(),
            "wrong_region");
  EXPECT_EQ(import("sku,quantity\n" + sku + ",1\n", "text/csv", fresh("k"), "?region=eu").status, 200);
  EXPECT_EQ(adjust(sku, R"({"delta":1,"reason":"r","region":null})").status, 201);
  EXPECT_EQ(adjust(sku, R"({"delta":1,"reason":"r","region":"EU"})").at("errors.0.pointer"), "/region");
  EXPECT_EQ(available(sku), 12);
}

TEST_F(Stock, an_import_of_csv_adds_good_lines_though_others_are_bad) {
  const std::string a = fresh("sku");
  const std::string csv =
      "sku,quantity\r\n" + a + ",5\r\npot,nothing\r\n\"" + a + ",x\",2\r\n" + a + ",1\r\n,1\r\nq,0\r\n";
  const Reply done = import(csv, "text/csv; charset=utf-8", "once-" + a);
  EXPECT_EQ(done.status, 200) << done.text;
  EXPECT_EQ(done.names(), "lines applied units refused results");
  EXPECT_EQ(done.number("lines"), 6);
  EXPECT_EQ(done.number("applied"), 3);
  EXPECT_EQ(done.number("units"), 8);
  EXPECT_EQ(done.number("refused"), 3);
  EXPECT_EQ(done.names("results.0"), "line sku status");
  EXPECT_EQ(done.names("results.1"), "line sku status code detail");
  EXPECT_EQ(done.number("results.0.line"), 2) << "the first line is the header";
  EXPECT_EQ(done.number("results.1.status"), 422);
  EXPECT_EQ(done.at("results.1.code"), "validation_failed");
  EXPECT_EQ(available(a), 6);
  EXPECT_EQ(available(a + ",x"), 2);
  const Reply again = import(csv, "text/csv", "once-" + a);
  EXPECT_EQ(again.text, done.text);
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(available(a), 6);
}

TEST_F(Stock, an_import_of_ndjson_does_the_same) {
  const std::string a = fresh("sku");
  const Reply done =
      import(R"({"sku":")" + a + "\",\"quantity\":5}\n" + R"({"sku":"p","quantity":0})" + "\n" +
                 R"({"sku":"p"})" + "\n" + "nonsense\n" + R"({"sku":")" + a + "\",\"quantity\":2}",
             "application/x-ndjson");
  EXPECT_EQ(done.number("lines"), 5) << done.text;
  EXPECT_EQ(done.number("applied"), 2);
  EXPECT_EQ(done.number("results.3.line"), 4);
  EXPECT_EQ(available(a), 7);
}

TEST_F(Stock, an_import_needs_its_types_its_first_line_and_a_key) {
  EXPECT_EQ(import("{}", "application/json").code(), "unsupported_media_type");
  EXPECT_EQ(import("cup,3\n", "text/csv").code(), "validation_failed");
  EXPECT_EQ(import("", "text/csv").code(), "validation_failed");
  EXPECT_EQ(import("sku,quantity\ncup,3\n", "text/csv", "").code(), "idempotency_key_missing");
  EXPECT_EQ(import("sku,quantity\n", "text/csv", fresh("k"), "?typo=1").at("errors.0.pointer"), "/typo");
}

TEST_F(Stock, an_import_of_more_than_1000_lines_tells_only_the_refused) {
  const auto csv = [&](int lines) {
    const std::string sku = fresh("bulk");
    std::string text = "sku,quantity\n";
    for (int i = 0; i < lines; ++i) text += sku + (i == 700 ? ",-1\n" : ",1\n");
    return text;
  };
  EXPECT_NE(import(csv(1'000), "text/csv").at("results.999"), "(none)");
  const Reply over = import(csv(1'001), "text/csv");
  EXPECT_EQ(over.number("lines"), 1'001);
  EXPECT_EQ(over.number("applied"), 1'000);
  EXPECT_EQ(over.number("results.0.line"), 702);
  EXPECT_EQ(over.at("results.1"), "(none)");
}

TEST_F(Stock, rights_are_those_of_every_region) {
  const std::string sku = stocked(10);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 4).status, 201);
  const Reply rights = shop().get("/v1/rights?sku=" + sku);
  EXPECT_EQ(rights.names(), "as_of skus next");
  EXPECT_EQ(rights.names("skus.0"), "sku rights reserved sold_per_1000_s runs_dry_in_ms regions");
  EXPECT_EQ(rights.names("skus.0.regions.0"), "region rights reserved sold_per_1000_s heard_ms_ago stale");
  EXPECT_EQ(rights.number("skus.0.rights"), 10);
  EXPECT_EQ(rights.number("skus.0.regions.0.reserved"), 4);
  EXPECT_EQ(rights.at("skus.0.regions.0.stale"), "false");
  EXPECT_EQ(rights.kind("next"), "null");
  const std::string calm = stocked(10);
  EXPECT_EQ(shop().get("/v1/rights?sku=" + calm).kind("skus.0.runs_dry_in_ms"), "null");
  EXPECT_EQ(shop().get("/v1/rights?sku=nothing").code(), "sku_unknown");
  EXPECT_EQ(shop().get("/v1/rights?sort=size").at("errors.0.pointer"), "/sort");
  EXPECT_EQ(shop().get("/v1/rights?sort=sku").status, 200);
}

TEST_F(Stock, rights_are_sorted_by_what_runs_dry_first) {
  const std::string slow = stocked(100'000);
  const std::string fast = stocked(20);
  for (const std::string& sku : {slow, fast}) ASSERT_EQ(shop().reserve(fresh("r"), sku, 15).status, 201);
  std::vector<std::string> order;
  std::string after;
  do {
    const Reply page = shop().get("/v1/rights?sort=runs_dry&limit=3" + after);
    for (int i = 0; i < 3 && page.at("skus." + std::to_string(i)) != "(none)"; ++i)
      order.push_back(page.at("skus." + std::to_string(i) + ".sku"));
    after = page.kind("next") == "null" ? "" : "&after=" + percent_encode(page.at("next"));
  } while (!after.empty() && order.size() < 1'000);
  const auto place = [&](const std::string& sku) { return std::ranges::find(order, sku) - order.begin(); };
  EXPECT_LT(place(fast), place(slow));
  EXPECT_LT(place(slow), static_cast<std::ptrdiff_t>(order.size()));
}

TEST_F(Stock, an_audit_recounts_from_the_records) {
  const std::string sku = stocked(10);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 4).status, 201);
  const Reply all = shop().get("/v1/audit");
  EXPECT_TRUE(all.names().starts_with("ok checked_at skus records oversold_units mismatches")) << all.names();
  EXPECT_EQ(all.at("ok"), "true");
  EXPECT_EQ(all.number("oversold_units"), 0);
  EXPECT_EQ(all.at("mismatches"), "[]");
  EXPECT_GE(all.number("records"), 2);
  const Reply one = shop().get("/v1/audit/skus/" + sku);
  EXPECT_TRUE(one.names().starts_with("ok checked_at skus records oversold_units mismatches "))
      << one.names();
  EXPECT_EQ(shop().get("/v1/audit/skus/nothing").code(), "sku_unknown");
}

TEST_F(Stock, rights_are_not_moved_to_nowhere) {
  const std::string sku = stocked(10);
  const auto move = [&](const std::string& body, const std::string& key) {
    return shop().post("/v1/rights/moves", R"({"sku":")" + sku + "\"," + body + "}", key);
  };
  EXPECT_EQ(move(R"("to":"us","quantity":1)", fresh("k")).at("errors.0.pointer"), "/to") << "not configured";
  EXPECT_EQ(move(R"("to":"eu","quantity":1)", fresh("k")).at("errors.0.pointer"), "/to") << "itself";
  EXPECT_EQ(move(R"("to":"us","quantity":0)", fresh("k")).at("errors.0.pointer"), "/quantity");
  EXPECT_EQ(move(R"("to":"us")", fresh("k")).at("errors.0.pointer"), "/quantity");
  EXPECT_EQ(move(R"("to":"us","quantity":1)", "").code(), "idempotency_key_missing");
}

TEST(Moves, an_operator_moves_rights_from_this_region_by_hand) {
  const TempDir dir;
  const auto port = free_port();
  DaemonProcess us(dir / "us", {.region = "us", .gossip_port = port, .peers = {{"eu", ""}}});
  DaemonProcess eu(dir / "eu", {.region = "eu", .peers = {{"us", "127.0.0.1:" + std::to_string(port)}}});
  ASSERT_TRUE(eu.start() && us.start()) << eu.log() << us.log();
  Shop shop = eu.shop();
  ASSERT_EQ(shop.adjust("cup", 10).status, 201);
  ASSERT_TRUE(eventually([&] { return us.shop().sku("cup").number("elsewhere_estimate") == 10; }));
  const std::string four = R"({"sku":"cup","to":"us","quantity":4})";
  const Reply moved = shop.post("/v1/rights/moves", four, "m-1");
  EXPECT_EQ(moved.status, 200) << moved.text;
  EXPECT_NE(moved.text.find(":6"), std::string::npos) << "the new rights here: " << moved.text;
  EXPECT_TRUE(eventually([&] { return us.shop().sku("cup").number("available_here") == 4; }));
  const Reply again = shop.post("/v1/rights/moves", four, "m-1");
  EXPECT_EQ(again.text, moved.text);
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(shop.sku("cup").number("available_here"), 6);
  const Reply beyond = shop.post("/v1/rights/moves", R"({"sku":"cup","to":"us","quantity":7})", "m-2");
  EXPECT_EQ(beyond.status, 409) << beyond.text;
  EXPECT_EQ(shop.post("/v1/rights/moves", R"({"sku":"no","to":"us","quantity":7})", "m-3").code(),
            "sku_unknown");
}

}  // namespace
}  // namespace holdfast::e2e
