// openapi.json and the table of routes say the same.
#include "api/openapi.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <set>

#include "api/problem.h"
#include "api/routes.h"

namespace holdfast::api {
namespace {

using boost::json::object;
using boost::json::value;

const value& document() {
  static const value parsed = boost::json::parse(std::string(openapi_document()));
  return parsed;
}

std::string lower_name(Method method) {
  switch (method) {
    case Method::get: return "get";
    case Method::put: return "put";
    case Method::post: return "post";
    case Method::patch: return "patch";
    default: return "no method of the table";
  }
}

std::string call_of(const Route& route) {
  return lower_name(route.method) + ' ' + std::string(route.pattern);
}

const object* operation_of(const Route& route) {
  const object& paths = document().at("paths").as_object();
  const value* path = paths.if_contains(route.pattern);
  const value* operation = path ? path->as_object().if_contains(lower_name(route.method)) : nullptr;
  return operation ? &operation->as_object() : nullptr;
}

// The parameters of an operation that stand in `where`, by name.
std::set<std::string> parameters_of(const object& operation, std::string_view where) {
  std::set<std::string> names;
  const value* parameters = operation.if_contains("parameters");
  if (!parameters) return names;
  for (const value& one : parameters->as_array()) {
    const value* reference = one.as_object().if_contains("$ref");
    const value& parameter =
        reference ? document().at_pointer(std::string(reference->as_string()).substr(1)) : one;
    if (parameter.at("in").as_string() == where) names.emplace(parameter.at("name").as_string());
  }
  return names;
}

std::set<std::string> parameters_in(std::string_view pattern) {
  std::set<std::string> names;
  for (auto open = pattern.find('{'); open != pattern.npos; open = pattern.find('{', open + 1))
    names.emplace(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
  return names;
}

TEST(OpenApi, has_every_route_of_the_table_and_no_other) {
  std::set<std::string> of_the_table;
  for (const Route& route : routes()) of_the_table.insert(call_of(route));
  std::set<std::string> of_the_document;
  for (const auto& path : document().at("paths").as_object())
    for (const auto& operation : path.value().as_object())
      of_the_document.insert(std::string(operation.key()) + ' ' + std::string(path.key()));
  EXPECT_EQ(of_the_document, of_the_table);
}

TEST(OpenApi, says_of_every_route_what_the_table_says) {
  for (const Route& route : routes()) {
    SCOPED_TRACE(call_of(route));
    const object* operation = operation_of(route);
    ASSERT_TRUE(operation);
    EXPECT_EQ(operation->at("summary").as_string(), route.summary);
    EXPECT_EQ(parameters_of(*operation, "path"), parameters_in(route.pattern));
    EXPECT_EQ(parameters_of(*operation, "header").contains("Idempotency-Key"), route.key == KeyRule::needed);
    const value* body = operation->if_contains("requestBody");
    ASSERT_EQ(body != nullptr, route.body != BodyKind::none);
    if (!body) continue;
    EXPECT_EQ(body->at("required").as_bool(), route.body != BodyKind::optional_json);
    EXPECT_EQ(body->at("content").as_object().contains("text/csv"), route.body == BodyKind::import);
  }
}

TEST(OpenApi, names_every_operation_once) {
  std::set<std::string> names;
  for (const Route& route : routes())
    EXPECT_TRUE(names.emplace(operation_of(route)->at("operationId").as_string()).second) << call_of(route);
}

TEST(OpenApi, has_every_code_of_a_problem_and_no_other) {
  std::set<std::string_view> of_the_document;
  for (const value& code : document().at_pointer("/components/schemas/ProblemCode/enum").as_array())
    of_the_document.insert(code.as_string());
  EXPECT_EQ(of_the_document, std::set<std::string_view>(problem_codes().begin(), problem_codes().end()));
}

}  // namespace
}  // namespace holdfast::api
