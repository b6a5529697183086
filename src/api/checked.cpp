#include "api/checked.h"

#include <algorithm>

#include "api/problem.h"

namespace holdfast::api {
namespace {

constexpr std::size_t errors_told_max = 20;

void set_key(Request& request, const std::string& key) {
  std::visit(
      [&](auto& kind) {
        if constexpr (requires { kind.key; }) kind.key = key;
      },
      request);
}

// A value of the wrong shape has been noted already, and so has all that is inside it.
bool is_noted(const std::vector<FieldError>& errors, std::size_t noted, std::string_view pointer) {
  return std::any_of(
      errors.begin(), errors.begin() + static_cast<std::ptrdiff_t>(noted), [&](const FieldError& error) {
        const std::string& outer = error.pointer;
        return pointer.starts_with(outer) && (pointer.size() == outer.size() || pointer[outer.size()] == '/');
      });
}

void append_new(std::vector<FieldError>& errors, std::vector<FieldError> more) {
  const std::size_t noted = errors.size();
  for (FieldError& error : more)
    if (errors.size() < errors_told_max && !is_noted(errors, noted, error.pointer))
      errors.push_back(std::move(error));
}

}  // namespace

Operation checked(Request request, std::vector<FieldError> errors, KeyRule rule,
                  const std::optional<std::string>& key) {
  const bool missing = rule == KeyRule::needed && (!key || key->empty());
  // Values come before the key in the order of checks: until then any sound key stands in for a missing one.
  if (rule == KeyRule::needed) set_key(request, missing ? "-" : *key);
  if (errors.size() > errors_told_max) errors.resize(errors_told_max);
  append_new(errors, validate(request));
  if (!errors.empty()) return failure(validation_problem(std::move(errors)));
  if (missing)
    return failure(
        problem_response(problem::idempotency_key_missing, "repeat a request with the key of the first try"));
  return request;
}

}  // namespace holdfast::api
