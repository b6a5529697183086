// "Problems": every code, its status, and what a problem holds.
#include "support/ephemeral_daemon.h"
#include "support/one_daemon.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {
namespace {

// With every 429 and 503, with insufficient_here and all_reserved; and with nothing else.
void expect_retry_after_as_promised(const Reply& reply) {
  const bool promised = reply.status == 429 || reply.status == 503 || reply.code() == "insufficient_here" ||
                        reply.code() == "all_reserved";
  EXPECT_EQ(reply.header("Retry-After").empty(), !promised) << reply.code();
  EXPECT_EQ(reply.at("retry_after_ms") == "(none)", !promised) << reply.code();
  if (!promised) return;
  const std::string seconds = reply.header("Retry-After");
  EXPECT_EQ(seconds.find_first_not_of("0123456789"), std::string::npos) << seconds;
  EXPECT_GE(std::stoi(seconds), 1) << reply.code();
  EXPECT_GT(reply.number("retry_after_ms"), 0) << reply.code();
}

void expect_problem(const Reply& reply, int status, const std::string& code) {
  EXPECT_EQ(reply.status, status) << reply.text;
  EXPECT_EQ(reply.code(), code) << reply.text;
  EXPECT_EQ(reply.header("Content-Type"), "application/problem+json") << code;
  EXPECT_TRUE(reply.names().starts_with("type title status code detail")) << reply.names();
  EXPECT_EQ(reply.at("type"), "urn:holdfast:" + code);
  EXPECT_EQ(reply.number("status"), status);
  EXPECT_EQ(reply.kind("title"), "string");
  EXPECT_EQ(reply.kind("detail"), "string");
  EXPECT_EQ(reply.at("errors") == "(none)", code != "validation_failed") << code;
  const bool state_conflict =
      code.starts_with("already_") || code == "reservation_expired" || code == "reservation_pending";
  EXPECT_EQ(reply.at("reservation") == "(none)", !state_conflict) << code;
  expect_retry_after_as_promised(reply);
}

class Problems : public OnEphemeral<Problems> {
 protected:
  Reply raw(const std::string& bytes) {
    RawConnection connection(http());
    connection.send(bytes);
    return connection.next();
  }
};

TEST_F(Problems, of_requests_that_are_not_sound) {
  expect_problem(raw("GET /livez HTTP/1.1\r\n\r\n"), 400, "malformed_request");
  expect_problem(shop().send("PUT", "/v1/reservations/r", "{"), 400, "malformed_json");
  const std::string line = R"({"lines":[{"sku":"cup","quantity":1}]})";
  expect_problem(shop().post("/v1/reservations", line), 400, "idempotency_key_missing");
  expect_problem(shop().get("/v1/nowhere"), 404, "not_found");
  expect_problem(shop().call({.method = "DELETE", .target = "/v1/status"}), 405, "method_not_allowed");
  expect_problem(raw("POST /v1/batch HTTP/1.1\r\nHost: s\r\nContent-Length: 9999999\r\n\r\n"), 413,
                 "body_too_large");
  expect_problem(raw("PUT /v1/reservations/r HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\n{}"), 415,
                 "unsupported_media_type");
  expect_problem(raw("GET /livez HTTP/1.1\r\nHost: s\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), 431,
                 "headers_too_large");
}

TEST_F(Problems, of_values_name_each_of_them_by_its_pointer) {
  const Reply reply =
      shop().send("PUT", "/v1/reservations/r",
                  R"({"lines":[{"sku":"","quantity":0},{"sku":"b"}],"ttl_seconds":0,"x/y~z":1})");
  expect_problem(reply, 422, "validation_failed");
  EXPECT_EQ(reply.names("errors.0"), "pointer detail");
  for (const char* pointer :
       {"/lines/0/sku", "/lines/0/quantity", "/lines/1/quantity", "/ttl_seconds", "/x~1y~0z"})
    EXPECT_NE(reply.text.find("{\"pointer\":\"" + std::string(pointer) + '"'), std::string::npos) << pointer;
}

TEST_F(Problems, of_what_is_unknown_here) {
  expect_problem(shop().reservation("nobody"), 404, "reservation_unknown");
  expect_problem(shop().sku("nothing"), 404, "sku_unknown");
  expect_problem(shop().reserve(fresh("r"), "nothing", 1), 404, "sku_unknown");
}

TEST_F(Problems, of_shortages_tell_the_short_skus_only) {
  const std::string few = stocked(2);
  const std::string many = stocked(10);
  const Reply few_left = shop().send(
      "PUT", "/v1/reservations/" + fresh("r"),
      R"({"lines":[{"sku":")" + many + R"(","quantity":1},{"sku":")" + few + R"(","quantity":3}]})");
  expect_problem(few_left, 409, "not_enough");
  EXPECT_EQ(few_left.names("shortage.0"),
            "sku requested available_here reserved_here elsewhere_estimate as_of");
  EXPECT_EQ(few_left.at("shortage.0.sku"), few);
  EXPECT_EQ(few_left.at("shortage.1"), "(none)");
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, few, 2).status, 201);
  expect_problem(shop().reserve(fresh("r"), few, 1), 409, "all_reserved");
  ASSERT_EQ(shop().purchase(id).status, 200);
  expect_problem(shop().reserve(fresh("r"), few, 1), 409, "sold_out");
}

TEST_F(Problems, of_states_show_the_reservation) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1, R"("ttl_seconds":1)").status, 201);
  const Reply pending = shop().post("/v1/reservations/" + id + "/return", {}, fresh("k"));
  expect_problem(pending, 409, "reservation_pending");
  EXPECT_EQ(pending.names("reservation"),
            "id region state customer order created_at expires_at expires_in_ms lines");
  EXPECT_EQ(pending.at("reservation.state"), "pending");
  ASSERT_TRUE(eventually([&] { return shop().state_of(id) == "expired"; }, 3s));
  expect_problem(shop().purchase(id, R"({"if_expired":"fail"})"), 409, "reservation_expired");
  const std::string bought = fresh("r");
  ASSERT_EQ(shop().reserve(bought, sku, 1).status, 201);
  ASSERT_EQ(shop().purchase(bought).status, 200);
  expect_problem(shop().release(bought), 409, "already_purchased");
  const std::string released = fresh("r");
  ASSERT_EQ(shop().reserve(released, sku, 1).status, 201);
  ASSERT_EQ(shop().release(released).status, 200);
  expect_problem(shop().purchase(released), 409, "already_released");
}

TEST_F(Problems, of_another_request_or_region) {
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 1).status, 201);
  expect_problem(shop().reserve(id, sku, 2), 422, "idempotency_mismatch");
  expect_problem(
      shop().post("/v1/skus/" + sku + "/adjustments", R"({"delta":1,"reason":"r","region":"us"})", "k"), 409,
      "wrong_region");
}

// Two regions of which us has all the cups, and stands still.
class ProblemsOfTwo : public testing::Test {
 protected:
  void begin(int cut_off_after_ms) {
    const auto port = free_port();
    us_.emplace(dir_ / "us", DaemonConfig{.region = "us",
                                          .gossip_port = port,
                                          .peers = {{"eu", ""}},
                                          .cut_off_after_ms = cut_off_after_ms});
    eu_.emplace(dir_ / "eu", DaemonConfig{.region = "eu",
                                          .peers = {{"us", "127.0.0.1:" + std::to_string(port)}},
                                          .cut_off_after_ms = cut_off_after_ms});
    ASSERT_TRUE(us_->start() && eu_->start()) << us_->log() << eu_->log();
    ASSERT_EQ(us_->shop().adjust("cup", 5).status, 201);
    ASSERT_TRUE(eventually([&] { return eu_->shop().sku("cup").number("elsewhere_estimate") == 5; }));
    us_->freeze();
  }
  TempDir dir_;
  std::optional<DaemonProcess> us_;
  std::optional<DaemonProcess> eu_;
};

TEST_F(ProblemsOfTwo, insufficient_here_means_that_units_are_elsewhere) {
  begin(20'000);
  const Reply refused = eu_->shop().reserve("a", "cup", 1);
  expect_problem(refused, 409, "insufficient_here");
  EXPECT_EQ(refused.number("shortage.0.available_here"), 0);
  EXPECT_EQ(refused.number("shortage.0.elsewhere_estimate"), 5);
  const Reply partial = eu_->shop().reserve("b", "cup", 1, R"("partial":true)");
  expect_problem(partial, 409, "insufficient_here");
}

TEST_F(ProblemsOfTwo, rights_unreachable_means_that_units_may_be_in_a_region_that_is_cut_off) {
  begin(800);
  ASSERT_TRUE(eventually([&] { return eu_->shop().get("/v1/status").at("regions.1.state") == "cut_off"; }));
  expect_problem(eu_->shop().reserve("a", "cup", 1), 503, "rights_unreachable");
  expect_problem(eu_->shop().reserve("a", "cup", 100), 503, "rights_unreachable");
  EXPECT_EQ(eu_->shop().sku("cup").at("sold_out_everywhere"), "false");
  EXPECT_EQ(eu_->shop().sku("nothing").code(), "sku_unknown") << "every configured region was heard once";
}

TEST(ProblemsAlone, an_unknown_sku_is_503_while_a_configured_region_was_never_heard) {
  const TempDir dir;
  DaemonProcess eu(dir / "eu", {.peers = {{"us", ""}}});
  ASSERT_TRUE(eu.start()) << eu.log();
  expect_problem(eu.shop().sku("nothing"), 503, "rights_unreachable");
  expect_problem(eu.shop().reserve("a", "nothing", 1), 503, "rights_unreachable");
}

TEST(ProblemsAlone, a_daemon_in_doubt_of_its_disk_is_fenced_and_reads_on) {
  const TempDir dir;
  DaemonProcess eu(dir / "eu", {});
  ASSERT_TRUE(eu.start()) << eu.log();
  ASSERT_EQ(eu.shop().adjust("cup", 2).status, 201);
  EXPECT_EQ(eu.stop(), 0);
  std::filesystem::rename(eu.data_dir(), dir / "moved");
  std::filesystem::create_directory(dir / "copy");
  DaemonProcess copy(dir / "copy", {});
  std::filesystem::rename(dir / "moved", copy.data_dir());
  copy.launch();
  ASSERT_TRUE(eventually([&] { return !copy.http().empty(); })) << copy.log();
  expect_problem(copy.shop().reserve("a", "cup", 1), 503, "fenced");
  expect_problem(copy.shop().get("/readyz"), 503, "fenced");
  EXPECT_EQ(copy.shop().get("/livez").status, 200);
  EXPECT_EQ(copy.shop().sku("cup").number("available_here"), 2);
  const Reply status = copy.shop().get("/v1/status");
  EXPECT_EQ(status.at("state"), "degraded");
  EXPECT_NE(status.text.find("\"fenced\""), std::string::npos) << status.text;
}

}  // namespace
}  // namespace holdfast::e2e
