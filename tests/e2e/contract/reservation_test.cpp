// "Reservation", and the rows of reserve, purchase, extend, PATCH and return: members, defaults, limits.
#include "support/ephemeral_daemon.h"

namespace holdfast::e2e {
namespace {

constexpr const char* members = "id region state customer order created_at expires_at expires_in_ms lines";

class Reservation : public OnEphemeral<Reservation> {
 protected:
  Reply put(const std::string& id, const std::string& body) {
    return shop().send("PUT", "/v1/reservations/" + id, body);
  }
  static std::string line(const std::string& sku, std::int64_t quantity) {
    return R"({"sku":")" + sku + R"(","quantity":)" + std::to_string(quantity) + "}";
  }
  static std::string lines(const std::string& list) { return R"({"lines":[)" + list + "]}"; }
  Reply patch(const std::string& id, const std::string& list) {
    return shop().send("PATCH", "/v1/reservations/" + id, lines(list));
  }
  Reply give_back(const std::string& id, const std::string& body, const std::string& key) {
    return shop().post("/v1/reservations/" + id + "/return", body, key);
  }
};

TEST_F(Reservation, is_the_answer_of_reserve_get_purchase_release_extend_patch_and_return) {
  const std::string sku = stocked(100);
  const std::string id = fresh("r");
  EXPECT_EQ(shop().reserve(id, sku, 2).names(), members);
  EXPECT_EQ(shop().reserve(id, sku, 2).names(), members);
  EXPECT_EQ(shop().reservation(id).names(), members);
  EXPECT_EQ(shop().post("/v1/reservations/" + id + "/extend", R"({"ttl_seconds":60})").names(), members);
  EXPECT_EQ(patch(id, line(sku, 3)).names(), members);
  const Reply bought = shop().purchase(id);
  EXPECT_EQ(bought.names(), members);
  EXPECT_EQ(bought.names("lines.0"), "sku quantity");
  const Reply back = give_back(id, {}, fresh("k"));
  EXPECT_EQ(back.names(), members);
  EXPECT_EQ(back.names("lines.0"), "sku quantity returned");
  const std::string other = fresh("r");
  ASSERT_EQ(shop().reserve(other, sku, 1).status, 201);
  EXPECT_EQ(shop().release(other).names(), members);
}

TEST_F(Reservation, made_is_201_with_location) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  const Reply made = shop().reserve(id, sku, 1);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("Location"), "/v1/reservations/" + id);
  EXPECT_EQ(made.header("Content-Type"), "application/json");
  EXPECT_EQ(shop().get(made.header("Location")).at("id"), id);
  const Reply by_key = shop().post("/v1/reservations", lines(line(sku, 1)), fresh("k"));
  EXPECT_EQ(by_key.status, 201);
  EXPECT_EQ(by_key.header("Location"), "/v1/reservations/" + by_key.at("id"));
  EXPECT_EQ(shop().reserve(id, sku, 1).header("Location"), "");
}

TEST_F(Reservation, customer_and_order_are_null_where_absent_and_the_deadline_unless_pending) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  const Reply made = shop().reserve(id, sku, 1);
  EXPECT_EQ(made.kind("customer"), "null");
  EXPECT_EQ(made.kind("order"), "null");
  EXPECT_EQ(made.kind("expires_at"), "string");
  EXPECT_EQ(made.kind("expires_in_ms"), "integer");
  const Reply bought = shop().purchase(id, R"({"order":"o-1"})");
  EXPECT_EQ(bought.at("order"), "o-1");
  for (const std::string path : {"expires_at", "expires_in_ms"}) EXPECT_EQ(bought.kind(path), "null") << path;
  const std::string named = fresh("r");
  ASSERT_EQ(shop().reserve(named, sku, 1, R"("customer":"c_17")").at("customer"), "c_17");
  EXPECT_EQ(shop().release(named).kind("expires_at"), "null");
  EXPECT_EQ(shop().reservation(named).at("customer"), "c_17");
}

TEST_F(Reservation, lines_stand_in_the_order_first_named_and_those_of_one_sku_are_summed_first) {
  const std::string b = stocked(10);
  const std::string a = stocked(10);
  const Reply made = put(fresh("r"), lines(line(b, 1) + ',' + line(a, 2) + ',' + line(b, 3)));
  EXPECT_EQ(made.at("lines"), '[' + line(b, 4) + ',' + line(a, 2) + ']') << made.text;
  const Reply refused = put(fresh("r"), lines(line(a, 5) + ',' + line(a, 5)));
  EXPECT_EQ(refused.at("shortage.0.requested"), "10") << "each line alone would pass";
}

TEST_F(Reservation, ttl_seconds_is_600_by_default_and_1_to_14400) {
  const std::string sku = stocked(10);
  const auto left = [&](const std::string& more) {
    return shop().reserve(fresh("r"), sku, 1, more).number("expires_in_ms");
  };
  EXPECT_EQ(left(""), 600'000);
  EXPECT_EQ(left(R"("ttl_seconds":14400)"), 14'400'000);
  EXPECT_EQ(left(R"("ttl_seconds":1)"), 1'000);
  for (const char* bad : {"0", "14401", "-1", "9223372036854775807", "null", "\"60\""}) {
    const Reply reply = shop().reserve(fresh("r"), sku, 1, std::string(R"("ttl_seconds":)") + bad);
    EXPECT_EQ(reply.at("errors.0.pointer"), "/ttl_seconds") << bad << reply.text;
  }
}

TEST_F(Reservation, wait_ms_is_0_by_default_and_at_most_10000) {
  const std::string sku = stocked(10);
  EXPECT_EQ(shop().reserve(fresh("r"), sku, 1, R"("wait_ms":10000)").status, 201);
  for (const char* bad : {"10001", "-1", "null"})
    EXPECT_EQ(shop().reserve(fresh("r"), sku, 1, std::string(R"("wait_ms":)") + bad).at("errors.0.pointer"),
              "/wait_ms");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(shop().reserve(fresh("r"), sku, 10, R"("wait_ms":10000)").code(), "all_reserved");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s) << "only insufficient_here waits";
}

TEST_F(Reservation, partial_is_201_with_what_was_got_and_a_shortage_for_the_rest) {
  const std::string few = stocked(3);
  const std::string many = stocked(10);
  const std::string none = stocked(1);
  ASSERT_EQ(shop().reserve(fresh("r"), none, 1).status, 201);
  const std::string id = fresh("r");
  const std::string body =
      R"({"partial":true,"lines":[)" + line(few, 5) + ',' + line(none, 1) + ',' + line(many, 2) + "]}";
  const Reply some = put(id, body);
  EXPECT_EQ(some.status, 201) << some.text;
  EXPECT_EQ(some.names(), std::string(members) + " shortage");
  EXPECT_EQ(some.at("lines"), '[' + line(few, 3) + ',' + line(many, 2) + ']');
  EXPECT_EQ(some.names("shortage.0"), "sku requested available_here reserved_here elsewhere_estimate as_of");
  EXPECT_EQ(some.at("shortage.0.sku"), few);
  EXPECT_EQ(some.number("shortage.0.requested"), 5);
  EXPECT_EQ(some.number("shortage.0.available_here"), 3);
  EXPECT_EQ(some.at("shortage.1.sku"), none);
  EXPECT_EQ(some.at("shortage.2"), "(none)");
  const Reply again = put(id, body);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.at("lines"), some.at("lines"));
}

TEST_F(Reservation, partial_with_nothing_got_is_the_error_and_with_all_got_no_shortage) {
  const std::string sku = stocked(2);
  EXPECT_EQ(shop().reserve(fresh("r"), sku, 2, R"("partial":true)").names(), members);
  EXPECT_EQ(shop().reserve(fresh("r"), sku, 1, R"("partial":true)").code(), "all_reserved");
}

TEST_F(Reservation, replaced_is_there_if_it_was_asked_for) {
  const std::string sku = stocked(5);
  const std::string old = fresh("r");
  ASSERT_EQ(shop().reserve(old, sku, 5).status, 201);
  const std::string id = fresh("r");
  const Reply in_place = shop().reserve(id, sku, 4, R"("replaces":")" + old + '"');
  EXPECT_EQ(in_place.status, 201) << "its units count as available: " << in_place.text;
  EXPECT_EQ(in_place.names(), std::string(members) + " replaced");
  EXPECT_EQ(in_place.at("replaced"), old);
  EXPECT_EQ(shop().reservation(id).at("replaced"), old);
  EXPECT_EQ(shop().reserve(fresh("r"), sku, 1, R"("replaces":"nobody")").kind("replaced"), "null");
  EXPECT_EQ(shop().reserve(fresh("r"), sku, 1, R"("replaces":null)").code(), "all_reserved");
}

TEST_F(Reservation, a_refused_replacement_leaves_the_old_one_as_it_was) {
  const std::string sku = stocked(5);
  const std::string old = fresh("r");
  ASSERT_EQ(shop().reserve(old, sku, 5).status, 201);
  EXPECT_EQ(shop().reserve(fresh("r"), sku, 6, R"("replaces":")" + old + '"').status, 409);
  EXPECT_EQ(shop().state_of(old), "pending");
}

TEST_F(Reservation, purchase_takes_an_order_and_what_to_do_if_expired) {
  const std::string sku = stocked(9);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1).status, 201);
  EXPECT_EQ(shop().purchase(id, R"({"if_expired":"never"})").at("errors.0.pointer"), "/if_expired");
  EXPECT_EQ(shop().purchase(id, R"({"order":null,"if_expired":"reacquire"})").status, 200);
  EXPECT_EQ(shop().sku(sku).number("purchased_here"), 1);
}

TEST_F(Reservation, an_expired_one_is_purchased_by_taking_its_units_again) {
  const std::string sku = stocked(3);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 2, R"("ttl_seconds":1)").status, 201);
  ASSERT_TRUE(eventually([&] { return shop().state_of(id) == "expired"; }, 3s));
  EXPECT_EQ(shop().purchase(id, R"({"if_expired":"fail"})").code(), "reservation_expired");
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 2).status, 201);
  EXPECT_EQ(shop().purchase(id).code(), "all_reserved");
  ASSERT_EQ(shop().adjust(sku, 1).status, 201);
  EXPECT_EQ(shop().purchase(id).at("state"), "purchased");
  EXPECT_EQ(shop().sku(sku).number("available_here"), 0);
}

TEST_F(Reservation, extend_needs_ttl_seconds_and_counts_from_now_also_when_that_is_sooner) {
  const std::string sku = stocked(1);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1).status, 201);
  const auto extend = [&](const std::string& body) {
    return shop().post("/v1/reservations/" + id + "/extend", body);
  };
  EXPECT_EQ(extend(R"({"ttl_seconds":14400})").number("expires_in_ms"), 14'400'000);
  EXPECT_EQ(extend(R"({"ttl_seconds":30})").number("expires_in_ms"), 30'000);
  EXPECT_EQ(extend("{}").at("errors.0.pointer"), "/ttl_seconds");
  EXPECT_EQ(extend(R"({"ttl_seconds":0})").at("errors.0.pointer"), "/ttl_seconds");
  EXPECT_EQ(extend(R"({"ttl_seconds":14401})").status, 422);
}

TEST_F(Reservation, patch_is_the_whole_new_list_and_the_deadline_stays) {
  const std::string a = stocked(5);
  const std::string b = stocked(5);
  const std::string id = fresh("r");
  const Reply made = put(id, lines(line(a, 2)));
  const Reply changed = patch(id, line(b, 1) + ',' + line(a, 5));
  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_EQ(changed.at("lines"), '[' + line(b, 1) + ',' + line(a, 5) + ']');
  EXPECT_EQ(changed.at("expires_at"), made.at("expires_at"));
  const Reply refused = patch(id, line(b, 2) + ',' + line(a, 6));
  EXPECT_EQ(refused.status, 409) << refused.text;
  EXPECT_EQ(refused.at("shortage.0.sku"), a);
  EXPECT_EQ(shop().reservation(id).at("lines"), changed.at("lines")) << "on a shortage unchanged";
  EXPECT_EQ(patch(id, line("nothing", 1)).code(), "sku_unknown");
  EXPECT_EQ(shop().send("PATCH", "/v1/reservations/" + id, "{}").at("errors.0.pointer"), "/lines");
  EXPECT_EQ(shop().send("PATCH", "/v1/reservations/" + id, R"({"lines":[],"wait_ms":1})").status, 422);
  EXPECT_EQ(patch(id, line(b, 1)).status, 200);
  EXPECT_EQ(shop().sku(a).number("available_here"), 5);
}

TEST_F(Reservation, a_return_is_all_not_yet_returned_by_default_and_stays_purchased) {
  const std::string sku = stocked(5);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 5).status, 201);
  ASSERT_EQ(shop().purchase(id).status, 200);
  const Reply some = give_back(id, lines(line(sku, 2)), fresh("k"));
  EXPECT_EQ(some.at("state"), "purchased");
  EXPECT_EQ(some.number("lines.0.returned"), 2);
  EXPECT_EQ(shop().sku(sku).number("available_here"), 2) << "at once";
  const Reply more = give_back(id, lines(line(sku, 4)), fresh("k"));
  EXPECT_EQ(more.status, 422) << "more than was bought";
  EXPECT_EQ(give_back(id, lines(line("nothing", 1)), fresh("k")).status, 422);
  EXPECT_EQ(give_back(id, R"({"lines":[]})", fresh("k")).at("errors.0.pointer"), "/lines");
  const std::string key = fresh("k");
  EXPECT_EQ(give_back(id, {}, key).number("lines.0.returned"), 5);
  EXPECT_EQ(give_back(id, {}, key).header("Idempotent-Replayed"), "true");
  EXPECT_EQ(give_back(id, {}, fresh("k")).status, 422);
  EXPECT_EQ(give_back(id, {}, {}).code(), "idempotency_key_missing");
  EXPECT_EQ(shop().sku(sku).number("available_here"), 5);
  EXPECT_EQ(shop().sku(sku).number("purchased_here"), 5) << "gross of returns";
  EXPECT_EQ(shop().sku(sku).number("returned_here"), 5);
}

TEST_F(Reservation, are_listed_by_customer_sku_and_state_oldest_first) {
  const std::string sku = stocked(9);
  const std::string customer = fresh("c");
  for (const char* id : {"z", "a", "m"})
    ASSERT_EQ(shop().reserve(customer + id, sku, 1, R"("customer":")" + customer + '"').status, 201);
  const Reply all = shop().get("/v1/reservations?state=pending&customer=" + customer);
  EXPECT_EQ(all.names(), "reservations next");
  EXPECT_EQ(all.names("reservations.0"), members);
  EXPECT_EQ(all.at("reservations.0.id"), customer + "z");
  EXPECT_EQ(all.at("reservations.2.id"), customer + "m");
  EXPECT_EQ(all.kind("next"), "null");
  const Reply page = shop().get("/v1/reservations?state=pending&limit=2&sku=" + sku);
  EXPECT_EQ(page.at("reservations.1.id"), customer + "a");
  const Reply rest = shop().get("/v1/reservations?state=pending&limit=2&sku=" + sku +
                                "&after=" + percent_encode(page.at("next")));
  EXPECT_EQ(rest.at("reservations.0.id"), customer + "m");
  EXPECT_EQ(rest.kind("next"), "null");
  EXPECT_EQ(shop().get("/v1/reservations?state=lost").at("errors.0.pointer"), "/state");
  EXPECT_EQ(shop().get("/v1/reservations?after=nonsense").status, 422);
  EXPECT_EQ(shop().get("/v1/reservations?customer=nobody").at("reservations"), "[]");
}

TEST_F(Reservation, units_are_freed_within_1_s_of_expiry) {
  const std::string sku = stocked(10);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 10, R"("ttl_seconds":1)").status, 201);
  const auto made = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return shop().sku(sku).number("available_here") == 10; }, 4s));
  const auto took = std::chrono::steady_clock::now() - made;
  EXPECT_GE(took, 900ms);
  EXPECT_LE(took, 2100ms);
}

}  // namespace
}  // namespace holdfast::e2e
