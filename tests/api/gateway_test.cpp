// The gateway with a fake desk: what is submitted, what is refused at the door, what happens to late answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fake_desk.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string one_basket = R"({"lines":[{"sku":"a","quantity":1}]})";
HttpRequest reserve(std::string id = "c", std::string body = one_basket) {
  return json_call(Method::put, "/v1/reservations/" + id, std::move(body));
}

TEST(Gateway, submits_and_responds_when_the_answer_comes) {
  Bench bench;
  EXPECT_FALSE(bench.call(reserve()));
  ASSERT_EQ(bench.desk.submitted.size(), 1u);
  bench.desk.answer(0, Success(reserved("c")));
  EXPECT_EQ(bench.last_response()->status, 201);
  EXPECT_EQ(bench.gateway.calls_open(), 0u);
}

TEST(Gateway, takes_answers_from_within_the_submission) {
  Bench bench;
  bench.desk.answers_at_once = true;
  EXPECT_EQ(bench.call(reserve())->status, 201);
  EXPECT_EQ(bench
                .call(json_call(Method::post, "/v1/batch",
                                R"({"operations":[{"op":"release","id":"c"},{"op":"release","id":"d"}]})"))
                ->status,
            200);
  EXPECT_EQ(bench.gateway.calls_open(), 0u);
}

TEST(Gateway, refuses_writes_at_the_door_while_it_drains_is_full_or_fenced) {
  Bench bench;
  for (const auto& [health, code] : std::map<Health, std::string>{
           {Health::draining, "draining"}, {Health::disk_full, "disk_full"}, {Health::fenced, "fenced"}}) {
    bench.desk.health = health;
    const auto response = bench.call(reserve());
    EXPECT_EQ(code_of(response), code);
    EXPECT_EQ(response->status, 503);
    EXPECT_GE(response->retry_after_s, 1);
    EXPECT_EQ(code_of(bench.call(get_call("/readyz"))), code);
    EXPECT_EQ(bench.call(get_call("/livez"))->body, R"({"status":"ok"})");
    EXPECT_EQ(bench.call(reserve("c", "{}"))->status, 422) << "members come before the door";
  }
  EXPECT_THAT(bench.desk.submitted, IsEmpty());
  EXPECT_FALSE(bench.call(get_call("/v1/skus/a"))) << "reading goes on";
  EXPECT_EQ(bench.desk.submitted.size(), 1u);
}

HttpRequest import_of_lines(int count) {
  std::string lines = "sku,quantity\n";
  for (int i = 0; i < count; ++i) lines += "sku-" + std::to_string(i) + ",1\n";
  HttpRequest import = json_call(Method::post, "/v1/stock-imports", lines, "k");
  import.content_type = "text/csv";
  return import;
}

TEST(Gateway, reads_a_large_import_aside_and_serves_others_meanwhile) {
  Bench bench;
  bench.desk.reads_later = true;
  EXPECT_FALSE(bench.call(import_of_lines(10'000)));
  ASSERT_EQ(bench.desk.aside.size(), 1u);
  EXPECT_THAT(bench.desk.submitted, IsEmpty());
  AfterJob then = bench.desk.aside[0]();
  EXPECT_FALSE(bench.call(reserve()));
  EXPECT_EQ(bench.desk.submitted.size(), 1u);
  then();
  ASSERT_EQ(bench.desk.submitted.size(), 2u);
  const auto& import = std::get<request::Import>(bench.desk.submitted[1].second);
  EXPECT_EQ(import.lines.size(), 10'000u);
  EXPECT_EQ(import.by_sku.size(), 10'000u);
  answer::Imported imported;
  imported.lines = imported.applied = 10'000;
  bench.desk.answer(1, Success(imported));
  EXPECT_EQ(bench.response(1)->status, 200);
  bench.desk.answer(0, Success(reserved("c")));
  EXPECT_EQ(bench.gateway.calls_open(), 0u);
}

TEST(Gateway, reads_a_small_import_at_once) {
  Bench bench;
  bench.desk.reads_later = true;
  EXPECT_FALSE(bench.call(import_of_lines(1'000)));
  EXPECT_EQ(bench.desk.submitted.size(), 1u);
}

TEST(Gateway, forgets_an_import_that_is_abandoned_while_it_is_read) {
  Bench bench;
  bench.desk.reads_later = true;
  EXPECT_FALSE(bench.call(import_of_lines(10'000)));
  bench.gateway.abandon(bench.last);
  bench.desk.aside[0]()();
  EXPECT_THAT(bench.desk.submitted, IsEmpty());
  EXPECT_THAT(bench.responses, IsEmpty());
}

TEST(Gateway, goes_by_the_door_as_it_is_once_an_import_is_read) {
  Bench bench;
  bench.desk.reads_later = true;
  EXPECT_FALSE(bench.call(import_of_lines(10'000)));
  HttpRequest broken = import_of_lines(10'000);
  broken.body.replace(0, 3, "SKU");
  EXPECT_FALSE(bench.call(std::move(broken)));
  bench.desk.health = Health::draining;
  for (Job& job : bench.desk.aside) job()();
  EXPECT_EQ(code_of(bench.response(1)), "draining");
  EXPECT_EQ(bench.response(2)->status, 422) << "members come before the door";
}

// A stop has 10 s, and a catalogue takes seconds to read.
TEST(Gateway, refuses_at_once_what_is_not_read_yet_when_it_drains) {
  Bench bench;
  bench.desk.reads_later = true;
  EXPECT_FALSE(bench.call(import_of_lines(10'000)));
  EXPECT_FALSE(bench.call(import_of_lines(10'000)));
  AfterJob read = bench.desk.aside[0]();
  bench.desk.health = Health::draining;
  bench.gateway.drain();
  EXPECT_EQ(code_of(bench.response(1)), "draining");
  EXPECT_EQ(code_of(bench.response(2)), "draining");
  EXPECT_EQ(code_of(bench.call(import_of_lines(10'000))), "draining");
  EXPECT_EQ(bench.desk.aside.size(), 2u);
  bench.responses.clear();
  read();
  bench.desk.aside[1]()();
  EXPECT_THAT(bench.responses, IsEmpty());
  EXPECT_THAT(bench.desk.submitted, IsEmpty());
}

// The ledger fails where its record does not fit, and with it the daemon.
TEST(Gateway, refuses_an_import_that_the_disk_has_no_room_for) {
  Bench bench;
  const HttpRequest import = import_of_lines(10'000);
  bench.desk.disk_free_bytes = 1 << 20;
  const auto response = bench.call(import);
  EXPECT_EQ(code_of(response), "disk_full");
  EXPECT_EQ(response->status, 503);
  EXPECT_GE(response->retry_after_s, 1);
  EXPECT_THAT(response->body, testing::HasSubstr("about 1 MiB of disk, and 1 MiB are free"));
  EXPECT_FALSE(bench.call(reserve())) << "others are served";
  bench.desk.disk_free_bytes = 2 << 20;
  EXPECT_FALSE(bench.call(import)) << "it is asked of the core";
}

TEST(Gateway, refuses_an_import_that_the_disk_has_no_room_for_beside_what_is_being_written) {
  Bench bench;
  bench.desk.disk_free_bytes = 2 << 20;
  bench.desk.spoken_for_bytes = 1 << 20;
  EXPECT_EQ(code_of(bench.call(import_of_lines(10'000))), "disk_full");
  bench.desk.spoken_for_bytes = 3 << 20;
  EXPECT_EQ(code_of(bench.call(import_of_lines(10))), "disk_full");
  bench.desk.spoken_for_bytes = 1 << 10;
  EXPECT_FALSE(bench.call(import_of_lines(10'000)));
}

TEST(Gateway, that_is_drained_of_its_rights_takes_writes_but_is_not_ready_for_anybody_new) {
  Bench bench;
  EXPECT_EQ(bench.call(json_call(Method::post, "/v1/drain", ""))->body,
            R"({"region":"eu","draining":true,"regions":[{"region":"us","up":true,"has_all":false}]})");
  EXPECT_TRUE(bench.desk.draining);
  bench.desk.health = Health::leaving;
  EXPECT_EQ(code_of(bench.call(get_call("/readyz"))), "draining");
  EXPECT_FALSE(bench.call(reserve())) << "it is asked of the core";
  EXPECT_EQ(bench.call(json_call(Method::post, "/v1/drain/stop", ""))->status, 200);
  EXPECT_FALSE(bench.desk.draining);
  EXPECT_THAT(bench.call(get_call("/v1/drain"))->body,
              testing::StartsWith(R"({"region":"eu","draining":false)"));
}

TEST(Gateway, takes_no_typo_for_the_call_without_it) {
  Bench bench;
  EXPECT_TRUE(names(bench.call(json_call(Method::post, "/v1/drain", R"({"stop":true})")), "/stop"));
  EXPECT_TRUE(names(bench.call(json_call(Method::post, "/v1/drain?stop", "")), "/stop"));
  EXPECT_EQ(code_of(bench.call(json_call(Method::post, "/v1/drain", "stop"))), "malformed_json");
  EXPECT_FALSE(bench.desk.draining);
  EXPECT_EQ(bench.call(json_call(Method::post, "/v1/drain", "{}"))->status, 200);
  EXPECT_TRUE(bench.desk.draining);
  for (const char* path : {"/v1/config/reload", "/v1/backup"})
    EXPECT_EQ(bench.call(json_call(Method::post, path, R"({"dry_run":true})"))->status, 422) << path;
  for (const char* path : {"/v1/drain", "/v1/backup", "/v1/config"})
    EXPECT_EQ(bench.call(get_call(path + std::string("?x=1")))->status, 422) << path;
  for (const char* path : {"/livez", "/readyz", "/metrics", "/openapi.json", "/dashboard"})
    EXPECT_EQ(bench.call(get_call(path + std::string("?x=1")))->status, 200) << path;
}

TEST(Gateway, knows_nothing_yet_while_it_starts) {
  Bench bench;
  bench.desk.health = Health::starting;
  EXPECT_EQ(code_of(bench.call(get_call("/v1/skus/a"))), "starting");
  EXPECT_EQ(code_of(bench.call(get_call("/readyz"))), "starting");
  EXPECT_EQ(bench.call(get_call("/livez"))->status, 200);
  bench.desk.health = Health::ready;
  EXPECT_EQ(bench.call(get_call("/readyz"))->body, R"({"status":"ready"})");
}

TEST(Gateway, says_that_the_outcome_is_unknown_when_no_answer_comes) {
  Bench bench;
  EXPECT_FALSE(bench.call(reserve("c", R"({"lines":[{"sku":"a","quantity":1}],"wait_ms":3000})")));
  bench.desk.now_us += 12'999'000;
  bench.gateway.tick();
  EXPECT_FALSE(bench.last_response());
  bench.desk.now_us += 1'000;
  bench.gateway.tick();
  EXPECT_EQ(code_of(bench.last_response()), "outcome_unknown");
  EXPECT_EQ(bench.last_response()->status, 504);
  bench.responses.clear();
  bench.desk.answer(0, Success(reserved("c")));
  EXPECT_THAT(bench.responses, IsEmpty()) << "too late";
}

TEST(Gateway, sheds_a_read_that_no_answer_comes_for) {
  Bench bench;
  EXPECT_FALSE(bench.call(get_call("/v1/skus/a")));
  bench.desk.now_us += 10'000'000;
  bench.gateway.tick();
  EXPECT_EQ(code_of(bench.last_response()), "overloaded");
  EXPECT_GE(bench.last_response()->retry_after_s, 1);
}

TEST(Gateway, has_patience_with_what_goes_through_all_there_is) {
  Bench bench;
  EXPECT_FALSE(bench.call(get_call("/v1/audit")));
  bench.desk.now_us += 299'999'000;
  bench.gateway.tick();
  EXPECT_FALSE(bench.last_response());
  bench.desk.now_us += 1'000;
  bench.gateway.tick();
  EXPECT_EQ(code_of(bench.last_response()), "overloaded");
}

TEST(Gateway, responds_once_to_a_call_that_the_end_of_another_lets_go_on) {
  Bench bench;
  EXPECT_FALSE(bench.call(get_call("/v1/skus/a")));
  EXPECT_FALSE(bench.call(get_call("/v1/skus/b")));
  bench.desk.on_cancel = [&] { bench.desk.answer(1, Success(answer::SkuView{.sku = "b"})); };
  bench.desk.now_us += 10'000'000;
  bench.gateway.tick();
  EXPECT_EQ(code_of(bench.response(1)), "overloaded");
  EXPECT_EQ(bench.response(2)->status, 200);
  EXPECT_EQ(bench.desk.cancelled.size(), 1u);
  EXPECT_EQ(bench.gateway.calls_open(), 0u);
}

TEST(Gateway, forgets_an_abandoned_call_and_tells_the_desk) {
  Bench bench;
  EXPECT_FALSE(bench.call(reserve("c", R"({"lines":[{"sku":"a","quantity":1}],"wait_ms":1})")));
  EXPECT_TRUE(bench.gateway.waits(bench.last));
  bench.gateway.abandon(bench.last);
  EXPECT_THAT(bench.desk.cancelled, ElementsAre(bench.desk.submitted[0].first));
  bench.desk.answer(0, Success(reserved("c")));
  EXPECT_THAT(bench.responses, IsEmpty());
  bench.gateway.abandon(bench.last);
}

TEST(Gateway, gives_a_batch_s_results_in_order_whatever_order_they_come_in) {
  Bench bench;
  const auto body = R"({"operations":[{"op":"reserve","id":"a","lines":[{"sku":"x","quantity":1}]},
    {"op":"purchase","id":"b"},{"op":"purchase"},{"op":"extend","id":"c","ttl_seconds":9,"idempotency_key":"k"}]})";
  EXPECT_FALSE(bench.call(json_call(Method::post, "/v1/batch", body)));
  ASSERT_EQ(bench.desk.submitted.size(), 3u);
  EXPECT_EQ(std::get<request::Purchase>(bench.desk.submitted[1].second).id, "b");
  bench.desk.answer(2, Success(reserved("c", false)));
  bench.desk.answer(0, Success(reserved("a")));
  EXPECT_FALSE(bench.last_response());
  bench.desk.answer(1, failure(Refusal{.code = RefusalCode::reservation_unknown}));
  const std::string results = bench.last_response()->body;
  EXPECT_TRUE(results.starts_with(R"({"results":[{"status":201,"replayed":false,"body":{"id":"a",)"))
      << results;
  EXPECT_TRUE(results.contains(
      R"({"status":404,"replayed":false,"body":{"type":"urn:holdfast:reservation_unknown")"));
  EXPECT_TRUE(
      results.contains(R"({"status":422,"replayed":false,"body":{"type":"urn:holdfast:validation_failed")"));
  EXPECT_TRUE(results.contains(R"({"pointer":"/id","detail":"is required"})"));
  EXPECT_TRUE(results.contains(R"({"status":200,"replayed":true,"body":{"id":"c")"));
  EXPECT_LT(results.find("404"), results.find("422"));
}

std::string batch_of(const std::string& operation) { return R"({"operations":[)" + operation + "]}"; }

TEST(Gateway, refuses_bad_operations_one_by_one) {
  for (const auto& [operation, expected] : std::map<std::string, std::string>{
           {R"({"op":"reserve","id":"a","lines":[{"sku":"x","quantity":1}],"wait_ms":0})", "/wait_ms"},
           {R"({"op":"reserve","lines":[{"sku":"x","quantity":1}]})", "idempotency_key_missing"},
           {R"({"op":"adjust","sku":"x","delta":1,"reason":"r"})", "idempotency_key_missing"},
           {R"({"op":"return","id":"a"})", "idempotency_key_missing"},
           {R"({"op":"adjust","sku":"x","delta":1,"reason":"r","idempotency_key":"a b"})",
            "/idempotency_key"},
           {R"({"op":"buy","id":"a"})", "/op"},
           {R"({"id":"a"})", "/op"},
           {R"({"op":"release","id":"a","sku":"x"})", "/sku"},
           {R"(7)", "must be an object"}}) {
    Bench bench;
    const auto response = bench.call(json_call(Method::post, "/v1/batch", batch_of(operation)));
    ASSERT_TRUE(response) << operation;
    EXPECT_EQ(response->status, 200);
    EXPECT_TRUE(response->body.contains(expected)) << operation << response->body;
  }
}

TEST(Gateway, refuses_what_is_wrong_with_the_json_of_one_operation_alone) {
  const std::string line = R"("lines":[{"sku":"x","quantity":)";
  for (const auto& [operation, expected] : std::map<std::string, std::string>{
           {R"({"op":"reserve","id":"a",)" + line + "1.5}]}", R"({"pointer":"/lines/0/quantity",)"},
           {R"({"op":"reserve","id":"a",)" + line + "1}],\"ttl_seconds\":1e2}",
            R"({"pointer":"/ttl_seconds",)"},
           {R"({"op":"release","id":"a","id":"b"})", R"({"pointer":"/id",)"},
           {"{\"op\":\"release\",\"id\":\"\xff\"}", R"({"pointer":"/id",)"},
           {"1.5", R"({"pointer":"",)"}}) {
    Bench bench;
    bench.desk.answers_at_once = true;
    const std::string good = R"({"op":"release","id":"a"})";
    const auto response =
        bench.call(json_call(Method::post, "/v1/batch", batch_of(good + "," + operation + "," + good)));
    ASSERT_TRUE(response) << operation;
    EXPECT_EQ(response->status, 200) << operation << response->body;
    EXPECT_TRUE(response->body.contains(R"(,{"status":422,"replayed":false,)")) << response->body;
    EXPECT_TRUE(response->body.contains(R"("errors":[)" + expected)) << response->body;
  }
}

TEST(Gateway, refuses_a_batch_whose_json_has_faults_beside_its_operations) {
  std::string many = "1.5";
  for (int i = 0; i < 30'000; ++i) many += ",1.5";
  for (const std::string& body :
       {std::string(R"({"operations":[1.5],"operations":[]})"), std::string(R"({"operations":{"0":1.5}})"),
        std::string(R"({"operations":[{"op":"release","id":"a","x":1.5}],"x":1.5})"),
        std::string(R"({"operations":[{"op":"release","id":"\ud800"}]})"), batch_of(many),
        batch_of(R"({"op":"reserve","lines":)" + std::string(40, '[') + std::string(40, ']') + "}")}) {
    Bench bench;
    const auto response = bench.call(json_call(Method::post, "/v1/batch", body));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 422) << body;
    EXPECT_LT(response->body.size(), 4096u) << "some are told, not all";
    EXPECT_TRUE(bench.desk.submitted.empty());
  }
}

TEST(Gateway, takes_a_batch_of_a_thousand_and_no_more) {
  Bench bench;
  bench.desk.answers_at_once = true;
  std::string operations = R"({"op":"release","id":"a"})";
  for (int i = 1; i < 1000; ++i) operations += R"(,{"op":"release","id":"a"})";
  EXPECT_EQ(bench.call(json_call(Method::post, "/v1/batch", batch_of(operations)))->status, 200);
  operations += R"(,{"op":"release","id":"a"})";
  EXPECT_TRUE(names(bench.call(json_call(Method::post, "/v1/batch", batch_of(operations))), "/operations"));
  EXPECT_EQ(bench.call(json_call(Method::post, "/v1/batch", batch_of("")))->body, R"({"results":[]})");
  EXPECT_EQ(bench.call(json_call(Method::post, "/v1/batch", "{}"))->status, 422);
}

TEST(Gateway, marks_what_is_missing_of_a_batch_as_unknown) {
  Bench bench;
  const auto body = batch_of(R"({"op":"release","id":"a"},{"op":"release","id":"b"})");
  EXPECT_FALSE(bench.call(json_call(Method::post, "/v1/batch", body)));
  bench.desk.answer(0, Success(reserved("a", false)));
  bench.desk.now_us += 10'000'000;
  bench.gateway.tick();
  const std::string results = bench.last_response()->body;
  EXPECT_TRUE(results.contains(R"({"status":200)"));
  EXPECT_TRUE(results.contains(R"({"status":504)"));
}

TEST(Gateway, shows_the_configuration) {
  Bench bench;
  EXPECT_EQ(bench.call(get_call("/v1/config"))->body,
            R"({"values":[{"key":"http.listen","value":"127.0.0.1:0","origin":"file"}]})");
  EXPECT_EQ(bench.call(get_call("/v1/config?x=1"))->status, 422);
}

TEST(Gateway, counts_what_it_answers) {
  Bench bench;
  EXPECT_FALSE(bench.call(reserve("a")));
  EXPECT_FALSE(bench.call(reserve("b")));
  EXPECT_FALSE(bench.call(reserve("c")));
  bench.desk.now_us += 100;
  bench.desk.answer(0, Success(reserved("a")));
  bench.desk.answer(1, Success(reserved("b", false)));
  bench.desk.answer(2, failure(Refusal{.code = RefusalCode::sold_out}));
  const std::string text = bench.call(get_call("/metrics"))->body;
  for (const char* line :
       {"holdfast_reservations_total{result=\"created\"} 1\n",
        "holdfast_reservations_total{result=\"replayed\"} 1\n",
        "holdfast_reservations_total{result=\"refused\"} 1\n",
        "holdfast_refusals_total{code=\"sold_out\"} 1\n", "holdfast_reserve_duration_seconds_count 3\n",
        "holdfast_pending_reservations 3\n"})
    EXPECT_TRUE(text.contains(line)) << line << text;
  EXPECT_GE(bench.gateway.tally().recent_us(bench.desk.now_us, 0.5), 100);
  EXPECT_EQ(bench.gateway.tally().recent_us(bench.desk.now_us + 60'000'000, 0.5), 0);
}

}  // namespace
}  // namespace holdfast::api
