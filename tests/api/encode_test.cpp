// From the core's answers to HTTP: bytes as the contract has them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/encode.h"
#include "api/fake_desk.h"
#include "api/json_reader.h"
#include "api/json_writer.h"
#include "api/problem.h"
#include "base/time_text.h"

namespace holdfast::api {
namespace {

HttpResponse shown(Answer answer, bool in_pages = true) {
  const std::function<ShellStatus()> shell = [] {
    return ShellStatus{.cluster = "shop",
                       .incarnation = "i",
                       .version = "0.1.0",
                       .now = wall_time(0),
                       .uptime = Millis(7),
                       .journal_bytes = 8,
                       .disk_free_bytes = 9,
                       .disk_reserve_bytes = 1};
  };
  const std::function<Health()> health = [] { return Health::ready; };
  const Desk desk;
  const EventFollowers nobody(desk);
  return encode(answer, {"eu", shell, health, nobody, in_pages});
}

std::string body(Answer answer, bool in_pages = true) { return shown(std::move(answer), in_pages).body; }

const std::string pending =
    R"({"id":"cart-1","region":"eu","state":"pending","customer":null,"order":null,"created_at":"2026-11-23T18:00:00.000Z",)"
    R"("expires_at":"2026-11-23T18:10:00.000Z","expires_in_ms":600000,"lines":[{"sku":"85123A","quantity":6}]})";

TEST(Encode, a_reservation_that_was_made) {
  const HttpResponse response = shown(Success(reserved("cart-1")));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.location, "/v1/reservations/cart-1");
  EXPECT_FALSE(response.replayed);
  EXPECT_EQ(response.body, pending);
}

TEST(Encode, a_reservation_that_was_there) {
  const HttpResponse response = shown(Success(reserved("cart-1", false)));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.location.empty());
  EXPECT_TRUE(response.replayed);
  EXPECT_EQ(response.body, pending);
}

TEST(Encode, a_purchase_with_returns_a_replacement_and_a_shortage) {
  answer::ReservationAnswer answer = reserved("c", false);
  answer.reservation.state = ReservationState::purchased;
  answer.reservation.customer = "c\"17";
  answer.reservation.order = "o";
  answer.reservation.lines[0].returned = Units(2);
  answer.reservation.asked_to_replace = true;
  answer.reservation.shortage = {{"b", Units(5), Units(1), Units(2), Units(3), wall_time(1)}};
  EXPECT_EQ(
      body(Success(answer)),
      R"({"id":"c","region":"eu","state":"purchased","customer":"c\"17","order":"o",)"
      R"("created_at":"2026-11-23T18:00:00.000Z","expires_at":null,"expires_in_ms":null,)"
      R"("lines":[{"sku":"85123A","quantity":6,"returned":2}],"replaced":null,)"
      R"("shortage":[{"sku":"b","requested":5,"available_here":1,"reserved_here":2,"elsewhere_estimate":3,)"
      R"("as_of":"1970-01-01T00:00:00.001Z"}]})");
}

TEST(Encode, lists_with_and_without_more) {
  EXPECT_EQ(body(Success(answer::ReservationList{})), R"({"reservations":[],"next":null})");
  EXPECT_EQ(body(Success(answer::ReservationList{{reserved("cart-1").reservation}, "x"})),
            R"({"reservations":[)" + pending + R"(],"next":"x"})");
}

TEST(Encode, skus) {
  const answer::SkuView view{"a", true, Units(1), Units(2), Units(3), Units(4), Units(5), wall_time(0), true};
  const std::string json =
      R"({"sku":"a","region":"eu","available_here":1,"reserved_here":2,"purchased_here":3,"returned_here":4,)"
      R"("elsewhere_estimate":5,"elsewhere_as_of":"1970-01-01T00:00:00.000Z","sold_out_everywhere":true})";
  EXPECT_EQ(body(Success(view)), json);
  EXPECT_EQ(body(Success(answer::SkuList{{view}, ""})), R"({"skus":[)" + json + R"(],"next":null})");
  const answer::SkuList named{{view, answer::SkuView{.sku = "b", .known = false}}, ""};
  EXPECT_EQ(body(Success(named), false), R"({"skus":[)" + json + R"(,{"sku":"b","code":"sku_unknown"}]})");
}

TEST(Encode, adjustments_and_counts) {
  answer::Adjusted adjusted{"a", Units(-3), "broken", wall_time(0), Units(7)};
  EXPECT_EQ(shown(Success(adjusted)).status, 201);
  EXPECT_EQ(
      body(Success(adjusted)),
      R"({"sku":"a","region":"eu","delta":-3,"reason":"broken","at":"1970-01-01T00:00:00.000Z","available_here":7})");
  adjusted.counted = adjusted.replayed = true;
  EXPECT_EQ(shown(Success(adjusted)).status, 200);
  EXPECT_TRUE(shown(Success(adjusted)).replayed);
}

TEST(Encode, imports) {
  answer::Imported imported{
      2, 1, Units(5), {{2, "a", true, ""}, {3, "b", false, "quantity must be an integer"}}};
  EXPECT_EQ(
      body(Success(imported)),
      R"({"lines":2,"applied":1,"units":5,"refused":1,"results":[{"line":2,"sku":"a","status":201},)"
      R"({"line":3,"sku":"b","status":422,"code":"validation_failed","detail":"quantity must be an integer"}]})");
  imported.lines = 1001;
  EXPECT_FALSE(body(Success(imported)).contains(R"("line":2)"));
}

TEST(Encode, moves_and_rights) {
  EXPECT_EQ(body(Success(answer::RightsMoved{"a", "us", Units(4), Units(6)})),
            R"({"sku":"a","region":"eu","to":"us","quantity":4,"rights_here":6})");
  const answer::Rights rights{
      wall_time(0),
      {{"a", Units(5), Units(1), 70, std::nullopt, {{"ap", Units(-2), Units(0), 0, Millis(9), true}}}},
      ""};
  EXPECT_EQ(
      body(Success(rights)),
      R"({"as_of":"1970-01-01T00:00:00.000Z","skus":[{"sku":"a","rights":5,"reserved":1,"sold_per_1000_s":70,)"
      R"("runs_dry_in_ms":null,"regions":[{"region":"ap","rights":0,"reserved":0,"sold_per_1000_s":0,)"
      R"("heard_ms_ago":9,"stale":true}]}],"next":null})");
}

TEST(Encode, a_status_that_is_well) {
  answer::Status status{
      .position = Position(3), .state_hash = 0xabc, .pending_reservations = 2, .ids_kept = Millis(4)};
  status.regions = {{.region = "eu", .is_self = true, .state = answer::RegionState::up, .direct = true}};
  EXPECT_EQ(
      body(Success(status)),
      R"({"cluster":"shop","region":"eu","incarnation":"i","version":"0.1.0","now":"1970-01-01T00:00:00.000Z",)"
      R"("uptime_ms":7,"state":"well","reasons":[],"state_hash":"0000000000000abc",)"
      R"("journal":{"position":3,"bytes":8,"ids_kept_ms":4},"disk_free_bytes":9,"pending_reservations":2,)"
      R"("audit":{"oversold_units":0,"checked_ms_ago":null},"alarms":[],"regions":[{"region":"eu","self":true,)"
      R"("state":"up","direct":true,"rtt_ms":null,"heard_ms_ago":null,"skus":0,"rights":0,"reserved":0,)"
      R"("sold_per_1000_s":0,"refused_per_1000_s":{"sold_out":0,"not_enough":0,"all_reserved":0,)"
      R"("rights_unreachable":0,"insufficient_here":0},"reserve_us_p50":0,"reserve_us_p99":0}]})");
}

TEST(Encode, what_lies_with_lost_ledgers) {
  const answer::Status status{.lost = {{{"us", {1'000, 0xab}}, Units(8), 2}}};
  EXPECT_TRUE(encode_status(status, {}, Health::ready, {}, "eu")
                  .body.contains(R"("lost":[{"region":"us","incarnation":"1000-00000000000000ab",)"
                                 R"("made_at":"1970-01-01T00:00:01.000Z","rights":8,"skus":2}])"));
  const answer::Rights rights{wall_time(0), {{.sku = "a", .rights = Units(5), .lost = Units(3)}}, ""};
  EXPECT_TRUE(body(Success(rights)).contains(R"("regions":[],"lost":3}])")) << body(Success(rights));
}

TEST(Encode, a_status_of_a_ledger_in_memory_is_well_without_a_disk) {
  const HttpResponse response = encode_status({}, {}, Health::ready, {}, "eu");
  EXPECT_TRUE(response.body.contains(R"("state":"well","reasons":[],)")) << response.body;
  EXPECT_TRUE(response.body.contains(R"("disk_free_bytes":0,)")) << response.body;
}

TEST(Encode, a_status_that_is_degraded_says_why) {
  answer::Status status{.oversold = Units(1)};
  status.alarms = {{"clock", wall_time(0), "", "jumped"}};
  status.regions = {{.region = "ap", .state = answer::RegionState::cut_off}, {.region = "us"}};
  const HttpResponse response =
      encode_status(status, {.disk_free_bytes = 1, .disk_reserve_bytes = 2}, Health::fenced, {}, "eu");
  EXPECT_TRUE(
      response.body.contains(R"("state":"degraded","reasons":["region_cut_off:ap","region_never_heard:us",)"
                             R"("alarm:clock","audit_mismatch","disk_low","fenced"])"))
      << response.body;
  EXPECT_TRUE(response.body.contains(
      R"("alarms":[{"code":"clock","since":"1970-01-01T00:00:00.000Z","region":null,"detail":"jumped"}])"));
}

TEST(Encode, a_status_of_a_region_that_is_drained_says_so) {
  for (const Health health : {Health::leaving, Health::draining})
    EXPECT_TRUE(encode_status({}, {}, health, {}, "eu").body.contains(R"("draining":true)"));
}

TEST(Encode, a_ledger_that_was_fenced_at_its_start_is_an_alarm) {
  const ShellStatus shell{.fenced = "copied", .started = wall_time(7'000)};
  const HttpResponse response = encode_status({}, shell, Health::fenced, {}, "eu");
  EXPECT_TRUE(response.body.contains(R"("reasons":["alarm:fenced","fenced"])")) << response.body;
  EXPECT_TRUE(response.body.contains(
      R"("alarms":[{"code":"fenced","since":"1970-01-01T00:00:07.000Z","region":"eu","detail":"copied"}])"))
      << response.body;
}

TEST(Encode, every_refusal_has_its_status) {
  const std::map<RefusalCode, int> statuses = {{RefusalCode::reservation_unknown, 404},
                                               {RefusalCode::sku_unknown, 404},
                                               {RefusalCode::validation_failed, 422},
                                               {RefusalCode::idempotency_mismatch, 422},
                                               {RefusalCode::sold_out, 409},
                                               {RefusalCode::not_enough, 409},
                                               {RefusalCode::rights_unreachable, 503},
                                               {RefusalCode::all_reserved, 409},
                                               {RefusalCode::insufficient_here, 409},
                                               {RefusalCode::wrong_region, 409},
                                               {RefusalCode::already_purchased, 409},
                                               {RefusalCode::already_released, 409},
                                               {RefusalCode::reservation_expired, 409},
                                               {RefusalCode::reservation_pending, 409},
                                               {RefusalCode::overloaded, 429},
                                               {RefusalCode::starting, 503},
                                               {RefusalCode::draining, 503},
                                               {RefusalCode::disk_full, 503},
                                               {RefusalCode::fenced, 503},
                                               {RefusalCode::outcome_unknown, 504}};
  for (const auto& [code, status] : statuses) {
    const HttpResponse response = problem_response(Refusal{.code = code}, "eu");
    EXPECT_EQ(response.status, status) << name(code);
    EXPECT_EQ(code_of(response), name(code));
    EXPECT_EQ(response.content_type, "application/problem+json");
    const bool says_when = status == 429 || status == 503 || code == RefusalCode::insufficient_here ||
                           code == RefusalCode::all_reserved;
    EXPECT_EQ(response.retry_after_s >= 1, says_when) << name(code);
    EXPECT_EQ(response.body.contains("retry_after_ms"), says_when) << name(code);
  }
}

TEST(Encode, a_shortage_in_full) {
  Refusal refusal{.code = RefusalCode::insufficient_here, .detail = "soon", .retry_after = Millis(1001)};
  refusal.shortage = {{"a", Units(5), Units(1), Units(2), Units(3), wall_time(0)}};
  const HttpResponse response = shown(failure(refusal));
  EXPECT_EQ(response.retry_after_s, 2);
  EXPECT_EQ(
      response.body,
      R"({"type":"urn:holdfast:insufficient_here","title":"The units are in other regions","status":409,)"
      R"("code":"insufficient_here","detail":"soon","retry_after_ms":1001,"shortage":[{"sku":"a","requested":5,)"
      R"("available_here":1,"reserved_here":2,"elsewhere_estimate":3,"as_of":"1970-01-01T00:00:00.000Z"}]})");
}

TEST(Encode, a_state_conflict_shows_the_reservation) {
  Refusal refusal{.code = RefusalCode::already_purchased, .reservation = reserved("cart-1").reservation};
  EXPECT_TRUE(body(failure(refusal)).ends_with(R"("reservation":)" + pending + "}"));
}

TEST(Encode, whatever_text_comes_in_json_comes_out) {
  std::string out;
  append_json_string(out, std::string_view("a\"\\\n\t\x01\x7f é \xff\xed\xa0\x80"));
  EXPECT_EQ(out, R"("a\"\\\n\t\u0001\u007f é )"
                 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_TRUE(read_json(out).malformed.empty());
  EXPECT_TRUE(read_json(out).faults.empty());
}

TEST(Encode, times_to_the_millisecond) {
  std::string out;
  append_time(out, wall_time(1'709'210'096'007));
  EXPECT_EQ(out, "2024-02-29T12:34:56.007Z");
}

TEST(Metrics, are_text_for_prometheus) {
  Histogram histogram;
  for (const int us : {10, 20, 3'000, 40'000'000}) histogram.count(us);
  std::string text;
  append_text(text, histogram_family("h", "Help.", histogram));
  EXPECT_TRUE(text.starts_with(
      "# HELP h Help.\n# TYPE h histogram\nh_bucket{le=\"1.6e-05\"} 1\nh_bucket{le=\"3.2e-05\"} 2\n"))
      << text;
  EXPECT_TRUE(text.ends_with("h_bucket{le=\"+Inf\"} 4\nh_sum 40.00303\nh_count 4\n")) << text;
}

TEST(Metrics, quantiles_are_at_most_an_eighth_too_much) {
  Histogram histogram;
  EXPECT_EQ(histogram.quantile_us(0.5), 0);
  for (int us = 1; us <= 100'000; ++us) histogram.count(us);
  for (const double q : {0.01, 0.5, 0.99, 1.0}) {
    const double exact = q * 100'000;
    EXPECT_GE(static_cast<double>(histogram.quantile_us(q)), exact);
    EXPECT_LE(static_cast<double>(histogram.quantile_us(q)), exact * 1.126 + 1);
  }
}

}  // namespace
}  // namespace holdfast::api
