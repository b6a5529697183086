// The OpenAPI document that /openapi.json serves: the text of openapi.json beside this file, compiled in.
//
// tests/api/openapi_test.cpp holds it against the table of routes; tests/openapi holds a daemon's answers
// against it.
#pragma once

#include <string_view>

namespace holdfast::api {

[[nodiscard]] std::string_view openapi_document();

}  // namespace holdfast::api
