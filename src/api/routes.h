// The one table of all that can be called: what takes requests apart, and what documents them, reads it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/decode.h"
#include "api/http.h"
#include "api/target.h"
#include "base/result.h"
#include "core/few.h"

namespace holdfast::api {

enum class BodyKind : std::uint8_t {
  none,           // whatever comes is not looked at
  json,           // application/json, required
  optional_json,  // the same, but every member has a default
  import,         // text/csv or application/x-ndjson
};
enum class KeyRule : std::uint8_t { none, needed };
enum class Serve : std::uint8_t {
  core,
  batch,
  events,
  livez,
  readyz,
  metrics,
  config,
  reload,
  start_backup,
  backup,
  drain,
  stop_drain,
  drain_state,
  openapi,
  dashboard
};

struct Route {
  Method method;
  std::string_view pattern;  // "/v1/reservations/{id}/purchase"
  BodyKind body;
  KeyRule key;
  Serve serve;
  Decode decode;  // for Serve::core
  std::string_view summary;
};

inline constexpr std::size_t body_bytes_max = 1 << 20;
inline constexpr std::size_t batch_body_bytes_max = 4 << 20;
inline constexpr std::size_t import_body_bytes_max = 256 << 20;

[[nodiscard]] std::span<const Route> routes();
[[nodiscard]] std::size_t body_limit(const Route& route);
[[nodiscard]] HttpResponse body_too_large(const Route& route);

struct Match {
  const Route* route = nullptr;
  Few<std::string> path;  // the pattern's parameters
  std::vector<Parameter> query;
};

// The first two checks, path and method: what is called, or the answer that says why nothing is.
[[nodiscard]] Result<Match, HttpResponse> match(Method method, std::string_view target);

}  // namespace holdfast::api
