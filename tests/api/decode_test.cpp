// From HTTP requests to the core's, and the order of the checks between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/fake_desk.h"
#include "api/problem.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;

// What the core is asked, for a request that must be well.
Request asked(const HttpRequest& request) {
  const auto matched = match(request.method, request.target);
  if (!matched) throw std::runtime_error(matched.error().body);
  auto intake = take_in(*matched, request);
  if (!intake) throw std::runtime_error(intake.error().body);
  return *intake->operations.at(0);
}

HttpResponse refused(const HttpRequest& request) {
  const auto matched = match(request.method, request.target);
  if (!matched) return matched.error();
  const auto intake = take_in(*matched, request);
  return intake ? HttpResponse{.status = 0} : intake.error();
}

constexpr auto put = Method::put;
constexpr auto post = Method::post;
const std::string one_line = R"({"lines":[{"sku":"a","quantity":1}]})";
const Few<Line> a_line = {{"a", Units(1)}};

TEST(Decode, reserve_with_its_defaults) {
  EXPECT_EQ(asked(json_call(put, "/v1/reservations/c-1", one_line)),
            Request(request::Reserve{.id = "c-1", .lines = a_line}));
}

TEST(Decode, reserve_with_everything) {
  const auto body =
      R"({"lines":[{"sku":"a","quantity":1},{"quantity":2,"sku":"b"}],"customer":"c","ttl_seconds":60,
                        "wait_ms":250,"partial":true,"replaces":"c-0"})";
  EXPECT_EQ(asked(json_call(post, "/v1/reservations", body, "k")),
            Request(request::Reserve{.key = "k",
                                     .lines = {{"a", Units(1)}, {"b", Units(2)}},
                                     .customer = "c",
                                     .ttl = Millis(60'000),
                                     .wait = Millis(250),
                                     .partial = true,
                                     .replaces = "c-0"}));
}

TEST(Decode, the_calls_on_a_reservation) {
  const std::string at = "/v1/reservations/c/";
  EXPECT_EQ(asked(json_call(post, at + "purchase", "")), Request(request::Purchase{.id = "c"}));
  EXPECT_EQ(asked(json_call(post, at + "purchase", R"({"order":"o","if_expired":"fail"})")),
            Request(request::Purchase{"c", "o", request::IfExpired::fail}));
  EXPECT_EQ(asked(json_call(post, at + "release", "{}")), Request(request::Release{"c"}));
  EXPECT_EQ(asked(json_call(post, at + "extend", R"({"ttl_seconds":5})")),
            Request(request::Extend{"c", Millis(5000)}));
  EXPECT_EQ(asked(json_call(Method::patch, "/v1/reservations/c", one_line)),
            Request(request::Change{"c", a_line}));
  EXPECT_EQ(asked(json_call(post, at + "return", "", "k")), Request(request::Return{"c", "k", {}}));
  EXPECT_EQ(asked(json_call(post, at + "return", one_line, "k")), Request(request::Return{"c", "k", a_line}));
}

TEST(Decode, what_is_read) {
  EXPECT_EQ(asked(get_call("/v1/reservations/c")), Request(request::GetReservation{"c"}));
  EXPECT_EQ(asked(get_call("/v1/reservations?customer=c+d&sku=a&state=expired&limit=5&after=x")),
            Request(request::ListReservations{"c d", "a", ReservationState::expired, 5, "x"}));
  EXPECT_EQ(asked(get_call("/v1/skus/a%2Fb%20c")), Request(request::GetSku{"a/b c"}));
  EXPECT_EQ(asked(get_call("/v1/skus?after=")), Request(request::ListSkus{}));
  EXPECT_EQ(asked(json_call(post, "/v1/availability", R"({"skus":["a","b"]})")),
            Request(request::GetAvailability{{"a", "b"}}));
  EXPECT_EQ(asked(get_call("/v1/status")), Request(request::GetStatus{}));
  EXPECT_EQ(asked(get_call("/v1/rights?sku=a&sort=runs_dry")),
            Request(request::GetRights{"a", request::RightsOrder::runs_dry, 100, ""}));
}

TEST(Decode, what_changes_stock) {
  EXPECT_EQ(asked(json_call(post, "/v1/skus/a/adjustments",
                            R"({"delta":-3,"reason":"r","region":"eu","wait_ms":9})", "k")),
            Request(request::Adjust{"a", "k", Units(-3), "r", "eu", Millis(9)}));
  EXPECT_EQ(asked(json_call(put, "/v1/skus/a/count", R"({"counted":0,"reason":"r"})", "k")),
            Request(request::Count{"a", "k", Units(0), "r", ""}));
  EXPECT_EQ(asked(json_call(post, "/v1/rights/moves", R"({"sku":"a","to":"us","quantity":4})", "k")),
            Request(request::MoveRights{"a", "k", "us", Units(4), ""}));
  HttpRequest import = json_call(post, "/v1/stock-imports?region=eu", "sku,quantity\na,1\n", "k");
  import.content_type = "Text/CSV; charset=utf-8";
  EXPECT_EQ(asked(import), Request(request::Import{"k", "eu", {{2, "a", Units(1), ""}}}));
  import.content_type = "application/x-ndjson";
  import.body = R"({"sku":"a","quantity":1})";
  EXPECT_EQ(asked(import), Request(request::Import{"k", "eu", {{1, "a", Units(1), ""}}}));
}

TEST(Checks, come_in_the_contract_s_order) {
  HttpRequest request = json_call(put, "/v1/nowhere/%zz", std::string((1 << 20) + 1, 'x'));
  request.content_type = "text/plain";
  EXPECT_EQ(code_of(refused(request)), "malformed_request");
  request.target = "/v1/reservations/c/";
  EXPECT_EQ(code_of(refused(request)), "not_found");
  request.target = "/v1/reservations";
  EXPECT_EQ(code_of(refused(request)), "method_not_allowed");
  request.method = post;
  EXPECT_EQ(code_of(refused(request)), "body_too_large");
  request.body = "x";
  EXPECT_EQ(code_of(refused(request)), "unsupported_media_type");
  request.content_type = "application/json";
  EXPECT_EQ(code_of(refused(request)), "malformed_json");
  request.body = "{}";
  EXPECT_EQ(code_of(refused(request)), "validation_failed");
  request.body = one_line;
  EXPECT_EQ(code_of(refused(request)), "idempotency_key_missing");
  request.idempotency_key = "k";
  EXPECT_EQ(refused(request).status, 0);
}

TEST(Checks, name_every_fault_once) {
  const HttpResponse response =
      refused(json_call(put, "/v1/reservations/a%20b?x=1",
                        R"({"lines":[{"sku":5,"quantity":0},7],"ttl_second":3,"wait_ms":-1})"));
  EXPECT_EQ(response.status, 422);
  for (const char* pointer :
       {"/lines/0/sku", "/lines/0/quantity", "/lines/1", "/ttl_second", "/wait_ms", "/x", "/id"})
    EXPECT_TRUE(names(response, pointer)) << pointer << response.body;
  EXPECT_FALSE(names(response, "/lines/1/sku"));
  EXPECT_TRUE(response.body.contains("did you mean ttl_seconds?"));
}

TEST(Checks, of_values_that_no_type_can_see) {
  const std::string at = "/v1/reservations/c";
  for (const auto& [body, pointer] : std::map<std::string, std::string>{
           {R"({"lines":[]})", "/lines"},
           {R"({"lines":{}})", "/lines"},
           {R"({"lines":[{"sku":"a","quantity":1.0}]})", "/lines/0/quantity"},
           {R"({"lines":[{"sku":"a","quantity":1,"q":1}]})", "/lines/0/q"},
           {R"({"lines":[{"sku":"a","quantity":1}],"ttl_seconds":9223372036854775807})", "/ttl_seconds"},
           {R"({"lines":[{"sku":"a","quantity":1}],"ttl_seconds":-9223372036854775808})", "/ttl_seconds"},
           {R"({"lines":[{"sku":"a","quantity":1}],"customer":""})", "/customer"},
           {R"([])", ""}}) {
    const HttpResponse response = refused(json_call(put, at, body));
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_TRUE(names(response, pointer)) << body << response.body;
  }
}

TEST(Checks, of_queries_are_as_strict) {
  for (const auto& [query, pointer] : std::map<std::string, std::string>{{"limit=0", "/limit"},
                                                                         {"limit=1001", "/limit"},
                                                                         {"limit=-1", "/limit"},
                                                                         {"limit=1.0", "/limit"},
                                                                         {"limit=", "/limit"},
                                                                         {"limit=1&limit=2", "/limit"},
                                                                         {"state=gone", "/state"},
                                                                         {"customer=", "/customer"},
                                                                         {"costumer=c", "/costumer"},
                                                                         {"sku=%20a", "/sku"}}) {
    const HttpResponse response = refused(get_call("/v1/reservations?" + query));
    EXPECT_EQ(response.status, 422) << query;
    EXPECT_TRUE(names(response, pointer)) << query << response.body;
  }
  EXPECT_EQ(refused(get_call("/readyz?verbose")).status, 0);
}

TEST(Checks, of_keys) {
  EXPECT_EQ(code_of(refused(json_call(post, "/v1/reservations", one_line, ""))), "idempotency_key_missing");
  EXPECT_TRUE(names(refused(json_call(post, "/v1/reservations", one_line, "a b")), "/idempotency_key"));
  EXPECT_TRUE(names(refused(json_call(post, "/v1/reservations", one_line, std::string(256, 'k'))),
                    "/idempotency_key"));
  for (const char* target : {"/v1/skus/a/adjustments", "/v1/rights/moves", "/v1/reservations/c/return"}) {
    const std::string body = target == std::string("/v1/rights/moves")
                                 ? R"({"sku":"a","to":"us","quantity":1})"
                             : std::string(target).ends_with("return") ? ""
                                                                       : R"({"delta":1,"reason":"r"})";
    EXPECT_EQ(code_of(refused(json_call(post, target, body))), "idempotency_key_missing") << target;
  }
}

TEST(Checks, of_media_types) {
  HttpRequest request = json_call(put, "/v1/reservations/c", one_line);
  for (const char* type : {"application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=y"}) {
    request.content_type = type;
    EXPECT_EQ(refused(request).status, 0) << type;
  }
  for (const char* type : {"text/json", "application/jsonp", "", "application/x-www-form-urlencoded"}) {
    request.content_type = type;
    EXPECT_EQ(refused(request).status, 415) << type;
  }
  request.content_type.reset();
  EXPECT_EQ(refused(request).status, 415);
  request.body.clear();
  EXPECT_EQ(code_of(refused(request)), "malformed_json");
}

TEST(Routes, say_what_a_path_takes) {
  EXPECT_EQ(refused(json_call(Method::other, "/v1/reservations/c", "")).allow, "PUT, GET, HEAD, PATCH");
  EXPECT_EQ(refused(json_call(Method::options, "/v1/batch", "")).allow, "POST");
  EXPECT_EQ(refused(json_call(post, "/livez", "")).allow, "GET, HEAD");
  EXPECT_EQ(refused(json_call(post, "*", "")).status, 400);
}

TEST(Routes, take_no_other_path_for_theirs) {
  for (const char* path : {"/", "/v1", "/v1/", "/v1/skus/", "/v1/reservations//purchase", "//livez",
                           "/V1/skus", "/livez/", "/v1/skus/a/b", "/v1/reservations/c/purchase/"})
    EXPECT_EQ(refused(get_call(path)).status, 404) << path;
  EXPECT_EQ(refused(get_call("/v1/%73kus")).status, 0);
}

TEST(Routes, answer_head_as_get) {
  HttpRequest head = get_call("/v1/skus/a");
  head.method = Method::head;
  EXPECT_EQ(asked(head), Request(request::GetSku{"a"}));
}

}  // namespace
}  // namespace holdfast::api
