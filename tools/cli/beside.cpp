#include "cli/beside.h"

#include <algorithm>
#include <chrono>

#include "cli/request.h"
#include "client/endpoint.h"

namespace holdfast::cli {
namespace {

std::optional<store::Schema> schema_of(Session& session) {
  const auto file = session.arguments().maybe("--tables");
  if (!file) return store::Schema{};
  const auto text = read_file_or_stdin(session, *file);
  if (!text) return std::nullopt;
  auto schema = store::read_schema(*file, *text);
  if (schema) return *std::move(schema);
  for (const std::string& fault : schema.error()) session.say(fault);
  return std::nullopt;
}

// Why it is not NAME=URL; empty: it is.
std::string fault_in(const std::string& given, const std::vector<store::Region>& regions) {
  const auto equals = given.find('=');
  if (equals == 0 || equals == std::string::npos) return "not NAME=URL: " + given;
  const std::string name = given.substr(0, equals), url = given.substr(equals + 1);
  if (std::ranges::find(regions, name, &store::Region::name) != regions.end())
    return name + " is named twice";
  if (const auto endpoint = parse_endpoint(url); !endpoint || endpoint->scheme == Scheme::native)
    return url + " is no endpoint: " + why_not_endpoint(url);
  return {};
}

// As given, or the one that --endpoint calls, by the name that it has.
Result<std::vector<store::Region>, ExitCode> regions_of(Session& session) {
  std::vector<store::Region> regions;
  for (const std::string& given : session.arguments().all("--region")) {
    if (const std::string fault = fault_in(given, regions); !fault.empty()) {
      session.say("--region: " + fault);
      return failure(ExitCode::usage);
    }
    const auto equals = given.find('=');
    regions.emplace_back(given.substr(0, equals), given.substr(equals + 1));
  }
  if (!regions.empty()) return regions;
  const auto status = session.fetch(get("/v1/status"));
  if (!status) return failure(session.failure());
  regions.emplace_back(text(status->body, "region"), session.endpoint());
  return regions;
}

}  // namespace

Result<Beside, ExitCode> beside(Session& session, Needs needs) {
  Beside it{.url = session.arguments().one("--store"), .schema = {}, .regions = {}};
  if (const std::string why = store::why_no_store(it.url); !why.empty()) {
    session.say("--store: " + why);
    return failure(ExitCode::usage);
  }
  auto schema = schema_of(session);
  if (!schema) return failure(ExitCode::usage);
  it.schema = *std::move(schema);
  if (needs == Needs::store) return it;
  auto regions = regions_of(session);
  if (!regions) return failure(regions.error());
  it.regions = *std::move(regions);
  return it;
}

std::unique_ptr<store::StoreDatabase> opened(Session& session, const std::string& url) {
  auto store = store::open_store(url);
  if (store) return *std::move(store);
  session.say("cannot open the store: " + told(store.error()));
  return nullptr;
}

ExitCode stopped(const std::vector<store::Region>& regions) {
  for (const store::Region& region : regions)
    if (const auto& bad = region.bad_answer())
      return *bad ? exit_code_of(**bad) : exit_code_of(bad->failure());
  return ExitCode::failed;
}

std::int64_t pending_ttl_seconds(const Session& session) {
  using namespace std::chrono_literals;
  const auto ttl = session.arguments().maybe("--pending-ttl");
  const auto time = ttl ? parse_duration(*ttl).value_or(4h) : 4h;
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace holdfast::cli
