#include "api/routes.h"

#include <algorithm>
#include <array>

#include "api/problem.h"

namespace holdfast::api {
namespace {

using enum BodyKind;
constexpr auto get = Method::get;
constexpr auto put = Method::put;
constexpr auto post = Method::post;
constexpr auto patch = Method::patch;
constexpr auto core = Serve::core;
constexpr auto no_key = KeyRule::none;
constexpr auto with_key = KeyRule::needed;

constexpr Route table[] = {
    {put, "/v1/reservations/{id}", json, no_key, core, decode_reserve_with_id,
     "Reserve, with an id of the client's"},
    {post, "/v1/reservations", json, with_key, core, decode_reserve_with_key,
     "Reserve, with an id made here"},
    {get, "/v1/reservations/{id}", none, no_key, core, decode_get_reservation, "One reservation"},
    {get, "/v1/reservations", none, no_key, core, decode_list_reservations,
     "This region's reservations, oldest first"},
    {post, "/v1/reservations/{id}/purchase", optional_json, no_key, core, decode_purchase,
     "The sale is final"},
    {post, "/v1/reservations/{id}/release", optional_json, no_key, core, decode_release,
     "Give the units back"},
    {post, "/v1/reservations/{id}/extend", json, no_key, core, decode_extend, "Move the deadline, from now"},
    {patch, "/v1/reservations/{id}", json, no_key, core, decode_change,
     "A new list of lines, all or nothing"},
    {post, "/v1/reservations/{id}/return", optional_json, with_key, core, decode_return,
     "Goods of a purchase came back"},
    {post, "/v1/batch", json, no_key, Serve::batch, nullptr, "Up to 1000 operations, done in order"},
    {get, "/v1/skus/{sku}", none, no_key, core, decode_get_sku, "What can be promised of a SKU"},
    {get, "/v1/skus", none, no_key, core, decode_list_skus, "What can be promised of all SKUs"},
    {post, "/v1/availability", json, no_key, core, decode_availability, "What can be promised of these SKUs"},
    {post, "/v1/skus/{sku}/adjustments", json, with_key, core, decode_adjust, "Stock in, or written off"},
    {put, "/v1/skus/{sku}/count", json, with_key, core, decode_count, "So many are on the shelf"},
    {post, "/v1/stock-imports", import, with_key, core, decode_import, "Stock in, in bulk"},
    {post, "/v1/rights/moves", json, with_key, core, decode_move, "Move rights to another region by hand"},
    {get, "/v1/status", none, no_key, core, decode_status, "This region and its links"},
    {get, "/v1/audit", none, no_key, core, decode_audit, "Recount everything from the records"},
    {get, "/v1/audit/skus/{sku}", none, no_key, core, decode_audit_sku, "Why a number is what it is"},
    {get, "/v1/rights", none, no_key, core, decode_rights, "Every region's rights, as last heard"},
    {get, "/v1/events", none, no_key, Serve::events, nullptr, "The change feed"},
    {get, "/v1/config", none, no_key, Serve::config, nullptr, "Every value, and where it came from"},
    {post, "/v1/config/reload", optional_json, no_key, Serve::reload, nullptr,
     "Read the configuration again"},
    {post, "/v1/backup", optional_json, no_key, Serve::start_backup, nullptr, "Begin a copy of the ledger"},
    {post, "/v1/drain", optional_json, no_key, Serve::drain, nullptr, "Ask for no rights any more"},
    {post, "/v1/drain/stop", optional_json, no_key, Serve::stop_drain, nullptr, "Ask for rights again"},
    {get, "/v1/drain", none, no_key, Serve::drain_state, nullptr, "Whether this region is being drained"},
    {get, "/v1/backup", none, no_key, Serve::backup, nullptr, "How far the newest copy is"},
    {get, "/livez", none, no_key, Serve::livez, nullptr, "The process runs"},
    {get, "/readyz", none, no_key, Serve::readyz, nullptr, "It takes requests"},
    {get, "/metrics", none, no_key, Serve::metrics, nullptr, "For Prometheus"},
    {get, "/openapi.json", none, no_key, Serve::openapi, nullptr, "This document"},
    {get, "/dashboard", none, no_key, Serve::dashboard, nullptr, "The dashboard, for a browser"},
};

// The patterns cut into their segments, once: parameters are empty.
struct Segments {
  static constexpr std::size_t most = 4;
  std::array<std::string_view, most> parts{};
  std::size_t count = 0;
};

constexpr Segments segments_of(std::string_view pattern) {
  Segments segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::size_t size = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, size);
    segments.parts[segments.count++] = part.starts_with('{') ? std::string_view() : part;
    pattern.remove_prefix(size);
  }
  return segments;
}

constexpr auto patterns = [] {
  std::array<Segments, std::size(table)> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = segments_of(table[i].pattern);
  return all;
}();

bool fits(const Segments& pattern, const PathSegments& path) {
  if (pattern.count != path.size()) return false;
  for (std::size_t i = 0; i < pattern.count; ++i) {
    const bool is_parameter = pattern.parts[i].empty();
    if (is_parameter ? path[i].empty() : path[i] != pattern.parts[i]) return false;
  }
  return true;
}

Few<std::string> parameters(const Segments& pattern, PathSegments& path) {
  Few<std::string> found;
  for (std::size_t i = 0; i < pattern.count; ++i)
    if (pattern.parts[i].empty()) found.push_back(std::move(path[i]));
  return found;
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get: return "GET, HEAD";
    case Method::put: return "PUT";
    case Method::post: return "POST";
    case Method::patch: return "PATCH";
    case Method::head:
    case Method::options:
    case Method::other: break;
  }
  return {};
}

void allow(std::string& methods, Method method) {
  if (!methods.empty()) methods += ", ";
  methods += method_name(method);
}

HttpResponse method_not_allowed(std::string allowed) {
  HttpResponse response = problem_response(problem::method_not_allowed, "this path takes " + allowed);
  response.allow = std::move(allowed);
  return response;
}

// "*" is the server as a whole: only OPTIONS may be asked of it.
HttpResponse asterisk(Method method) {
  if (method != Method::options)
    return problem_response(problem::malformed_request, "* is a target of OPTIONS only");
  return {.status = 204, .content_type = {}, .allow = "GET, HEAD, PUT, POST, PATCH"};
}

}  // namespace

std::span<const Route> routes() { return table; }

std::size_t body_limit(const Route& route) {
  if (route.serve == Serve::batch) return batch_body_bytes_max;
  return route.body == BodyKind::import ? import_body_bytes_max : body_bytes_max;
}

HttpResponse body_too_large(const Route& route) {
  return problem_response(problem::body_too_large,
                          "the body must be at most " + std::to_string(body_limit(route)) + " bytes");
}

Result<Match, HttpResponse> match(Method method, std::string_view text) {
  std::optional<Target> target = parse_target(text);
  if (!target)
    return failure(problem_response(problem::malformed_request,
                                    "the target must be a path with sound percent-encoding"));
  if (target->is_asterisk) return failure(asterisk(method));
  const Method wanted = method == Method::head ? Method::get : method;
  std::string allowed;
  for (std::size_t i = 0; i < std::size(table); ++i) {
    if (!fits(patterns[i], target->segments)) continue;
    if (table[i].method == wanted)
      return Match{&table[i], parameters(patterns[i], target->segments), std::move(target->query)};
    allow(allowed, table[i].method);
  }
  if (!allowed.empty()) return failure(method_not_allowed(std::move(allowed)));
  return failure(problem_response(problem::not_found, "there is nothing at this path"));
}

}  // namespace holdfast::api
