// "Every call": HTTP as it comes over the wire, the same for all calls.
#include "e2e/contract/calls.h"

namespace holdfast::e2e {
namespace {

class EveryCall : public Calls {};

TEST_F(EveryCall, a_body_has_a_content_length_or_is_chunked) {
  EXPECT_EQ(raw(put(fresh("r"))).status, 201);
  EXPECT_EQ(raw("PUT /v1/reservations/" + fresh("r") +
                " HTTP/1.1\r\nHost: s\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                "8;a=b\r\n{\"lines\"\r\n1e\r\n:[{\"sku\":\"cup\",\"quantity\":1}]}\r\n0\r\nT: t\r\n\r\n")
                .status,
            201);
}

TEST_F(EveryCall, expect_100_continue_is_answered) {
  RawConnection connection(http());
  const std::string request =
      put(fresh("r"), one_cup, "Content-Type: application/json\r\nExpect: 100-continue\r\n");
  const auto head = request.find("\r\n\r\n") + 4;
  connection.send(request.substr(0, head));
  EXPECT_EQ(connection.head(), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send(request.substr(head));
  EXPECT_EQ(connection.next().status, 201);
}

TEST_F(EveryCall, expect_100_continue_is_not_answered_for_a_body_that_will_be_refused) {
  const Reply large =
      raw("PUT /v1/reservations/r HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\n"
          "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n");
  EXPECT_EQ(large.status, 413) << large.text;
}

TEST_F(EveryCall, a_connection_is_kept_and_pipelined_requests_are_answered_in_order) {
  RawConnection connection(http());
  const std::string id = fresh("r");
  connection.send(put(id) + get("/v1/nowhere") + get("/v1/reservations/" + id) + get("/livez"));
  EXPECT_EQ(connection.next().status, 201);
  EXPECT_EQ(connection.next().status, 404);
  EXPECT_EQ(connection.next().at("id"), id);
  EXPECT_EQ(connection.next().text, R"({"status":"ok"})");
  connection.send(get("/livez", "Connection: close\r\n"));
  EXPECT_EQ(connection.next().header("Connection"), "close");
  EXPECT_TRUE(connection.closes());
}

TEST_F(EveryCall, path_segments_are_percent_decoded) {
  const std::string id = fresh("r");
  ASSERT_EQ(raw(put(id)).status, 201);
  EXPECT_EQ(shop().get("/v1/%72eservations/%" + std::string("72") + id.substr(1)).at("id"), id);
  for (const char* sku :
       {"a/b", "two words", "Tässchen", "50%", "?", "#", "+", ".", "..", "\xf0\x9f\xab\x96"}) {
    ASSERT_EQ(shop().adjust(sku, 3).status, 201) << sku;
    EXPECT_EQ(shop().sku(sku).at("sku"), sku);
  }
  EXPECT_EQ(shop().get("/v1/skus/+").at("sku"), "+");
  for (const char* broken : {"%", "%4", "%zz", "a%2"}) {
    const Reply reply = raw(get(std::string("/v1/skus/") + broken));
    EXPECT_EQ(reply.code(), "malformed_request") << broken;
  }
  EXPECT_EQ(shop().get("/v1/skus/%ff").code(), "validation_failed");
  EXPECT_EQ(shop().get("/v1/skus/%00").code(), "validation_failed");
}

TEST_F(EveryCall, a_trailing_slash_is_another_path) {
  for (const char* path :
       {"/v1/status/", "/v1/skus/", "/v1/skus/cup/", "/livez/", "/v1/batch/", "//livez", "/", "/v1"})
    EXPECT_EQ(shop().get(path).code(), "not_found") << path;
}

TEST_F(EveryCall, head_is_as_get_without_the_body) {
  for (const char* path : {"/v1/skus/cup", "/livez", "/v1/config", "/v1/nowhere", "/v1/skus/nothing"}) {
    RawConnection connection(http());
    connection.send(get(path));
    const Reply whole = connection.next();
    connection.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: s\r\n\r\n" + get("/livez"));
    const Reply head = connection.next_head();
    EXPECT_EQ(head.status, whole.status) << path;
    EXPECT_EQ(head.header("Content-Type"), whole.header("Content-Type")) << path;
    EXPECT_EQ(head.header("Content-Length"), whole.header("Content-Length")) << path;
    EXPECT_EQ(connection.next().text, R"({"status":"ok"})") << path << ": a body came after its head";
  }
}

TEST_F(EveryCall, a_405_carries_allow) {
  const std::vector<std::pair<std::string, std::string>> allowed = {
      {"/v1/reservations/r", "PUT, GET, HEAD, PATCH"},
      {"/v1/reservations", "POST, GET, HEAD"},
      {"/v1/reservations/r/purchase", "POST"},
      {"/v1/reservations/r/release", "POST"},
      {"/v1/reservations/r/extend", "POST"},
      {"/v1/reservations/r/return", "POST"},
      {"/v1/batch", "POST"},
      {"/v1/skus", "GET, HEAD"},
      {"/v1/skus/cup", "GET, HEAD"},
      {"/v1/availability", "POST"},
      {"/v1/skus/cup/adjustments", "POST"},
      {"/v1/skus/cup/count", "PUT"},
      {"/v1/stock-imports", "POST"},
      {"/v1/rights/moves", "POST"},
      {"/v1/status", "GET, HEAD"},
      {"/v1/rights", "GET, HEAD"},
      {"/v1/audit", "GET, HEAD"},
      {"/v1/audit/skus/cup", "GET, HEAD"},
      {"/v1/config", "GET, HEAD"},
      {"/livez", "GET, HEAD"},
      {"/readyz", "GET, HEAD"},
      {"/metrics", "GET, HEAD"},
  };
  for (const auto& [path, methods] : allowed) {
    const Reply reply = shop().call({.method = "DELETE", .target = path});
    EXPECT_EQ(reply.code(), "method_not_allowed") << path;
    EXPECT_EQ(reply.header("Allow"), methods) << path;
  }
  EXPECT_EQ(raw("OPTIONS /livez HTTP/1.1\r\nHost: s\r\n\r\n").header("Allow"), "GET, HEAD");
  EXPECT_EQ(raw("BREW /livez HTTP/1.1\r\nHost: s\r\n\r\n").status, 405);
}

TEST_F(EveryCall, a_body_needs_content_type_application_json_parameters_ignored) {
  const auto typed = [&](const std::string& type) {
    return raw(put(fresh("r"), one_cup, type.empty() ? "" : "Content-Type: " + type + "\r\n"));
  };
  for (const char* type : {"application/json", "application/json; charset=utf-8",
                           "application/json;charset=x", "Application/JSON ; a=\"b\""})
    EXPECT_EQ(typed(type).status, 201) << type;
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/problem+json",
                           "application/jsonp", "json"}) {
    const Reply reply = typed(type);
    EXPECT_EQ(reply.status, 415) << type;
    EXPECT_EQ(reply.code(), "unsupported_media_type") << type;
  }
}

TEST_F(EveryCall, where_every_member_is_optional_the_body_may_be_absent) {
  const std::string id = fresh("r");
  ASSERT_EQ(raw(put(id)).status, 201);
  const auto post = [&](const std::string& action, const std::string& headers = {}) {
    return raw("POST /v1/reservations/" + id + "/" + action + " HTTP/1.1\r\nHost: s\r\n" + headers + "\r\n");
  };
  EXPECT_EQ(post("purchase").status, 200);
  EXPECT_EQ(post("return", "Idempotency-Key: " + fresh("k") + "\r\n").status, 200);
  EXPECT_EQ(post("release").code(), "already_purchased");
  EXPECT_EQ(post("extend").code(), "malformed_json");
  EXPECT_EQ(raw(put(fresh("r"), "", "")).code(), "malformed_json");
}

TEST_F(EveryCall, headers_are_at_most_16_kib) {
  const std::string shortest = get("/livez", "X: \r\n");
  const auto sized = [&](std::size_t bytes) {
    return get("/livez", "X: " + std::string(bytes - shortest.size(), 'x') + "\r\n");
  };
  EXPECT_EQ(raw(sized(16 << 10)).status, 200);
  RawConnection connection(http());
  connection.send(sized((16 << 10) + 1));
  const Reply large = connection.next();
  EXPECT_EQ(large.status, 431);
  EXPECT_EQ(large.code(), "headers_too_large");
  EXPECT_TRUE(connection.closes());
}

TEST_F(EveryCall, a_body_is_at_most_1_mib_and_a_batch_4_mib) {
  const auto padded = [](std::string body, std::size_t bytes) {
    return body.append(bytes - body.size(), ' ');
  };
  EXPECT_EQ(raw(put(fresh("r"), padded(one_cup, 1 << 20))).status, 201);
  EXPECT_EQ(raw(put(fresh("r"), padded(one_cup, (1 << 20) + 1))).code(), "body_too_large");
  const auto batch = [&](std::size_t bytes) {
    return raw(with_body("POST /v1/batch", "Content-Type: application/json\r\n",
                         padded(R"({"operations":[]})", bytes)));
  };
  EXPECT_EQ(batch(4 << 20).status, 200);
  EXPECT_EQ(batch((4 << 20) + 1).status, 413);
  const std::string id = fresh("r");
  RawConnection chunked(http());
  chunked.send("PUT /v1/reservations/" + id + " HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 17; ++i) chunked.send("10000\r\n" + std::string(0x10000, ' ') + "\r\n");
  EXPECT_EQ(chunked.next().status, 413);
}

TEST_F(EveryCall, an_import_may_be_larger_than_a_batch) {
  std::string csv = "sku,quantity\n" + fresh("bulk") + ",1\n";
  csv.append(std::size_t{5} << 20, '\n');
  const Reply done = shop().call({.method = "POST",
                                  .target = "/v1/stock-imports",
                                  .body = csv,
                                  .content_type = "text/csv",
                                  .headers = {{"Idempotency-Key", fresh("k")}}});
  EXPECT_EQ(done.number("applied"), 1) << done.text;
  const Reply large =
      raw("POST /v1/stock-imports HTTP/1.1\r\nHost: s\r\nContent-Type: text/csv\r\n"
          "Content-Length: 268435457\r\n\r\n");
  EXPECT_EQ(large.code(), "body_too_large");
}

TEST_F(EveryCall, checks_come_in_the_contracts_order) {
  const std::string large = "Content-Length: 2000000\r\n";
  const auto request = [&](const std::string& line, const std::string& headers, const std::string& body) {
    return raw(with_body(line, headers, body)).code();
  };
  const std::string json = "Content-Type: application/json\r\n";
  const std::string bad_members = R"({"lines":[]})";
  // Each breaks one check, and every later one too.
  EXPECT_EQ(raw("DELETE /v1/nowhere HTTP/1.1\r\nHost: s\r\n" + large + "\r\n").code(), "not_found");
  EXPECT_EQ(raw("DELETE /v1/reservations HTTP/1.1\r\nHost: s\r\n" + large + "\r\n").code(),
            "method_not_allowed");
  EXPECT_EQ(raw("POST /v1/reservations HTTP/1.1\r\nHost: s\r\n" + large + "\r\n").code(), "body_too_large");
  EXPECT_EQ(request("POST /v1/reservations", "", "{"), "unsupported_media_type");
  EXPECT_EQ(request("POST /v1/reservations", json, "{"), "malformed_json");
  EXPECT_EQ(request("POST /v1/reservations", json, bad_members), "validation_failed");
  const std::string unknown = R"({"lines":[{"sku":"nothing","quantity":1}]})";
  EXPECT_EQ(request("POST /v1/reservations", json, unknown), "idempotency_key_missing");
  EXPECT_EQ(request("POST /v1/reservations", json + "Idempotency-Key: k-order\r\n", unknown), "sku_unknown");
}

TEST_F(EveryCall, x_request_id_is_echoed) {
  const std::string header = "X-Request-Id: q 7/8\r\n";
  EXPECT_EQ(raw(get("/livez", header)).header("X-Request-Id"), "q 7/8");
  EXPECT_EQ(raw(get("/nowhere", header)).header("X-Request-Id"), "q 7/8");
  EXPECT_EQ(raw(put(fresh("r"), "{", header)).header("X-Request-Id"), "q 7/8");
  EXPECT_EQ(raw(get("/livez")).header("X-Request-Id"), "");
}

TEST_F(EveryCall, what_two_parsers_could_read_differently_is_400_and_closed) {
  const std::string post = "POST /v1/batch HTTP/1.1\r\nHost: s\r\n";
  const std::vector<std::pair<std::string, std::string>> shapes = {
      {"length and chunks", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
      {"one length twice", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {"a signed length", post + "Content-Length: +5\r\n\r\nhello"},
      {"another coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {"chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"},
      {"a space before the colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"},
      {"a vertical tab", post + "Transfer-Encoding: \x0b"
                                "chunked\r\n\r\n0\r\n\r\n"},
      {"a folded header", post + "X: a\r\n Content-Length: 5\r\n\r\nhello"},
      {"bare line feeds", "GET /livez HTTP/1.1\nHost: s\n\n"},
      {"one bare line feed", "GET /livez HTTP/1.1\r\nHost: s\nX: y\r\n\r\n"},
      {"a bare carriage return", "GET /livez HTTP/1.1\r\nHost: s\rX: y\r\n\r\n"},
      {"a chunk that ends in a line feed", post + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n"},
      {"a chunk longer than it says", post + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"},
      {"a chunk size beyond 64 bits", post + "Transfer-Encoding: chunked\r\n\r\n1ffffffffffffffff\r\n{}\r\n"},
      {"no host", "GET /livez HTTP/1.1\r\n\r\n"},
      {"two hosts", "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"two keys", "GET /livez HTTP/1.1\r\nHost: a\r\nIdempotency-Key: b\r\nIdempotency-Key: b\r\n\r\n"},
      {"a header without a colon", "GET /livez HTTP/1.1\r\nHost: a\r\nwhat\r\n\r\n"},
      {"no HTTP", "hello\r\n\r\n"},
  };
  for (const auto& [what, bytes] : shapes) {
    RawConnection connection(http());
    connection.send(bytes + get("/livez"));
    const Reply refused = connection.next();
    EXPECT_EQ(refused.status, 400) << what;
    EXPECT_EQ(refused.code(), "malformed_request") << what;
    EXPECT_TRUE(connection.closes()) << what << ": a second answer";
  }
}

}  // namespace
}  // namespace holdfast::e2e
