// What the commands beside a shop's database are given: the store, its schema, the regions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/session.h"
#include "store/database.h"
#include "store/region.h"
#include "store/schema.h"

namespace holdfast::cli {

struct Beside {
  std::string url;
  store::Schema schema;
  std::vector<store::Region> regions;  // reservations of the first go by their plain ids
};

enum class Needs { store, regions };

// Else how to end: why has been said.
[[nodiscard]] Result<Beside, ExitCode> beside(Session& session, Needs needs);
// Nothing: why has been said.
[[nodiscard]] std::unique_ptr<store::StoreDatabase> opened(Session& session, const std::string& url);
// How to end what could not go on: by what a daemon answered last, if that is why.
[[nodiscard]] ExitCode stopped(const std::vector<store::Region>& regions);

[[nodiscard]] std::int64_t pending_ttl_seconds(const Session& session);
[[nodiscard]] std::int64_t now_seconds();  // since 1970

}  // namespace holdfast::cli
