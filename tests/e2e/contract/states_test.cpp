// The table of states in the API, cell by cell, and what a repeat is told.
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

class States : public OneDaemon {
 protected:
  void SetUp() override {
    OneDaemon::SetUp();
    ASSERT_EQ(shop().adjust("cup", 100).status, 201);
    for (const char* id : {"pending", "purchased", "released"})
      ASSERT_EQ(shop().reserve(id, "cup", 2).status, 201);
    ASSERT_EQ(shop().reserve("expired", "cup", 2, R"("ttl_seconds":1)").status, 201);
    ASSERT_EQ(shop().purchase("purchased", R"({"order":"o-1"})").status, 200);
    ASSERT_EQ(shop().release("released").status, 200);
    ASSERT_TRUE(eventually([&] { return shop().state_of("expired") == "expired"; }, 3s));
  }
  void expect(const Reply& reply, int status, const std::string& code_or_state) {
    EXPECT_EQ(reply.status, status) << reply.text;
    EXPECT_EQ(status < 300 ? reply.at("state") : reply.code(), code_or_state) << reply.text;
    if (status != 409) return;
    EXPECT_NE(reply.at("reservation.id"), "(none)") << reply.text;
  }
  Reply extend(const std::string& id) {
    return shop().post("/v1/reservations/" + id + "/extend", R"({"ttl_seconds":60})");
  }
  Reply change(const std::string& id) {
    return shop().send("PATCH", "/v1/reservations/" + id, R"({"lines":[{"sku":"cup","quantity":3}]})");
  }
  Reply give_back(const std::string& id) {
    return shop().post("/v1/reservations/" + id + "/return", {}, "return-" + id);
  }
};

TEST_F(States, a_repeated_put_is_a_promise_only_while_it_is_one) {
  expect(shop().reserve("pending", "cup", 2), 200, "pending");
  const Reply again = shop().reserve("purchased", "cup", 2);
  expect(again, 200, "purchased");
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  expect(shop().reserve("released", "cup", 2), 409, "already_released");
  expect(shop().reserve("expired", "cup", 2, R"("ttl_seconds":1)"), 409, "reservation_expired");
}

TEST_F(States, purchase_in_every_state) {
  expect(shop().purchase("pending"), 200, "purchased");
  expect(shop().purchase("purchased", R"({"order":"o-1"})"), 200, "purchased");
  EXPECT_EQ(shop().purchase("purchased", R"({"order":"o-2"})").code(), "idempotency_mismatch");
  expect(shop().purchase("released"), 409, "already_released");
  expect(shop().purchase("expired", R"({"if_expired":"fail"})"), 409, "reservation_expired");
  expect(shop().purchase("expired"), 200, "purchased");
}

TEST_F(States, purchase_of_an_expired_one_is_refused_when_its_units_are_gone) {
  ASSERT_EQ(shop().reserve("all", "cup", 96).status, 201);
  const Reply refused = shop().purchase("expired");
  EXPECT_EQ(refused.status, 409) << refused.text;
  EXPECT_EQ(refused.code(), "all_reserved");
  EXPECT_EQ(refused.at("shortage.0.requested"), "2");
  EXPECT_EQ(shop().state_of("expired"), "expired");
}

TEST_F(States, release_in_every_state) {
  expect(shop().release("pending"), 200, "released");
  expect(shop().release("purchased"), 409, "already_purchased");
  expect(shop().release("released"), 200, "released");
  expect(shop().release("expired"), 200, "expired");
}

TEST_F(States, extend_and_change_in_every_state) {
  for (const bool extends : {true, false}) {
    const auto act = [&](const std::string& id) { return extends ? extend(id) : change(id); };
    expect(act("pending"), 200, "pending");
    expect(act("purchased"), 409, "already_purchased");
    expect(act("released"), 409, "already_released");
    expect(act("expired"), 409, "reservation_expired");
  }
}

TEST_F(States, return_in_every_state) {
  expect(give_back("pending"), 409, "reservation_pending");
  expect(give_back("purchased"), 200, "purchased");
  expect(give_back("released"), 409, "already_released");
  expect(give_back("expired"), 409, "reservation_expired");
}

TEST_F(States, replacing_in_every_state) {
  const auto replace = [&](const std::string& id, const std::string& old) {
    return shop().reserve(id, "cup", 1, R"("replaces":")" + old + '"');
  };
  EXPECT_EQ(replace("n1", "pending").at("replaced"), "pending");
  EXPECT_EQ(shop().state_of("pending"), "released");
  expect(replace("n2", "purchased"), 409, "already_purchased");
  EXPECT_EQ(replace("n3", "released").status, 201);
  EXPECT_EQ(replace("n4", "expired").status, 201);
  const Reply unknown = replace("n5", "nobody");
  EXPECT_EQ(unknown.status, 201);
  EXPECT_EQ(unknown.at("replaced"), "null");
}

TEST_F(States, replacing_another_customers_basket_is_refused) {
  ASSERT_EQ(shop().reserve("hers", "cup", 1, R"("customer":"a")").status, 201);
  EXPECT_EQ(shop().reserve("his", "cup", 1, R"("customer":"b","replaces":"hers")").status, 422);
  EXPECT_EQ(shop().state_of("hers"), "pending");
}

TEST_F(States, all_of_it_is_the_same_after_a_kill) {
  daemon().kill();
  restart();
  for (const char* id : {"pending", "purchased", "released", "expired"}) EXPECT_EQ(shop().state_of(id), id);
  EXPECT_EQ(shop().sku("cup").number("available_here"), 96);
}

TEST_F(States, an_unknown_id_is_unknown_to_every_call) {
  EXPECT_EQ(shop().reservation("nobody").code(), "reservation_unknown");
  EXPECT_EQ(shop().purchase("nobody").code(), "reservation_unknown");
  EXPECT_EQ(shop().release("nobody").code(), "reservation_unknown");
  EXPECT_EQ(extend("nobody").code(), "reservation_unknown");
  EXPECT_EQ(change("nobody").code(), "reservation_unknown");
  EXPECT_EQ(give_back("nobody").status, 404);
}

}  // namespace
}  // namespace holdfast::e2e
