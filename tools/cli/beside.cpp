#include "cli/beside.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

#include "cli/request.h"

namespace holdfast::cli {
namespace {

std::optional<store::Schema> schema_of(Session& session) {
  const auto file = session.arguments().maybe("--tables");
  if (!file) return store::Schema{};
  std::ifstream in(*file, std::ios::binary);
  if (!in) {
    session.say("cannot read " + *file);
    return std::nullopt;
  }
  auto schema = store::read_schema(*file, std::string(std::istreambuf_iterator(in), {}));
  if (schema) return *std::move(schema);
  for (const std::string& fault : schema.error()) session.say(fault);
  return std::nullopt;
}

// As given, or the one that --endpoint calls, by the name that it has.
bool add_regions(Session& session, std::vector<store::Region>& regions) {
  for (const std::string& given : session.arguments().all("--region")) {
    const auto equals = given.find('=');
    if (equals == 0 || equals == std::string::npos) {
      session.say("--region: not NAME=URL: " + given);
      return false;
    }
    if (std::ranges::find(regions, given.substr(0, equals), &store::Region::name) != regions.end()) {
      session.say("--region: " + given.substr(0, equals) + " is named twice");
      return false;
    }
    regions.emplace_back(given.substr(0, equals), given.substr(equals + 1));
  }
  if (!regions.empty()) return true;
  const auto status = session.fetch(get("/v1/status"));
  if (status) regions.emplace_back(text(status->body, "region"), session.endpoint());
  return status.has_value();
}

}  // namespace

std::optional<Beside> beside(Session& session, Needs needs) {
  Beside it{.url = session.arguments().one("--store"), .schema = {}, .regions = {}};
  if (const std::string why = store::why_no_store(it.url); !why.empty()) {
    session.say("--store: " + why);
    return std::nullopt;
  }
  auto schema = schema_of(session);
  if (!schema) return std::nullopt;
  it.schema = *std::move(schema);
  if (needs == Needs::regions && !add_regions(session, it.regions)) return std::nullopt;
  return it;
}

std::unique_ptr<store::StoreDatabase> opened(Session& session, const std::string& url) {
  auto store = store::open_store(url);
  if (store) return *std::move(store);
  session.say("cannot open the store: " + told(store.error()));
  return nullptr;
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
