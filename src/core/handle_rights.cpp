#include <algorithm>

#include "core/handle.h"
#include "core/holdings.h"
#include "core/refuse.h"

namespace holdfast {

namespace {

void page_by_sku(const StepContext& step, const request::GetRights& request, answer::Rights& rights) {
  const std::vector<SkuId>& order = step.stock().in_byte_order();
  auto it = request.after.empty()
                ? order.begin()
                : std::ranges::upper_bound(order, std::string_view(request.after), {}, [&](SkuId sku) {
                    return std::string_view(step.stock().name(sku));
                  });
  const Holdings holdings(step);
  for (; it != order.end() && rights.skus.size() < request.limit; ++it)
    rights.skus.push_back(holdings.of(*it));
  if (it != order.end()) rights.next = rights.skus.back().sku;
}

void page_by_dryness(StepContext& step, const request::GetRights& request, answer::Rights& rights) {
  const Holdings holdings(step);
  std::vector<SkuId> page = request.after.empty() ? holdings.driest(request.limit + 1, step.memory.driest)
                                                  : holdings.driest_after(request.after, request.limit + 1);
  const bool more = page.size() > request.limit;
  if (more) page.pop_back();
  for (const SkuId sku : page) rights.skus.push_back(holdings.of(sku));
  if (more) rights.next = rights.skus.back().sku;
}

}  // namespace

void handle(StepContext& step, RequestToken token, const request::GetRights& request, const Pasts&) {
  answer::Rights rights;
  rights.as_of = step.now.wall;
  if (!request.sku.empty()) {
    const auto sku = step.stock().find(request.sku);
    if (!sku) return step.reply(token, failure(sku_unknown(request.sku, step)));
    rights.skus.push_back(Holdings(step).of(*sku));
  } else if (request.sort == request::RightsOrder::sku) {
    page_by_sku(step, request, rights);
  } else {
    page_by_dryness(step, request, rights);
  }
  step.reply(token, Success(std::move(rights)));
}

}  // namespace holdfast
