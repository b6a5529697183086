#include "store/database.h"
#include "store/postgres.h"
#include "store/sqlite.h"

namespace holdfast::store {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

bool is_postgres(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

}  // namespace

std::string why_no_store(std::string_view url) {
  if (url.starts_with(sqlite_scheme) && url.size() > sqlite_scheme.size()) return {};
  if (is_postgres(url)) return {};
  return "not postgres://... or sqlite:PATH: " + std::string(url);
}

Opened open_store(const std::string& url) {
  if (const std::string why = why_no_store(url); !why.empty())
    return failure(Trouble{TroubleKind::schema, "08001", why});
  if (is_postgres(url)) return open_postgres(url);
  return open_sqlite(url.substr(sqlite_scheme.size()));
}

}  // namespace holdfast::store
