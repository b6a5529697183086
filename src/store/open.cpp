#include <algorithm>

#include "store/database.h"
#include "store/postgres.h"
#include "store/sqlite.h"
#include "text/plain_name.h"

namespace holdfast::store {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

bool is_postgres(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

// The value of an option in the query of an address; empty: it is not there.
std::string_view option(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    if (one.starts_with(name) && one.substr(name.size()).starts_with('=')) return one.substr(name.size() + 1);
    query.remove_prefix(std::min(one.size() + 1, query.size()));
  }
  return {};
}

}  // namespace

std::string store_name(std::string_view url) {
  if (url.starts_with(sqlite_scheme)) return plain_name(url.substr(url.find_last_of(":/") + 1));
  std::string_view rest = url.substr(std::min(url.find("://") + 3, url.size()));
  const std::string_view base = rest.substr(0, rest.find('?'));
  rest.remove_prefix(std::min(base.size() + 1, rest.size()));
  const std::string_view place = base.substr(base.find('@') == base.npos ? 0 : base.find('@') + 1);
  const std::string_view host = place.starts_with('/') ? option(rest, "host") : std::string_view();
  return plain_name(std::string(host) + std::string(place));
}

std::string why_no_store(std::string_view url) {
  if (url.starts_with(sqlite_scheme) && url.size() > sqlite_scheme.size()) return {};
  if (is_postgres(url)) return {};
  const auto scheme = url.find("://");
  return scheme == url.npos
             ? "not postgres://... or sqlite:PATH"
             : "not postgres://... or sqlite:PATH, but " + std::string(url.substr(0, scheme)) + "://...";
}

Opened open_store(const std::string& url, const std::atomic<bool>* stop) {
  if (const std::string why = why_no_store(url); !why.empty())
    return failure(Trouble{TroubleKind::schema, "08001", why});
  if (is_postgres(url)) return open_postgres(url, stop);
  return open_sqlite(url.substr(sqlite_scheme.size()));
}

}  // namespace holdfast::store
