// Reserving and what follows, against one real daemon.
#include <thread>

#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

class Reservations : public OneDaemon {
 protected:
  void SetUp() override {
    OneDaemon::SetUp();
    ASSERT_EQ(shop().adjust("cup", 10).status, 201);
    ASSERT_EQ(shop().adjust("pot", 5).status, 201);
  }
  std::int64_t available(const std::string& sku) { return shop().sku(sku).number("available_here"); }
};

TEST_F(Reservations, a_basket_is_held_bought_and_in_part_returned) {
  const Reply made =
      shop().send("PUT", "/v1/reservations/cart-1",
                  R"({"customer":"c","lines":[{"sku":"pot","quantity":1},{"sku":"cup","quantity":2},)"
                  R"({"sku":"pot","quantity":1}]})");
  EXPECT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.header("Location"), "/v1/reservations/cart-1");
  EXPECT_EQ(made.at("lines"), R"([{"sku":"pot","quantity":2},{"sku":"cup","quantity":2}])");
  EXPECT_EQ(made.at("region"), "eu");
  EXPECT_EQ(made.at("order"), "null");
  EXPECT_GT(made.number("expires_in_ms"), 590'000);
  const Reply bought = shop().purchase("cart-1", R"({"order":"o-1"})");
  EXPECT_EQ(bought.at("state"), "purchased");
  EXPECT_EQ(bought.at("order"), "o-1");
  EXPECT_EQ(bought.at("expires_at"), "null");
  const std::string some = R"({"lines":[{"sku":"pot","quantity":1}]})";
  const Reply back = shop().post("/v1/reservations/cart-1/return", some, "r-1");
  EXPECT_EQ(back.at("lines.0.returned"), "1") << back.text;
  EXPECT_EQ(shop().post("/v1/reservations/cart-1/return", some, "r-1").header("Idempotent-Replayed"), "true");
  EXPECT_EQ(shop()
                .post("/v1/reservations/cart-1/return", R"({"lines":[{"sku":"pot","quantity":2}]})", "r-2")
                .status,
            422);
  EXPECT_EQ(available("pot"), 4);
  EXPECT_EQ(shop().sku("pot").number("purchased_here"), 2);
  EXPECT_EQ(shop().sku("pot").number("returned_here"), 1);
}

TEST_F(Reservations, an_id_made_here_belongs_to_its_key) {
  const std::string body = R"({"lines":[{"sku":"cup","quantity":2}]})";
  const Reply made = shop().post("/v1/reservations", body, "k-1");
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.header("Location"), "/v1/reservations/" + made.at("id"));
  const Reply again = shop().post("/v1/reservations", body, "k-1");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(again.at("id"), made.at("id"));
  EXPECT_EQ(shop().post("/v1/reservations", R"({"lines":[{"sku":"cup","quantity":3}]})", "k-1").code(),
            "idempotency_mismatch");
  EXPECT_EQ(shop().post("/v1/reservations", body).code(), "idempotency_key_missing");
  EXPECT_EQ(available("cup"), 8);
}

TEST_F(Reservations, the_same_request_is_the_same_after_defaults_and_sums) {
  ASSERT_EQ(shop().reserve("a", "cup", 2).status, 201);
  const Reply same = shop().send("PUT", "/v1/reservations/a",
                                 R"({"ttl_seconds":600,"wait_ms":50,"customer":null,)"
                                 R"("lines":[{"sku":"cup","quantity":1},{"sku":"cup","quantity":1}]})");
  EXPECT_EQ(same.status, 200) << same.text;
  EXPECT_EQ(same.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(shop().reserve("a", "cup", 3).code(), "idempotency_mismatch");
  EXPECT_EQ(available("cup"), 8);
}

TEST_F(Reservations, a_change_keeps_the_deadline_and_the_first_request_still_counts) {
  const Reply made = shop().reserve("a", "cup", 2);
  const Reply changed =
      shop().send("PATCH", "/v1/reservations/a", R"({"lines":[{"sku":"pot","quantity":4}]})");
  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_EQ(changed.at("expires_at"), made.at("expires_at"));
  EXPECT_EQ(available("cup"), 10);
  EXPECT_EQ(available("pot"), 1);
  EXPECT_EQ(shop().reserve("a", "cup", 2).at("lines.0.sku"), "pot");
  const Reply refused = shop().send("PATCH", "/v1/reservations/a",
                                    R"({"lines":[{"sku":"cup","quantity":1},{"sku":"pot","quantity":6}]})");
  EXPECT_EQ(refused.status, 409) << refused.text;
  EXPECT_EQ(available("cup"), 10);
  EXPECT_EQ(available("pot"), 1);
}

TEST_F(Reservations, extend_counts_from_now_also_when_that_is_sooner) {
  ASSERT_EQ(shop().reserve("a", "cup", 2).status, 201);
  const Reply sooner = shop().post("/v1/reservations/a/extend", R"({"ttl_seconds":1})");
  EXPECT_LE(sooner.number("expires_in_ms"), 1000);
  EXPECT_TRUE(eventually([&] { return available("cup") == 10; }, 2s));
}

TEST_F(Reservations, units_are_free_again_within_a_second_of_expiry) {
  ASSERT_EQ(shop().reserve("a", "cup", 10, R"("ttl_seconds":1)").status, 201);
  const auto made = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] { return available("cup") == 10; }, 4s));
  const auto took = std::chrono::steady_clock::now() - made;
  EXPECT_GE(took, 900ms);
  EXPECT_LE(took, 2100ms);
}

TEST_F(Reservations, a_partial_one_says_what_is_missing) {
  const Reply some = shop().reserve("a", "cup", 15, R"("partial":true)");
  EXPECT_EQ(some.status, 201) << some.text;
  EXPECT_EQ(some.at("lines.0.quantity"), "10");
  EXPECT_EQ(some.at("shortage.0.requested"), "15");
  const Reply none = shop().reserve("b", "cup", 1, R"("partial":true)");
  EXPECT_EQ(none.status, 409);
}

TEST_F(Reservations, are_listed_oldest_first_in_pages) {
  for (const char* id : {"c", "a", "b"})
    ASSERT_EQ(shop().reserve(id, "cup", 1, R"("customer":"x")").status, 201);
  ASSERT_EQ(shop().purchase("a").status, 200);
  const Reply first = shop().get("/v1/reservations?customer=x&limit=1&state=pending");
  EXPECT_EQ(first.at("reservations.0.id"), "c") << first.text;
  const Reply second = shop().get("/v1/reservations?customer=x&limit=1&state=pending&after=" +
                                  percent_encode(first.at("next")));
  EXPECT_EQ(second.at("reservations.0.id"), "b") << second.text;
  EXPECT_EQ(second.at("next"), "null");
  EXPECT_EQ(shop().get("/v1/reservations?sku=pot").at("reservations"), "[]");
}

TEST_F(Reservations, a_batch_answers_each_of_its_operations) {
  const Reply batch = shop().post(
      "/v1/batch",
      R"({"operations":[{"op":"adjust","sku":"pan","delta":3,"reason":"r","idempotency_key":"b1"},)"
      R"({"op":"reserve","id":"x","lines":[{"sku":"pan","quantity":2}]},{"op":"purchase","id":"x"},)"
      R"({"op":"return","id":"x","idempotency_key":"b2"},{"op":"release","id":"nobody"},{"op":"fly"},)"
      R"({"op":"reserve","id":"y","lines":[{"sku":"pan","quantity":1}]},)"
      R"({"op":"extend","id":"y","ttl_seconds":9},{"op":"change","id":"y","lines":[{"sku":"pan","quantity":3}]}]})");
  ASSERT_EQ(batch.status, 200) << batch.text;
  const std::vector<int> wanted{201, 201, 200, 200, 404, 422, 201, 200, 200};
  for (std::size_t i = 0; i < wanted.size(); ++i)
    EXPECT_EQ(batch.number("results." + std::to_string(i) + ".status"), wanted[i]) << i << ": " << batch.text;
  EXPECT_EQ(shop().sku("pan").number("reserved_here"), 3);
}

TEST_F(Reservations, the_order_of_checks) {
  const auto put = [&](const std::string& target, const std::string& body, const std::string& type) {
    return shop().call({.method = "PUT", .target = target, .body = body, .content_type = type});
  };
  EXPECT_EQ(put("/v1/nowhere", "{", "text/plain").code(), "not_found");
  const Reply method = shop().call({.method = "DELETE", .target = "/v1/reservations/a", .body = "{"});
  EXPECT_EQ(method.status, 405);
  EXPECT_EQ(method.header("Allow"), "PUT, GET, HEAD, PATCH");
  const std::string large(std::size_t{1'100'000}, ' ');
  EXPECT_EQ(put("/v1/reservations/a", large, "text/plain").code(), "body_too_large");
  EXPECT_EQ(put("/v1/reservations/a", "{", "text/plain").code(), "unsupported_media_type");
  EXPECT_EQ(put("/v1/reservations/a", "{", "application/json").code(), "malformed_json");
  const Reply members = put("/v1/reservations/a", R"({"lines":[{"sku":"cup","quantity":0}],"what":1})",
                            "application/json; charset=utf-8");
  EXPECT_EQ(members.status, 422);
  EXPECT_EQ(members.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(members.at("type"), "urn:holdfast:validation_failed");
  EXPECT_NE(members.at("errors.1.pointer"), "(none)") << members.text;
  EXPECT_EQ(shop().post("/v1/reservations", R"({"lines":[]})").code(), "validation_failed");
  EXPECT_EQ(shop().get("/v1/reservations/a/").status, 404);
}

TEST_F(Reservations, two_shoppers_at_once_never_get_the_same_units) {
  std::atomic<int> got = 0;
  std::vector<std::thread> shoppers;
  for (int i = 0; i < 4; ++i)
    shoppers.emplace_back([&, i] {
      Shop mine = daemon().shop();
      for (int n = 0; n < 25; ++n)
        got += mine.reserve("t" + std::to_string(i) + "-" + std::to_string(n), "cup", 1).status == 201;
    });
  for (std::thread& shopper : shoppers) shopper.join();
  EXPECT_EQ(got, 10);
}

}  // namespace
}  // namespace holdfast::e2e
