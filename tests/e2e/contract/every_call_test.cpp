// "Every call": what holds for all of HTTP, /v1, from outside, byte by byte.
#include <algorithm>

#include "support/ephemeral_daemon.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {
namespace {

constexpr const char* one_cup = R"({"lines":[{"sku":"cup","quantity":1}]})";

class EveryCall : public OnEphemeral<EveryCall> {
 protected:
  void SetUp() override {
    OnEphemeral::SetUp();
    ASSERT_EQ(shop().adjust("cup", 1'000, "in-cup").status, 201);
  }

  static std::string get(const std::string& target, const std::string& headers = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: shop\r\n" + headers + "\r\n";
  }
  // A request with a body, all headers but Host and Content-Length given.
  static std::string with_body(const std::string& line, const std::string& headers, const std::string& body) {
    return line + " HTTP/1.1\r\nHost: shop\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  static std::string put(const std::string& id, const std::string& body = one_cup,
                         const std::string& headers = "Content-Type: application/json\r\n") {
    return with_body("PUT /v1/reservations/" + id, headers, body);
  }
  Reply raw(const std::string& bytes) {
    RawConnection connection(http());
    connection.send(bytes);
    return connection.next();
  }
  // Reserving with this body, under an id of its own.
  Reply reserve(const std::string& body) {
    return shop().send("PUT", "/v1/reservations/" + fresh("r"), body);
  }
  static std::string quantity(const std::string& number) {
    return R"({"lines":[{"sku":"cup","quantity":)" + number + "}]}";
  }
};

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

TEST_F(EveryCall, what_is_no_json_at_all_is_400) {
  for (const std::string body :
       {"{", "", "nonsense", "{\"lines\":}", "{'lines':[]}", R"({"lines":[{"sku":"cup","quantity":1}],})",
        R"({"lines":[{"sku":"cup","quantity":1}]} x)", R"({"lines":[{"sku":"cup","quantity":01}]})",
        R"({"lines":[{"sku":"cup","quantity":+1}]})", R"({"lines":[{"sku":"cup","quantity":NaN}]})",
        R"({"lines":[{"sku":"cup","quantity":.5}]})", R"(/* */{"lines":[{"sku":"cup","quantity":1}]})",
        "\xef\xbb\xbf{}", "{\"customer\":\"\x01\"}"}) {
    const Reply reply = raw(put(fresh("r"), body));
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(reply.code(), "malformed_json") << body;
  }
}

TEST_F(EveryCall, integers_have_no_point_and_no_e) {
  for (const char* number :
       {"6.0", "6e0", "6E0", "0.5", "-1.5", "1e400", "9223372036854775808", "-9223372036854775809",
        "100000000000000000000", "\"6\"", "true", "null", "[]"}) {
    const Reply reply = reserve(quantity(number));
    EXPECT_EQ(reply.status, 422) << number;
    EXPECT_EQ(reply.at("errors.0.pointer"), "/lines/0/quantity") << number;
  }
}

TEST_F(EveryCall, json_is_at_most_32_deep) {
  const auto nested = [](int arrays) {
    return R"({"lines":[{"sku":"cup","quantity":1}],"x":)" + std::string(arrays, '[') +
           std::string(arrays, ']') + "}";
  };
  const Reply fits = reserve(nested(31));
  EXPECT_EQ(fits.at("errors.0.detail"), "is not known") << fits.text;
  const Reply deep = reserve(nested(32));
  EXPECT_EQ(deep.status, 422);
  EXPECT_NE(deep.at("errors.0.detail").find("deep"), std::string::npos) << deep.text;
  EXPECT_EQ(reserve(std::string(100'000, '[')).status, 422);
}

TEST_F(EveryCall, json_has_no_duplicate_names) {
  const Reply outer = reserve(R"({"lines":[{"sku":"cup","quantity":1}],"customer":"a","customer":"a"})");
  EXPECT_EQ(outer.status, 422);
  EXPECT_EQ(outer.at("errors.0.pointer"), "/customer");
  const Reply inner = reserve(R"({"lines":[{"sku":"cup","quantity":1,"quantity":1}]})");
  EXPECT_EQ(inner.at("errors.0.pointer"), "/lines/0/quantity");
  EXPECT_EQ(reserve(R"({"lines":[{"sku":"cup","quantity":1,"\u0073ku":"cup"}]})").status, 422);
}

TEST_F(EveryCall, json_is_utf_8) {
  for (const char* sku :
       {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf5\x80\x80\x80", "\\ud800", "\\udc00x"}) {
    const Reply reply = reserve(R"({"lines":[{"sku":")" + std::string(sku) + R"(","quantity":1}]})");
    EXPECT_EQ(reply.status, 422) << sku;
    EXPECT_EQ(reply.code(), "validation_failed") << sku;
  }
  EXPECT_EQ(
      reserve(R"({"lines":[{"sku":"\u0063up","quantity":1}],"customer":"\ud83e\uded6 ä"})").at("customer"),
      "\xf0\x9f\xab\x96 ä");
}

TEST_F(EveryCall, unknown_request_members_are_422) {
  const Reply typo = reserve(R"({"lines":[{"sku":"cup","quantity":1}],"ttl_second":60})");
  EXPECT_EQ(typo.status, 422);
  EXPECT_EQ(typo.at("errors.0.pointer"), "/ttl_second");
  EXPECT_EQ(reserve(R"({"lines":[{"sku":"cup","quantity":1,"x":1}]})").at("errors.0.pointer"), "/lines/0/x");
  const auto refuses = [&](const std::string& method, const std::string& target, const std::string& body) {
    const Reply reply = shop().send(method, target, body, fresh("k"));
    EXPECT_EQ(reply.code(), "validation_failed") << target;
    EXPECT_NE(reply.text.find(R"("pointer":"/typo")"), std::string::npos) << target << reply.text;
  };
  refuses("POST", "/v1/reservations", R"({"lines":[{"sku":"cup","quantity":1}],"typo":1})");
  for (const char* action : {"purchase", "release"})
    refuses("POST", std::string("/v1/reservations/r/") + action, R"({"typo":null})");
  refuses("POST", "/v1/reservations/r/extend", R"({"ttl_seconds":1,"typo":1})");
  refuses("POST", "/v1/reservations/r/return", R"({"typo":1})");
  refuses("PATCH", "/v1/reservations/r", R"({"lines":[{"sku":"cup","quantity":1}],"typo":1})");
  refuses("POST", "/v1/batch", R"({"operations":[],"typo":1})");
  refuses("POST", "/v1/availability", R"({"skus":["cup"],"typo":1})");
  refuses("POST", "/v1/skus/cup/adjustments", R"({"delta":1,"reason":"r","typo":1})");
  refuses("PUT", "/v1/skus/cup/count", R"({"counted":1,"reason":"r","typo":1})");
  refuses("POST", "/v1/rights/moves", R"({"sku":"cup","to":"us","quantity":1,"typo":1})");
  for (const char* path :
       {"/v1/reservations?typo=1", "/v1/skus?typo=1", "/v1/rights?typo=1", "/v1/status?typo=1"}) {
    const Reply reply = shop().get(path);
    EXPECT_EQ(reply.at("errors.0.pointer"), "/typo") << path << reply.text;
  }
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

TEST_F(EveryCall, there_are_1_to_1000_lines) {
  const auto lines = [&](int count) {
    std::string body = R"({"lines":[)";
    for (int i = 0; i < count; ++i) body += std::string(i ? "," : "") + R"({"sku":"cup","quantity":1})";
    return body + "]}";
  };
  const std::string sku = stocked(1'000);
  std::string thousand = lines(1'000);
  for (auto at = thousand.find("\"cup\""); at != std::string::npos; at = thousand.find("\"cup\""))
    thousand.replace(at, 5, '"' + sku + '"');
  const Reply most = reserve(thousand);
  EXPECT_EQ(most.status, 201) << most.text;
  EXPECT_EQ(most.at("lines.0.quantity"), "1000");
  for (const int count : {0, 1'001}) {
    const Reply reply = reserve(lines(count));
    EXPECT_EQ(reply.status, 422) << count;
    EXPECT_EQ(reply.at("errors.0.pointer"), "/lines") << count;
  }
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

TEST_F(EveryCall, times_are_rfc_3339_utc_with_milliseconds_and_no_number_has_a_fraction) {
  const auto is_time = [](const std::string& text) {
    const std::string shape = "dddd-dd-ddTdd:dd:dd.dddZ";
    return std::ranges::equal(text, shape,
                              [](char c, char s) { return s == 'd' ? c >= '0' && c <= '9' : c == s; });
  };
  const std::string id = fresh("r");
  ASSERT_EQ(raw(put(id)).status, 201);
  const Reply reservation = shop().reservation(id);
  EXPECT_TRUE(is_time(reservation.at("created_at"))) << reservation.text;
  EXPECT_TRUE(is_time(reservation.at("expires_at"))) << reservation.text;
  EXPECT_TRUE(is_time(shop().adjust("cup", 1).at("at")));
  EXPECT_TRUE(is_time(shop().get("/v1/status").at("now")));
  EXPECT_TRUE(is_time(shop().get("/v1/rights").at("as_of")));
  EXPECT_TRUE(is_time(shop().get("/v1/audit").at("checked_at")));
  EXPECT_TRUE(is_time(shop().reserve(fresh("r"), "cup", 900'000).at("shortage.0.as_of")));
  // A number with a point in it would stand before a digit and after one, outside of any string.
  for (const char* path : {"/v1/status", "/v1/rights", "/v1/skus", "/v1/audit", "/v1/config"}) {
    const std::string text = shop().get(path).text;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '"' && text[i - 1] != '\\') in_string = !in_string;
      EXPECT_TRUE(in_string || text[i] != '.') << path << ": " << text.substr(i < 40 ? 0 : i - 40, 80);
    }
  }
}

TEST_F(EveryCall, a_sku_is_1_to_64_characters_of_utf_8) {
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ä";
  ASSERT_EQ(shop().adjust(umlauts, 1).status, 201);
  EXPECT_EQ(shop().adjust(umlauts + "ä", 1).status, 422);
  for (const char* bad : {" a", "a ", " ", "a\x01", "a\tb", "a\x7f", "a\xc2\x80"}) {
    EXPECT_EQ(shop().adjust(bad, 1).status, 422) << bad;
    EXPECT_EQ(shop().sku(bad).status, 422) << bad;
  }
  ASSERT_EQ(shop().adjust("Case", 1).status, 201);
  EXPECT_EQ(shop().sku("case").code(), "sku_unknown");
}

TEST_F(EveryCall, customer_order_and_reason_are_1_to_128_characters) {
  const auto text = [](int size) {
    std::string characters;
    for (int i = 0; i < size; ++i) characters += "é";
    return '"' + characters + '"';
  };
  for (const auto& [value, status] : {std::pair<std::string, int>{text(128), 201},
                                      {text(129), 422},
                                      {"\"\"", 422},
                                      {"\"a\\u0007b\"", 422},
                                      {"7", 422},
                                      {"null", 201}}) {
    const std::string id = fresh("r");
    EXPECT_EQ(shop().reserve(id, "cup", 1, "\"customer\":" + value).status, status) << value;
    ASSERT_EQ(shop().reserve(id + "o", "cup", 1).status, 201);
    EXPECT_EQ(shop().purchase(id + "o", "{\"order\":" + value + "}").status == 200, status == 201) << value;
    const Reply adjusted =
        shop().post("/v1/skus/cup/adjustments", R"({"delta":1,"reason":)" + value + "}", fresh("k"));
    EXPECT_EQ(adjusted.status, value == "null" ? 422 : status) << value;
  }
}

TEST_F(EveryCall, a_quantity_is_1_to_1000000000) {
  for (const char* number : {"0", "-1", "-0", "1000000001", "9223372036854775807"})
    EXPECT_EQ(reserve(quantity(number)).at("errors.0.pointer"), "/lines/0/quantity") << number;
  EXPECT_EQ(reserve(quantity("1000000000")).code(), "not_enough");
  const Reply sum =
      reserve(R"({"lines":[{"sku":"cup","quantity":1000000000},{"sku":"cup","quantity":1000000000}]})");
  EXPECT_EQ(sum.status, 422) << sum.text;
}

TEST_F(EveryCall, an_id_is_1_to_64_of_letters_digits_underscore_and_hyphen) {
  const std::string longest = fresh("r") + std::string(70, '_');
  EXPECT_EQ(raw(put(longest.substr(0, 64))).status, 201);
  EXPECT_EQ(raw(put(longest.substr(0, 65))).status, 422);
  EXPECT_EQ(raw(put("aZ09_-" + fresh(""))).status, 201);
  for (const char* bad : {"a.b", "a%20b", "%C3%A4", "a%2Fb", "a:b"})
    EXPECT_EQ(raw(put(bad)).status, 422) << bad;
}

TEST_F(EveryCall, limit_is_1_to_1000_and_cursors_are_what_an_answer_gave) {
  for (const char* list : {"/v1/reservations", "/v1/skus", "/v1/rights"}) {
    const std::string path = list;
    for (const char* bad : {"0", "1001", "-1", "x", "", "1.0", "99999999999999999999"})
      EXPECT_EQ(shop().get(path + "?limit=" + bad).at("errors.0.pointer"), "/limit") << path << bad;
    for (const char* good : {"1", "1000"}) EXPECT_EQ(shop().get(path + "?limit=" + good).status, 200) << path;
    EXPECT_EQ(shop().get(path + "?limit=1&limit=1").status, 422) << path;
  }
}

TEST_F(EveryCall, limit_is_100_by_default) {
  std::string operations;
  for (int i = 0; i < 150; ++i)
    operations += std::string(i ? "," : "") + R"({"op":"adjust","sku":")" + fresh("many") +
                  R"(","delta":1,"reason":"r","idempotency_key":")" + fresh("k") + "\"}";
  ASSERT_EQ(shop().post("/v1/batch", R"({"operations":[)" + operations + "]}").status, 200);
  for (const char* list : {"/v1/skus", "/v1/rights"}) {
    const Reply page = shop().get(list);
    EXPECT_NE(page.at("skus.99"), "(none)") << list;
    EXPECT_EQ(page.at("skus.100"), "(none)") << list;
    EXPECT_NE(page.at("next"), "null") << list;
  }
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
