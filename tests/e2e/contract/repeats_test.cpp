// "Repeats": what a second request under the same id or key is told.
#include <atomic>
#include <thread>

#include "support/ephemeral_daemon.h"

namespace holdfast::e2e {
namespace {

class Repeats : public OnEphemeral<Repeats> {
 protected:
  Reply put(const std::string& id, const std::string& body) {
    return shop().send("PUT", "/v1/reservations/" + id, body);
  }
};

TEST_F(Repeats, the_same_request_is_200_with_the_reservation_as_it_is_now) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 2).status, 201);
  const Reply again = shop().reserve(id, sku, 2);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  ASSERT_EQ(shop().purchase(id, R"({"order":"o"})").status, 200);
  EXPECT_EQ(shop().reserve(id, sku, 2).at("order"), "o");
  EXPECT_EQ(shop().sku(sku).number("available_here"), 8);
}

TEST_F(Repeats, equal_means_after_defaults_are_filled_in_and_lines_are_summed_and_sorted) {
  const std::string a = stocked(10);
  const std::string b = stocked(10);
  const auto line = [](const std::string& sku, int quantity) {
    return R"({"sku":")" + sku + R"(","quantity":)" + std::to_string(quantity) + "}";
  };
  const std::string id = fresh("r");
  ASSERT_EQ(put(id, R"({"lines":[)" + line(a, 2) + ',' + line(b, 1) + "]}").status, 201);
  const Reply same =
      put(id, R"({"partial":false,"replaces":null,"ttl_seconds":600,"customer":null,"wait_ms":50,"lines":[)" +
                  line(b, 1) + ',' + line(a, 1) + ',' + line(a, 1) + "]}");
  EXPECT_EQ(same.status, 200) << same.text;
  for (const char* other :
       {R"("ttl_seconds":601,)", R"("customer":"c",)", R"("partial":true,)", R"("replaces":"x",)"})
    EXPECT_EQ(
        put(id, "{" + std::string(other) + R"("lines":[)" + line(a, 2) + ',' + line(b, 1) + "]}").code(),
        "idempotency_mismatch")
        << other;
}

TEST_F(Repeats, after_a_patch_the_first_request_still_counts) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 2).status, 201);
  ASSERT_EQ(
      shop()
          .send("PATCH", "/v1/reservations/" + id, R"({"lines":[{"sku":")" + sku + R"(","quantity":3}]})")
          .status,
      200);
  const Reply first = shop().reserve(id, sku, 2);
  EXPECT_EQ(first.status, 200) << first.text;
  EXPECT_EQ(first.number("lines.0.quantity"), 3) << "as it is now";
  EXPECT_EQ(shop().reserve(id, sku, 3).code(), "idempotency_mismatch");
}

TEST_F(Repeats, of_an_ended_one_are_409_with_its_state) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 2).status, 201);
  ASSERT_EQ(shop().release(id).status, 200);
  const Reply released = shop().reserve(id, sku, 2);
  EXPECT_EQ(released.code(), "already_released");
  EXPECT_EQ(released.at("reservation.state"), "released");
}

TEST_F(Repeats, another_request_under_the_same_id_or_key_is_422) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 2).status, 201);
  const Reply other = shop().reserve(id, sku, 3);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.code(), "idempotency_mismatch");
  ASSERT_EQ(shop().purchase(id, R"({"order":"o-1"})").status, 200);
  EXPECT_EQ(shop().purchase(id, R"({"order":"o-2"})").code(), "idempotency_mismatch");
  EXPECT_EQ(shop().purchase(id, R"({"order":"o-1"})").status, 200);
  EXPECT_EQ(shop().purchase(id).status, 200);
}

TEST_F(Repeats, keys_are_one_space_per_daemon) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1).status, 201);
  ASSERT_EQ(shop().purchase(id).status, 200);
  const std::string key = fresh("k");
  const std::string line = R"({"lines":[{"sku":")" + sku + R"(","quantity":1}]})";
  ASSERT_EQ(shop().post("/v1/reservations", line, key).status, 201);
  const auto expect_taken = [&](const Reply& reply) {
    EXPECT_EQ(reply.code(), "idempotency_mismatch") << reply.text;
  };
  const std::string adjustment = R"({"delta":1,"reason":"r"})";
  expect_taken(shop().post("/v1/skus/" + sku + "/adjustments", adjustment, key));
  expect_taken(shop().send("PUT", "/v1/skus/" + sku + "/count", R"({"counted":1,"reason":"r"})", key));
  expect_taken(shop().post("/v1/reservations/" + id + "/return", {}, key));
  const std::string import = "sku,quantity\n" + sku + ",1\n";
  expect_taken(shop().call({.method = "POST",
                            .target = "/v1/stock-imports",
                            .body = import,
                            .content_type = "text/csv",
                            .headers = {{"Idempotency-Key", key}}}));
  const std::string other = fresh("k");
  ASSERT_EQ(shop().post("/v1/skus/" + sku + "/adjustments", adjustment, other).status, 201);
  expect_taken(shop().post("/v1/skus/elsewhere/adjustments", adjustment, other));
  expect_taken(shop().post("/v1/reservations", line, other));
}

TEST_F(Repeats, a_key_is_1_to_255_visible_ascii_characters) {
  const std::string sku = stocked(10);
  const auto with_key = [&](const std::string& key) {
    return shop().post("/v1/reservations", R"({"lines":[{"sku":")" + sku + R"(","quantity":1}]})", key);
  };
  EXPECT_EQ(with_key(fresh("!~\"\\{") + std::string(240, 'x')).status, 201);
  EXPECT_EQ(with_key(std::string(255, 'y')).status, 201);
  for (const std::string& bad : {std::string(256, 'x'), std::string("a b"), std::string("k\xc3\xa4")})
    EXPECT_EQ(with_key(bad).code(), "validation_failed") << bad;
  EXPECT_EQ(with_key("").code(), "idempotency_key_missing");
}

TEST_F(Repeats, a_refused_request_leaves_no_trace) {
  const std::string sku = stocked(1);
  const std::string id = fresh("r");
  EXPECT_EQ(shop().reserve(id, sku, 2).status, 409);
  EXPECT_EQ(shop().reservation(id).code(), "reservation_unknown");
  const std::string key = fresh("k");
  EXPECT_EQ(shop().adjust(sku, -2, key).status, 409);
  ASSERT_EQ(shop().adjust(sku, 2, key).status, 201) << "the key, too, may be used for another request";
  EXPECT_EQ(shop().reserve(id, sku, 3).status, 201) << "the same id may succeed after a restock";
}

TEST_F(Repeats, two_at_once_are_one) {
  const std::string sku = stocked(100);
  std::atomic<int> made = 0;
  std::atomic<int> repeated = 0;
  const std::string id = fresh("r");
  std::vector<std::thread> shoppers;
  for (int i = 0; i < 4; ++i)
    shoppers.emplace_back([&] {
      Shop mine(http());
      for (int n = 0; n < 10; ++n) {
        const int status = mine.reserve(id + std::to_string(n), sku, 1).status;
        made += status == 201;
        repeated += status == 200;
      }
    });
  for (std::thread& shopper : shoppers) shopper.join();
  EXPECT_EQ(made, 10);
  EXPECT_EQ(repeated, 30);
  EXPECT_EQ(shop().sku(sku).number("reserved_here"), 10);
}

TEST_F(Repeats, shoppers_at_once_never_get_the_same_units) {
  const std::string sku = stocked(10);
  std::atomic<int> got = 0;
  std::vector<std::thread> shoppers;
  for (int i = 0; i < 4; ++i)
    shoppers.emplace_back([&, i] {
      Shop mine(http());
      for (int n = 0; n < 25; ++n)
        got += mine.reserve(sku + "-" + std::to_string(i) + "-" + std::to_string(n), sku, 1).status == 201;
    });
  for (std::thread& shopper : shoppers) shopper.join();
  EXPECT_EQ(got, 10);
}

}  // namespace
}  // namespace holdfast::e2e
