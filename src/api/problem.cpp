#include "api/problem.h"

#include <array>
#include <iterator>
#include <utility>

#include "api/encode_views.h"
#include "api/json_writer.h"

namespace holdfast::api {
namespace {

constexpr ProblemKind core_kind(RefusalCode code) {
  switch (code) {
    case RefusalCode::reservation_unknown:
      return {"reservation_unknown", 404, "This region knows no such reservation"};
    case RefusalCode::sku_unknown: return {"sku_unknown", 404, "No region has told of such a SKU"};
    case RefusalCode::validation_failed:
      return {"validation_failed", 422, "The request has values that it may not have"};
    case RefusalCode::idempotency_mismatch:
      return {"idempotency_mismatch", 422, "Another request was made under this id or key"};
    case RefusalCode::sold_out: return {"sold_out", 409, "None is left anywhere, as last heard"};
    case RefusalCode::not_enough: return {"not_enough", 409, "Fewer than asked are left anywhere"};
    case RefusalCode::rights_unreachable:
      return {"rights_unreachable", 503, "Units may exist in a region that is cut off", 2'000};
    case RefusalCode::all_reserved:
      return {"all_reserved", 409, "The rest is in other shoppers' baskets", 5'000};
    case RefusalCode::insufficient_here:
      return {"insufficient_here", 409, "The units are in other regions", 1'000};
    case RefusalCode::wrong_region: return {"wrong_region", 409, "The request is meant for another region"};
    case RefusalCode::already_purchased: return {"already_purchased", 409, "The reservation was purchased"};
    case RefusalCode::already_released: return {"already_released", 409, "The reservation was released"};
    case RefusalCode::reservation_expired: return {"reservation_expired", 409, "The reservation has expired"};
    case RefusalCode::reservation_pending:
      return {"reservation_pending", 409, "The reservation is still pending"};
    case RefusalCode::overloaded: return {"overloaded", 429, "There is more to do than can be done", 1'000};
    case RefusalCode::starting: return {"starting", 503, "This daemon is starting", 1'000};
    case RefusalCode::draining:
      return {"draining", 503, "This daemon is stopping, or gives its rights away", 5'000};
    case RefusalCode::disk_full: return {"disk_full", 503, "The disk is full", 10'000};
    case RefusalCode::fenced: return {"fenced", 503, "This daemon doubts its identity or its disk", 60'000};
    case RefusalCode::outcome_unknown: return {"outcome_unknown", 504, "It may have happened"};
  }
  std::unreachable();
}

constexpr std::size_t codes_count = static_cast<std::size_t>(RefusalCode::outcome_unknown) + 1;
constexpr auto core_kinds = [] {
  std::array<ProblemKind, codes_count> kinds{};
  for (std::size_t i = 0; i < codes_count; ++i) kinds[i] = core_kind(static_cast<RefusalCode>(i));
  return kinds;
}();

constexpr const ProblemKind* own_kinds[] = {&problem::malformed_request,       &problem::malformed_json,
                                            &problem::idempotency_key_missing, &problem::not_found,
                                            &problem::method_not_allowed,      &problem::request_timeout,
                                            &problem::events_expired,          &problem::body_too_large,
                                            &problem::unsupported_media_type,  &problem::headers_too_large};
constexpr auto all_codes = [] {
  std::array<std::string_view, codes_count + std::size(own_kinds)> codes{};
  for (std::size_t i = 0; i < codes_count; ++i) codes[i] = core_kinds[i].code;
  for (std::size_t i = 0; i < std::size(own_kinds); ++i) codes[codes_count + i] = own_kinds[i]->code;
  return codes;
}();

void write_errors(JsonWriter& json, const std::vector<FieldError>& errors) {
  json.name("errors").begin_array();
  for (const FieldError& error : errors)
    json.begin_object().member("pointer", error.pointer).member("detail", error.detail).end_object();
  json.end_array();
}

std::string_view detail_of(const Refusal& refusal, const ProblemKind& kind) {
  return refusal.detail.empty() ? kind.title : std::string_view(refusal.detail);
}

HttpResponse response(const ProblemKind& kind, const Refusal& refusal, std::string_view region) {
  const std::int64_t retry_ms = refusal.retry_after ? refusal.retry_after->count() : kind.retry_after_ms;
  HttpResponse response{.status = kind.status, .content_type = "application/problem+json", .code = kind.code};
  JsonWriter json(response.body);
  json.begin_object().member("type", "urn:holdfast:" + std::string(kind.code)).member("title", kind.title);
  json.member("status", std::int64_t{kind.status}).member("code", kind.code);
  json.member("detail", detail_of(refusal, kind));
  if (retry_ms > 0) {
    json.member("retry_after_ms", retry_ms);
    response.retry_after_s = (retry_ms + 999) / 1000;
  }
  if (!refusal.errors.empty()) write_errors(json, refusal.errors);
  if (!refusal.shortage.empty()) write_shortage(json, refusal.shortage);
  if (refusal.reservation) write_reservation(json.name("reservation"), *refusal.reservation, region);
  json.end_object();
  return response;
}

}  // namespace

std::span<const std::string_view> problem_codes() { return all_codes; }

const ProblemKind& kind_of(RefusalCode code) { return core_kinds[static_cast<std::size_t>(code)]; }

HttpResponse problem_response(const Refusal& refusal, std::string_view region) {
  return response(kind_of(refusal.code), refusal, region);
}

HttpResponse problem_response(const ProblemKind& kind, std::string_view detail) {
  return response(kind, {.detail = std::string(detail)}, {});
}

HttpResponse validation_problem(std::vector<FieldError> errors) {
  Refusal refusal{.code = RefusalCode::validation_failed};
  if (!errors.empty()) {
    refusal.detail = (errors[0].pointer.empty() ? "the request" : errors[0].pointer) + ' ' + errors[0].detail;
    if (errors.size() > 1) refusal.detail += ", and " + std::to_string(errors.size() - 1) + " more";
  }
  refusal.errors = std::move(errors);
  return problem_response(refusal, {});
}

}  // namespace holdfast::api
