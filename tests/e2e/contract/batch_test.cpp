// "batch": independent operations, done in order, each answered as its call would be.
#include "support/ephemeral_daemon.h"

namespace holdfast::e2e {
namespace {

class Batch : public OnEphemeral<Batch> {
 protected:
  Reply batch(const std::vector<std::string>& operations) {
    std::string body = R"({"operations":[)";
    for (const std::string& operation : operations) {
      if (!body.ends_with('[')) body += ',';
      body += operation;
    }
    return shop().post("/v1/batch", body + "]}");
  }
  static std::string lines(const std::string& sku, int quantity) {
    return R"("lines":[{"sku":")" + sku + R"(","quantity":)" + std::to_string(quantity) + "}]";
  }
  static std::string op(const std::string& what, const std::string& id, const std::string& more = {}) {
    return R"({"op":")" + what + R"(","id":")" + id + '"' + (more.empty() ? "" : "," + more) + "}";
  }
};

TEST_F(Batch, does_every_operation_in_order_and_good_ones_though_others_fail) {
  const std::string sku = fresh("sku");
  const std::string a = fresh("r");
  const std::string b = fresh("r");
  const Reply done = batch({
      R"({"op":"adjust","sku":")" + sku + R"(","delta":5,"reason":"in","idempotency_key":")" + fresh("k") +
          "\"}",
      op("reserve", a, lines(sku, 2)),
      op("purchase", a, R"("order":"o-1")"),
      op("return", a, R"("idempotency_key":")" + fresh("k") + '"'),
      op("reserve", b, lines(sku, 9)),
      op("reserve", b, lines(sku, 4)),
      op("extend", b, R"("ttl_seconds":60)"),
      op("change", b, lines(sku, 3)),
      op("release", b),
      op("release", a),
      op("purchase", "nobody"),
  });
  ASSERT_EQ(done.status, 200) << done.text;
  EXPECT_EQ(done.names(), "results");
  const int statuses[] = {201, 201, 200, 200, 409, 201, 200, 200, 200, 409, 404};
  for (std::size_t i = 0; i < std::size(statuses); ++i) {
    const std::string at = "results." + std::to_string(i);
    EXPECT_EQ(done.names(at), "status replayed body");
    EXPECT_EQ(done.number(at + ".status"), statuses[i]) << i << done.at(at);
    EXPECT_EQ(done.at(at + ".replayed"), "false");
  }
  EXPECT_EQ(done.at("results.2.body.order"), "o-1");
  EXPECT_EQ(done.at("results.4.body.code"), "not_enough");
  EXPECT_EQ(done.at("results.8.body.state"), "released");
  EXPECT_EQ(shop().sku(sku).number("available_here"), 5);
}

TEST_F(Batch, is_done_in_order_also_where_an_operation_rests_on_what_ended_long_ago) {
  const std::string sku = stocked(1);
  const std::string expired = fresh("r");
  ASSERT_EQ(shop().reserve(expired, sku, 1, R"("ttl_seconds":1)").status, 201);
  ASSERT_TRUE(eventually([&] { return shop().state_of(expired) == "expired"; }, 3s));
  const Reply done = batch({op("purchase", expired), op("reserve", fresh("r"), lines(sku, 1)),
                            op("return", expired, R"("idempotency_key":")" + fresh("k") + '"'),
                            op("reserve", fresh("r"), lines(sku, 1))});
  EXPECT_EQ(done.number("results.0.status"), 200) << done.text;
  EXPECT_EQ(done.at("results.1.body.code"), "sold_out") << done.text;
  EXPECT_EQ(done.number("results.2.status"), 200) << done.text;
  EXPECT_EQ(done.number("results.3.status"), 201) << done.text;
}

TEST_F(Batch, says_which_results_are_replayed) {
  const std::string sku = stocked(5);
  const std::string id = fresh("r");
  const Reply done = batch({op("reserve", id, lines(sku, 2)), op("reserve", id, lines(sku, 2))});
  EXPECT_EQ(done.at("results.0.replayed"), "false");
  EXPECT_EQ(done.number("results.1.status"), 200);
  EXPECT_EQ(done.at("results.1.replayed"), "true");
}

TEST_F(Batch, an_operation_takes_its_idempotency_key_as_a_member) {
  const std::string sku = stocked(5);
  const std::string keyed =
      R"({"op":"reserve","idempotency_key":")" + fresh("k") + "\"," + lines(sku, 1) + "}";
  const Reply done =
      batch({keyed, keyed, R"({"op":"reserve",)" + lines(sku, 1) + "}",
             R"({"op":"adjust","sku":")" + sku + R"(","delta":1,"reason":"r"})", op("return", "r")});
  EXPECT_EQ(done.number("results.0.status"), 201) << done.text;
  EXPECT_EQ(done.at("results.1.body.id"), done.at("results.0.body.id"));
  for (const std::string at : {"results.2", "results.3", "results.4"})
    EXPECT_EQ(done.at(at + ".body.code"), "idempotency_key_missing") << at;
}

TEST_F(Batch, has_no_wait_ms_and_a_bad_operation_is_its_own_422) {
  const std::string sku = stocked(5);
  const std::string good = op("reserve", fresh("r"), lines(sku, 1));
  const Reply done = batch({op("reserve", fresh("r"), lines(sku, 1) + R"(,"wait_ms":0)"), R"({"op":"fly"})",
                            R"({"id":"r"})", "7", op("purchase", "a b"), op("purchase", "r", R"("typo":1)"),
                            op("reserve", fresh("r"), R"("lines":[])"), good});
  ASSERT_EQ(done.status, 200) << done.text;
  for (int i = 0; i < 7; ++i) {
    const std::string at = "results." + std::to_string(i);
    EXPECT_EQ(done.number(at + ".status"), 422) << done.at(at);
    EXPECT_EQ(done.at(at + ".body.code"), "validation_failed");
  }
  EXPECT_EQ(done.at("results.0.body.errors.0.pointer"), "/wait_ms");
  EXPECT_EQ(done.at("results.1.body.errors.0.pointer"), "/op");
  EXPECT_EQ(done.number("results.7.status"), 201);
}

TEST_F(Batch, a_bad_operation_is_its_own_422_also_where_its_json_breaks_the_rules) {
  const std::string sku = stocked(5);
  const std::string broken[] = {
      op("reserve", fresh("r"), R"("lines":[{"sku":")" + sku + R"(","quantity":1.5}])"),
      op("reserve", fresh("r"), lines(sku, 1) + R"(,"ttl_seconds":1e2)"),
      op("release", fresh("r"), R"("id":"twice")")};
  for (const std::string& bad : broken) {
    const Reply done = batch({op("reserve", fresh("r"), lines(sku, 1)), bad, op("release", "nobody")});
    ASSERT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(done.number("results.0.status"), 201) << done.text;
    EXPECT_EQ(done.at("results.1.body.code"), "validation_failed") << done.text;
    EXPECT_EQ(done.number("results.2.status"), 404) << done.text;
  }
}

TEST_F(Batch, has_up_to_1000_operations) {
  const std::string sku = stocked(2'000);
  std::vector<std::string> operations;
  for (int i = 0; i < 1'000; ++i) operations.push_back(op("reserve", fresh("r"), lines(sku, 1)));
  const Reply most = batch(operations);
  ASSERT_EQ(most.status, 200);
  EXPECT_EQ(most.number("results.999.status"), 201);
  operations.push_back(op("reserve", fresh("r"), lines(sku, 1)));
  const Reply over = batch(operations);
  EXPECT_EQ(over.status, 422);
  EXPECT_EQ(over.at("errors.0.pointer"), "/operations");
  EXPECT_EQ(shop().sku(sku).number("reserved_here"), 1'000) << "none of a refused batch is done";
}

TEST_F(Batch, needs_operations) {
  EXPECT_EQ(shop().post("/v1/batch", "{}").at("errors.0.pointer"), "/operations");
  EXPECT_EQ(shop().post("/v1/batch", R"({"operations":{}})").status, 422);
  EXPECT_EQ(shop().post("/v1/batch", "[]").status, 422);
}

}  // namespace
}  // namespace holdfast::e2e
