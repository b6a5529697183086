#include "store/decisions.h"

#include "store/change.h"

namespace holdfast::store {
namespace {

enum class Stage { none, pending, purchased, returned };

Stage stage_of(const std::optional<ShopRow>& row, const Schema& schema) {
  if (!row) return Stage::none;
  if (row->status == schema.status.pending) return Stage::pending;
  if (row->status == schema.status.purchased) return Stage::purchased;
  if (!row->status.empty() && row->status == schema.status.returned) return Stage::returned;
  return Stage::none;  // released, expired, or a word of the shop's own
}

json::array line_of(const ShopRow& row) { return {json::object{{"sku", row.sku}, {"quantity", row.units}}}; }

}  // namespace

json::array operations_for(const std::optional<ShopRow>& before, const std::optional<ShopRow>& now,
                           const Schema& schema, std::int64_t ttl_seconds) {
  Stage at = stage_of(before, schema);
  const Stage to = stage_of(now, schema);
  const std::string id = std::string(adopted_prefix) + (now ? now->id : before->id);
  json::array all;
  if (at == Stage::none && to != Stage::none) {
    json::object reserve{
        {"op", "reserve"}, {"id", id}, {"lines", line_of(*now)}, {"ttl_seconds", ttl_seconds}};
    if (now->customer) reserve["customer"] = *now->customer;
    all.push_back(std::move(reserve));
    at = Stage::pending;
  } else if (at == Stage::pending && to != Stage::none &&
             (before->units != now->units || before->sku != now->sku)) {
    all.push_back(json::object{{"op", "change"}, {"id", id}, {"lines", line_of(*now)}});
  }
  if (at == Stage::pending && to == Stage::none) all.push_back(json::object{{"op", "release"}, {"id", id}});
  if (at == Stage::pending && (to == Stage::purchased || to == Stage::returned)) {
    all.push_back(json::object{{"op", "purchase"}, {"id", id}});
    at = Stage::purchased;
  }
  if (at == Stage::purchased && (to == Stage::returned || to == Stage::none))
    all.push_back(json::object{{"op", "return"}, {"id", id}, {"idempotency_key", "return-of-" + id}});
  return all;
}

std::optional<std::string> verdict_of(const json::value& result) {
  const auto status = number(result, "status").value_or(0);
  const std::string code = string_at(at(result, "body"), "code").value_or("refused");
  if (status == 200 || status == 201) return "";
  if ((status == 429 || status >= 500) && code != "rights_unreachable") return std::nullopt;
  // Told before: whoever told it was killed before it was noted.
  for (const auto* ended : {"already_released", "already_purchased"})
    if (code == ended) return "";
  return code;
}

}  // namespace holdfast::store
