#include "api/intake.h"

#include <algorithm>

#include "api/batch.h"
#include "api/checked.h"
#include "api/event_followers.h"
#include "api/json_reader.h"
#include "api/problem.h"

namespace holdfast::api {
namespace {

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  const auto lowered = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c; };
  return std::ranges::equal(text, lower, {}, lowered);
}

HttpResponse unsupported(std::string_view expected) {
  return problem_response(problem::unsupported_media_type,
                          "the Content-Type must be " + std::string(expected));
}

std::optional<HttpResponse> check_media_type(const Route& route, const HttpRequest& request) {
  const MediaType type = media_type_of(request.content_type);
  if (route.body == BodyKind::none) return std::nullopt;
  if (route.body == BodyKind::import) {
    if (type == MediaType::csv || type == MediaType::ndjson) return std::nullopt;
    return unsupported("text/csv or application/x-ndjson");
  }
  if (request.body.empty() || type == MediaType::json) return std::nullopt;
  return unsupported("application/json");
}

std::string_view json_text(const Route& route, const HttpRequest& request) {
  const bool takes_json = route.body == BodyKind::json || route.body == BodyKind::optional_json;
  const bool left_out = route.body == BodyKind::optional_json && request.body.empty();
  return takes_json && !left_out ? std::string_view(request.body) : std::string_view("{}");
}

Result<Intake, HttpResponse> take_batch(Members& body, Query& query, OperationFaults faults,
                                        std::vector<FieldError>& errors) {
  Intake intake{.operations = read_batch(body, std::move(faults), errors), .after = {}, .consumer = {}};
  body.done();
  query.done();
  if (!errors.empty()) return failure(validation_problem(std::move(errors)));
  return intake;
}

// A stream that is taken up again says so in a header, also where its first request had a parameter. An empty
// cursor is the beginning of what is kept.
Result<Intake, HttpResponse> take_events(const HttpRequest& request, Query& query,
                                         std::vector<FieldError>& errors) {
  std::optional<std::string> text = query.maybe("after");
  if (request.last_event_id) text = request.last_event_id;
  Intake intake;
  intake.consumer = query.text_or_none("consumer");
  query.done();
  if (!intake.consumer.empty() && !is_consumer_name(intake.consumer))
    errors.push_back({"/consumer", "must be 1 to 64 characters of A-Z a-z 0-9 - . _"});
  if (text) intake.after = text->empty() ? JournalCursor{} : read_cursor(*text);
  if (text && !intake.after) errors.push_back({"/after", "is not a cursor that an event gave"});
  if (!errors.empty()) return failure(validation_problem(std::move(errors)));
  return intake;
}

// Probes and scrapers get by with any query: a monitor's habits must not take a healthy daemon down.
// Elsewhere a typo must not be taken for the call without it.
Result<Intake, HttpResponse> take_plain(const Route& route, Members& body, Query& query,
                                        std::vector<FieldError>& errors) {
  body.done();
  if (route.pattern.starts_with("/v1/")) query.done();
  if (!errors.empty()) return failure(validation_problem(std::move(errors)));
  return Intake{};
}

}  // namespace

MediaType media_type_of(const std::optional<std::string>& content_type) {
  if (!content_type) return MediaType::none;
  std::string_view type = *content_type;
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  if (equal_ignoring_case(type, "application/json")) return MediaType::json;
  if (equal_ignoring_case(type, "text/csv")) return MediaType::csv;
  if (equal_ignoring_case(type, "application/x-ndjson")) return MediaType::ndjson;
  return MediaType::other;
}

Result<Intake, HttpResponse> take_in(const Match& match, const HttpRequest& request) {
  const Route& route = *match.route;
  if (request.body.size() > body_limit(route)) return failure(body_too_large(route));
  if (auto refused = check_media_type(route, request)) return failure(std::move(*refused));
  const bool is_batch = route.serve == Serve::batch;
  JsonRead read = read_json(json_text(route, request), is_batch ? batch_faults_max : json_faults_max);
  if (!read.malformed.empty()) return failure(problem_response(problem::malformed_json, read.malformed));
  OperationFaults of_operations;
  if (is_batch) of_operations = take_operation_faults(read);
  std::vector<FieldError> errors = std::move(read.faults);
  if (errors.size() > json_faults_max) errors.resize(json_faults_max);
  if (!errors.empty()) return failure(validation_problem(std::move(errors)));

  Query query(match.query, errors);
  if (is_batch) {
    Members body(read.json.root(), "", errors);
    return take_batch(body, query, std::move(of_operations), errors);
  }
  if (route.serve == Serve::events) return take_events(request, query, errors);
  Members body(read.json.root(), "", errors);
  if (route.serve != Serve::core) return take_plain(route, body, query, errors);
  Parts parts{match.path, query, body, media_type_of(request.content_type), request.body, errors};
  Request decoded = route.decode(parts);
  body.done();
  query.done();
  Operation operation = checked(std::move(decoded), std::move(errors), route.key, request.idempotency_key);
  if (!operation) return failure(std::move(operation.error()));
  Intake intake;
  intake.operations.push_back(std::move(operation));
  return intake;
}

}  // namespace holdfast::api
