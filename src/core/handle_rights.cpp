#include <algorithm>

#include "core/handle.h"
#include "core/refuse.h"

namespace holdfast {

namespace {

answer::RegionRights own_rights(const StepContext& step, SkuId sku) {
  const NodeTime now = step.now.node;
  return {step.config.own.region,
          step.stock().rights(sku),
          step.stock().reserved(sku),
          step.memory.demand.rate(sku, now).per_1000_s(),
          Millis(0),
          false};
}

answer::RegionRights rights_of(const StepContext& step, const Region& region, SkuId sku) {
  answer::RegionRights rights;
  rights.region = region.name;
  rights.stale = !step.memory.regions.up(region, step.now.node);
  if (const auto heard = region.last_heard()) rights.heard_ago = std::max(Millis(0), step.now.node - *heard);
  const auto replica = step.state().replicas().of_region(region.name);
  if (!replica) return rights;
  const Row& row = step.stock().row(*replica, sku);
  rights.rights = std::max(no_units, step.stock().rights(*replica, sku));
  rights.reserved = std::min(rights.rights, row.reserved);
  rights.sold_per_1000_s = Rate(row.rate).per_1000_s();
  return rights;
}

// None: nobody buys, or not so that it would be gone in a thousand years.
std::optional<Millis> runs_dry_in(Units left, std::int64_t sold_per_1000_s) {
  constexpr std::int64_t years_1000_in_1000_s = 31'536'000;
  if (sold_per_1000_s <= 0 || left.count() / sold_per_1000_s > years_1000_in_1000_s) return std::nullopt;
  const std::int64_t whole = left.count() / sold_per_1000_s;
  return Millis(whole * 1'000'000 + left.count() % sold_per_1000_s * 1'000'000 / sold_per_1000_s);
}

answer::SkuRights sku_rights(const StepContext& step, SkuId sku) {
  answer::SkuRights rights;
  rights.sku = step.stock().name(sku);
  rights.regions.push_back(own_rights(step, sku));
  for (const Region& region : step.memory.regions.all())
    rights.regions.push_back(rights_of(step, region, sku));
  for (const answer::RegionRights& region : rights.regions) {
    rights.rights += region.rights;
    rights.reserved += region.reserved;
    rights.sold_per_1000_s += region.sold_per_1000_s;
  }
  rights.runs_dry_in = runs_dry_in(rights.rights - rights.reserved, rights.sold_per_1000_s);
  return rights;
}

// The SKU that runs dry first comes first; those that do not, last, by name.
bool runs_dry_before(const answer::SkuRights& a, const answer::SkuRights& b) {
  if (a.runs_dry_in.has_value() != b.runs_dry_in.has_value()) return a.runs_dry_in.has_value();
  if (a.runs_dry_in != b.runs_dry_in) return *a.runs_dry_in < *b.runs_dry_in;
  return a.sku < b.sku;
}

void page_by_sku(const StepContext& step, const request::GetRights& request, answer::Rights& rights) {
  const std::vector<SkuId>& order = step.stock().in_byte_order();
  auto it = request.after.empty()
                ? order.begin()
                : std::ranges::upper_bound(order, std::string_view(request.after), {}, [&](SkuId sku) {
                    return std::string_view(step.stock().name(sku));
                  });
  for (; it != order.end() && rights.skus.size() < request.limit; ++it)
    rights.skus.push_back(sku_rights(step, *it));
  if (it != order.end()) rights.next = rights.skus.back().sku;
}

// The order moves while it is read: a page begins after the SKU that ended the last one, where that now
// stands.
void page_by_dryness(const StepContext& step, const request::GetRights& request, answer::Rights& rights) {
  std::vector<answer::SkuRights> all;
  for (std::uint32_t sku = 0; sku < step.stock().size(); ++sku) all.push_back(sku_rights(step, SkuId(sku)));
  std::ranges::sort(all, runs_dry_before);
  auto it = all.begin();
  if (!request.after.empty()) {
    it = std::ranges::find(all, request.after, &answer::SkuRights::sku);
    if (it != all.end()) ++it;
  }
  for (; it != all.end() && rights.skus.size() < request.limit; ++it) rights.skus.push_back(std::move(*it));
  if (it != all.end()) rights.next = rights.skus.back().sku;
}

}  // namespace

void handle(StepContext& step, RequestToken token, const request::GetRights& request, const Pasts&) {
  answer::Rights rights;
  rights.as_of = step.now.wall;
  if (!request.sku.empty()) {
    const auto sku = step.stock().find(request.sku);
    if (!sku) return step.reply(token, failure(sku_unknown(request.sku, step)));
    rights.skus.push_back(sku_rights(step, *sku));
  } else if (request.sort == request::RightsOrder::sku) {
    page_by_sku(step, request, rights);
  } else {
    page_by_dryness(step, request, rights);
  }
  step.reply(token, Success(std::move(rights)));
}

}  // namespace holdfast
