// "Every call": how strictly JSON and the values in it are read.
#include <algorithm>

#include "e2e/contract/calls.h"

namespace holdfast::e2e {
namespace {

class EveryBody : public Calls {};

TEST_F(EveryBody, what_is_no_json_at_all_is_400) {
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

TEST_F(EveryBody, integers_have_no_point_and_no_e) {
  for (const char* number :
       {"6.0", "6e0", "6E0", "0.5", "-1.5", "1e400", "9223372036854775808", "-9223372036854775809",
        "100000000000000000000", "\"6\"", "true", "null", "[]"}) {
    const Reply reply = reserve(quantity(number));
    EXPECT_EQ(reply.status, 422) << number;
    EXPECT_EQ(reply.at("errors.0.pointer"), "/lines/0/quantity") << number;
  }
}

TEST_F(EveryBody, json_is_at_most_32_deep) {
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

TEST_F(EveryBody, json_has_no_duplicate_names) {
  const Reply outer = reserve(R"({"lines":[{"sku":"cup","quantity":1}],"customer":"a","customer":"a"})");
  EXPECT_EQ(outer.status, 422);
  EXPECT_EQ(outer.at("errors.0.pointer"), "/customer");
  const Reply inner = reserve(R"({"lines":[{"sku":"cup","quantity":1,"quantity":1}]})");
  EXPECT_EQ(inner.at("errors.0.pointer"), "/lines/0/quantity");
  EXPECT_EQ(reserve(R"({"lines":[{"sku":"cup","quantity":1,"\u0073ku":"cup"}]})").status, 422);
}

TEST_F(EveryBody, json_is_utf_8) {
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

TEST_F(EveryBody, unknown_request_members_are_422) {
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

TEST_F(EveryBody, there_are_1_to_1000_lines) {
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

TEST_F(EveryBody, times_are_rfc_3339_utc_with_milliseconds_and_no_number_has_a_fraction) {
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

TEST_F(EveryBody, a_sku_is_1_to_64_characters_of_utf_8) {
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

TEST_F(EveryBody, customer_order_and_reason_are_1_to_128_characters) {
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

TEST_F(EveryBody, a_quantity_is_1_to_1000000000) {
  for (const char* number : {"0", "-1", "-0", "1000000001", "9223372036854775807"})
    EXPECT_EQ(reserve(quantity(number)).at("errors.0.pointer"), "/lines/0/quantity") << number;
  EXPECT_EQ(reserve(quantity("1000000000")).code(), "not_enough");
  const Reply sum =
      reserve(R"({"lines":[{"sku":"cup","quantity":1000000000},{"sku":"cup","quantity":1000000000}]})");
  EXPECT_EQ(sum.status, 422) << sum.text;
}

TEST_F(EveryBody, an_id_is_1_to_64_of_letters_digits_underscore_and_hyphen) {
  const std::string longest = fresh("r") + std::string(70, '_');
  EXPECT_EQ(raw(put(longest.substr(0, 64))).status, 201);
  EXPECT_EQ(raw(put(longest.substr(0, 65))).status, 422);
  EXPECT_EQ(raw(put("aZ09_-" + fresh(""))).status, 201);
  for (const char* bad : {"a.b", "a%20b", "%C3%A4", "a%2Fb", "a:b"})
    EXPECT_EQ(raw(put(bad)).status, 422) << bad;
}

TEST_F(EveryBody, limit_is_1_to_1000_and_cursors_are_what_an_answer_gave) {
  for (const char* list : {"/v1/reservations", "/v1/skus", "/v1/rights"}) {
    const std::string path = list;
    for (const char* bad : {"0", "1001", "-1", "x", "", "1.0", "99999999999999999999"})
      EXPECT_EQ(shop().get(path + "?limit=" + bad).at("errors.0.pointer"), "/limit") << path << bad;
    for (const char* good : {"1", "1000"}) EXPECT_EQ(shop().get(path + "?limit=" + good).status, 200) << path;
    EXPECT_EQ(shop().get(path + "?limit=1&limit=1").status, 422) << path;
  }
}

TEST_F(EveryBody, limit_is_100_by_default) {
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

}  // namespace
}  // namespace holdfast::e2e
