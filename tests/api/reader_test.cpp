// Strict JSON, typed members, targets and imports: what comes in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "api/import_text.h"
#include "api/json_reader.h"
#include "api/members.h"
#include "api/target.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> faulty(std::string_view text) {
  std::vector<std::string> pointers;
  for (const FieldError& fault : read_json(text).faults) pointers.push_back(fault.pointer);
  return pointers;
}

bool is_json(std::string_view text) { return read_json(text).malformed.empty(); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonReader, keeps_values_names_and_their_order) {
  const JsonRead read = read_json(R"( {"a" : [1, -2, "x\u00e9\n"], "b":{"c":null}, "d":true} )");
  ASSERT_THAT(read.malformed, IsEmpty());
  ASSERT_THAT(read.faults, IsEmpty());
  const auto a = read.json.root().first();
  EXPECT_EQ(a.name(), "a");
  EXPECT_EQ(a.first().integer(), 1);
  EXPECT_EQ(a.first().next().integer(), -2);
  EXPECT_EQ(a.first().next().next().string(), "xé\n");
  EXPECT_EQ(a.first().next().next().next(), a.past());
  EXPECT_EQ(a.next().name(), "b");
  EXPECT_EQ(a.next().first().kind(), JsonKind::null);
  EXPECT_TRUE(a.next().next().boolean());
}

TEST(JsonReader, tells_what_is_no_json_at_all) {
  for (const char* text :
       {"",          " ",   "{",      "[1,]",    "{\"a\":1,}", "{'a':1}",        "{a:1}",     "nul",
        "01",        "+1",  "1.",     ".5",      "NaN",        "Infinity",       "{} {}",     "{}x",
        "/*c*/{}",   "\"a", "\"\t\"", "\"\\x\"", "[1 2]",      "\xef\xbb\xbf{}", "{\"a\" 1}", "\xff",
        "[\"a\",1.5"})
    EXPECT_FALSE(is_json(text)) << text;
}

TEST(JsonReader, takes_integers_of_64_bits_only) {
  EXPECT_THAT(faulty("[9223372036854775807,-9223372036854775808,0,-0]"), IsEmpty());
  EXPECT_THAT(faulty(R"({"a":[1,1.0],"b":1e2,"c":9223372036854775808,"d":-9223372036854775809,"e":1E400})"),
              ElementsAre("/a/1", "/b", "/c", "/d", "/e"));
  EXPECT_THAT(faulty("1.5"), ElementsAre(""));
  EXPECT_THAT(faulty("[" + std::string(5000, '9') + "]"), ElementsAre("/0"));
}

TEST(JsonReader, refuses_equal_names) {
  EXPECT_THAT(faulty(R"({"a":1,"b":{"c":1,"c":2}})"), ElementsAre("/b/c"));
  EXPECT_THAT(faulty(R"({"a":1,"\u0061":2})"), ElementsAre("/a"));
  EXPECT_THAT(faulty(R"([{"x/~":[{"a":1},{"b":1,"b":1}]}])"), ElementsAre("/0/x~1~0/1/b"));
  EXPECT_THAT(faulty(R"([{"a":1},{"a":1}])"), IsEmpty());
}

TEST(JsonReader, refuses_what_is_not_utf8) {
  EXPECT_THAT(faulty("{\"a\":\"\xff\"}"), ElementsAre("/a"));
  EXPECT_THAT(faulty("{\"a\":\"\xed\xa0\x80\"}"), ElementsAre("/a"));
  EXPECT_THAT(faulty("{\"\xc0\x80\":1}"), ElementsAre(""));
  EXPECT_TRUE(is_json(R"(["\ud800"])"));
  EXPECT_FALSE(faulty(R"(["\ud800"])").empty());
  EXPECT_FALSE(faulty(R"(["\udc00 "])").empty());
  EXPECT_THAT(faulty(R"(["\ud83d\ude00"])"), IsEmpty());
}

TEST(JsonReader, goes_32_deep) {
  EXPECT_THAT(faulty(nested(32)), IsEmpty());
  EXPECT_TRUE(is_json(nested(32)));
  EXPECT_FALSE(faulty(nested(33)).empty());
  EXPECT_TRUE(is_json(nested(33)));
}

TEST(JsonReader, stands_bombs) {
  EXPECT_FALSE(faulty(std::string(1 << 20, '[')).empty());
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += R"({"a":)";
  EXPECT_FALSE(faulty(objects).empty());
  std::string names = "{\"x\":0";
  for (int i = 0; i < 100'000; ++i) names += ",\"" + std::to_string(i) + "\":0";
  EXPECT_THAT(faulty(names + "}"), IsEmpty());
  std::string numbers = "[0.5";
  for (int i = 0; i < 200'000; ++i) numbers += ",0.5";
  EXPECT_EQ(faulty(numbers + "]").size(), json_faults_max);
}

std::vector<FieldError> reserve_like(std::string_view text) {
  const JsonRead read = read_json(text);
  std::vector<FieldError> errors;
  Members members(read.json.root(), "", errors);
  (void)members.integer("quantity");
  (void)members.text_or_none("customer");
  (void)members.boolean_or("partial", false);
  (void)members.word_or_first("if_expired", {"reacquire", "fail"});
  members.done();
  return errors;
}

TEST(Members, are_required_typed_and_known) {
  EXPECT_THAT(reserve_like(R"({"quantity":1})"), IsEmpty());
  EXPECT_THAT(reserve_like(R"({"quantity":1,"customer":null,"partial":true,"if_expired":"fail"})"),
              IsEmpty());
  EXPECT_THAT(reserve_like("{}"), ElementsAre(FieldError{"/quantity", "is required"}));
  EXPECT_THAT(reserve_like("[]"), ElementsAre(FieldError{"", "must be an object"}));
  EXPECT_THAT(reserve_like(R"({"quantity":"1"})"),
              ElementsAre(FieldError{"/quantity", "must be an integer"}));
  EXPECT_THAT(reserve_like(R"({"quantity":null})"),
              ElementsAre(FieldError{"/quantity", "must be an integer"}));
  EXPECT_THAT(reserve_like(R"({"quantity":1,"customer":""})"),
              ElementsAre(FieldError{"/customer", "must not be empty"}));
  EXPECT_THAT(reserve_like(R"({"quantity":1,"partial":1})"),
              ElementsAre(FieldError{"/partial", "must be true or false"}));
  EXPECT_THAT(reserve_like(R"({"quantity":1,"if_expired":"fial"})"),
              ElementsAre(FieldError{"/if_expired", "must be one of reacquire fail, did you mean fail?"}));
}

TEST(Members, that_are_unknown_are_refused_with_what_was_meant) {
  EXPECT_THAT(reserve_like(R"({"quantity":1,"quantiy":2,"color":3})"),
              ElementsAre(FieldError{"/quantiy", "is not known, did you mean quantity?"},
                          FieldError{"/color", "is not known"}));
}

std::vector<std::string> segments(std::string_view text) {
  const auto target = parse_target(text);
  if (!target) return {"none"};
  return {target->segments.begin(), target->segments.end()};
}

TEST(Targets, are_cut_at_slashes_and_then_decoded) {
  EXPECT_THAT(segments("/v1/skus/a%2Fb"), ElementsAre("v1", "skus", "a/b"));
  EXPECT_THAT(segments("/v1/skus/%C3%A9+x"), ElementsAre("v1", "skus", "é+x"));
  EXPECT_THAT(segments("/v1/skus/"), ElementsAre("v1", "skus", ""));
  EXPECT_THAT(segments("/"), ElementsAre(""));
  EXPECT_THAT(segments("http://host:1/v1/x?y"), ElementsAre("v1", "x"));
  EXPECT_THAT(segments("http://host"), ElementsAre(""));
}

TEST(Targets, with_broken_encoding_are_none) {
  for (const char* text : {"/%", "/%2", "/%zz", "/a?b=%", "v1", "host:80", "/a#b", ""})
    EXPECT_FALSE(parse_target(text)) << text;
}

TEST(Targets, have_parameters_in_order) {
  EXPECT_THAT(
      parse_target("/a?x=1&y=a+b%2B&z&&x=")->query,
      ElementsAre(Parameter{"x", "1"}, Parameter{"y", "a b+"}, Parameter{"z", ""}, Parameter{"x", ""}));
}

std::vector<request::ImportLine> csv(std::string_view text) {
  std::vector<FieldError> errors;
  auto lines = read_csv(text, errors);
  EXPECT_THAT(errors, IsEmpty());
  return lines;
}

request::ImportLine good(std::uint64_t line, std::string sku, std::int64_t quantity) {
  return {line, std::move(sku), Units(quantity), ""};
}

TEST(Csv, has_quotes_crlf_and_a_byte_order_mark) {
  EXPECT_THAT(csv("\xef\xbb\xbfsku,quantity\r\na,1\r\n\"b,\"\"c\"\"\",2\r\n\r\nd,3"),
              ElementsAre(good(2, "a", 1), good(3, "b,\"c\"", 2), good(5, "d", 3)));
  EXPECT_THAT(csv("sku,quantity\n"), IsEmpty());
  EXPECT_THAT(csv("\"sku\",\"quantity\"\n\"a\",\"7\"\n"), ElementsAre(good(2, "a", 7)));
}

TEST(Csv, keeps_the_faults_of_lines_with_the_lines) {
  const auto lines =
      csv("sku,quantity\na,x\nb\nc,1,2\n,1\nd,0\ne,1.5\nf,99999999999999999999\n\"g\"h,1\nok,1\n\"open,1\n");
  ASSERT_EQ(lines.size(), 10u);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].line, i + 2);
    EXPECT_EQ(lines[i].fault.empty(), i == 8) << lines[i].line << lines[i].fault;
  }
}

TEST(Csv, keeps_little_of_a_line_that_is_refused) {
  const std::string long_text(1 << 20, 'x');
  const auto lines = csv("sku,quantity\n" + long_text + ",1\n" + std::string(255, 'x') + "\u00e9,1\nb,1\n\"" +
                         long_text + "\nc,1\n");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].sku, std::string(256, 'x'));
  EXPECT_EQ(lines[1].sku, std::string(255, 'x')) << "no half of a character";
  EXPECT_EQ(lines[2], good(4, "b", 1));
  EXPECT_EQ(lines[3].sku, std::string(256, 'x'));
  EXPECT_EQ(lines[3].fault, "has a quote that is never closed");
}

TEST(Csv, of_commas_or_empty_lines_is_not_kept) {
  constexpr std::size_t many = 16 << 20;
  const auto peak_kib = [] {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
  };
  const auto before = peak_kib();
  EXPECT_EQ(csv("sku,quantity\na" + std::string(many, ',') + "\nb,1\n").size(), 2u);
  EXPECT_THAT(csv("sku,quantity\n" + std::string(many, '\n') + "b,1\n"), ElementsAre(good(many + 2, "b", 1)));
  EXPECT_LT(peak_kib() - before, 256 << 10);  // a string for each comma took 1 GiB
}

TEST(Csv, without_its_header_is_refused_as_a_whole) {
  for (const char* text : {"", "a,1\n", "sku;quantity\n", "quantity,sku\n", "sku,quantity,x\n"}) {
    std::vector<FieldError> errors;
    EXPECT_THAT(read_csv(text, errors), IsEmpty());
    EXPECT_THAT(errors, ElementsAre(FieldError{"", "must have the first line sku,quantity"})) << text;
  }
}

TEST(Ndjson, is_one_strict_object_a_line) {
  const auto lines = read_ndjson(
      "{\"sku\":\"a\",\"quantity\":1}\r\n\n{\"sku\":\"b\"}\n{\n{\"sku\":\"c\",\"quantity\":1.5}\n"
      "{\"sku\":\"d\",\"quantity\":1,\"x\":1}\n{\"sku\":\"e\",\"quantity\":2}\n[]\n"
      "{\"sku\":\"f\",\"quantity\":1,\"y\":{\"z\":\"\\ud800\"}}");
  ASSERT_EQ(lines.size(), 8u);
  EXPECT_EQ(lines[0], good(1, "a", 1));
  EXPECT_THAT(lines[1].fault, HasSubstr("/quantity is required"));
  EXPECT_THAT(lines[2].fault, HasSubstr("is not JSON"));
  EXPECT_THAT(lines[3].fault, HasSubstr("/quantity must be an integer"));
  EXPECT_THAT(lines[4].fault, HasSubstr("/x is not known"));
  EXPECT_EQ(lines[5], good(7, "e", 2));
  EXPECT_EQ(lines[6].fault, "must be an object");
  EXPECT_THAT(lines[7].fault, HasSubstr("half of a surrogate pair"));
}

TEST(Ndjson, keeps_little_of_a_line_that_is_refused) {
  const std::string long_text(1 << 20, 'x');
  const auto lines =
      read_ndjson("{\"sku\":\"" + long_text + "\",\"quantity\":1}\n{\"" + long_text + "\":1}\n");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].sku, std::string(256, 'x'));
  EXPECT_LE(lines[1].fault.size(), 1024u);
}

TEST(Ndjson, tells_whose_line_a_bad_one_is) {
  const auto lines = read_ndjson(
      "{\"sku\":\"c\",\"quantity\":1.5}\n{\"quantity\":1,\"quantity\":2,\"sku\":\"d\"}\n{\"sku\":\"e\"}\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].sku, "c");
  EXPECT_EQ(lines[1].sku, "d");
  EXPECT_EQ(lines[2].sku, "e");
  for (const auto& line : lines) EXPECT_FALSE(line.fault.empty());
}

}  // namespace
}  // namespace holdfast::api
