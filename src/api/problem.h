// Problems, RFC 9457: every answer that is not a success. The code is the contract; the rest is for people.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "core/answer.h"

namespace holdfast::api {

struct ProblemKind {
  std::string_view code;
  int status;
  std::string_view title;
  std::int64_t retry_after_ms = 0;  // told unless the refusal knows better; 0: none
};

// What only this layer can refuse. The other codes come from the core.
namespace problem {
inline constexpr ProblemKind malformed_request{"malformed_request", 400,
                                               "The request is not well-formed HTTP"};
inline constexpr ProblemKind malformed_json{"malformed_json", 400, "The body is not JSON"};
inline constexpr ProblemKind idempotency_key_missing{"idempotency_key_missing", 400,
                                                     "This call needs an Idempotency-Key"};
inline constexpr ProblemKind not_found{"not_found", 404, "There is nothing at this path"};
inline constexpr ProblemKind method_not_allowed{"method_not_allowed", 405, "The path has no such method"};
inline constexpr ProblemKind request_timeout{"request_timeout", 408, "The request took too long to arrive"};
inline constexpr ProblemKind events_expired{"events_expired", 410,
                                            "The history no longer holds what follows this cursor"};
inline constexpr ProblemKind body_too_large{"body_too_large", 413, "The body is larger than this call takes"};
inline constexpr ProblemKind unsupported_media_type{"unsupported_media_type", 415,
                                                    "The body is of a type that this call does not read"};
inline constexpr ProblemKind headers_too_large{"headers_too_large", 431, "The headers are too large"};
}  // namespace problem

[[nodiscard]] const ProblemKind& kind_of(RefusalCode code);
// Those that the core can refuse with, and those above.
[[nodiscard]] std::span<const std::string_view> problem_codes();

// `region` is this daemon's, shown in the reservation of a state conflict.
[[nodiscard]] HttpResponse problem_response(const Refusal& refusal, std::string_view region);
[[nodiscard]] HttpResponse problem_response(const ProblemKind& kind, std::string_view detail);
[[nodiscard]] HttpResponse validation_problem(std::vector<FieldError> errors);

}  // namespace holdfast::api
