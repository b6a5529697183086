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

// Of what was sold, some may come back; nothing else can be told of it.
void change_sold(const ShopRow& before, const ShopRow& now, bool open_again, const std::string& id,
                 Decided& all) {
  if (open_again || before.sku != now.sku || now.units > before.units)
    all.verdict = not_told;
  else if (now.units < before.units)
    all.operations.push_back(json::object{
        {"op", "return"},
        {"id", id},
        {"lines", json::array{json::object{{"sku", now.sku}, {"quantity", before.units - now.units}}}},
        {"idempotency_key", "return-of-" + id + "-to-" + std::to_string(now.units)}});
}

// Whether the reservation that refused to be changed, as it shows itself, is as it would have been: of one
// line.
bool was_changed_so(const json::value& change, const json::value& refusal) {
  const json::array& wanted = list(change, "lines");
  const json::array& has = list(at(refusal, "reservation"), "lines");
  return wanted.size() == 1 && has.size() == 1 && string_at(wanted[0], "sku") == string_at(has[0], "sku") &&
         number(wanted[0], "quantity") == number(has[0], "quantity");
}

}  // namespace

std::string reservation_of(const std::string& row_id, std::int64_t lives) {
  return std::string(adopted_prefix) + row_id + (lives > 1 ? "-" + std::to_string(lives) : "");
}

Decided decided(const std::optional<ShopRow>& before, const std::optional<ShopRow>& now, std::int64_t lives,
                const Schema& schema, std::int64_t ttl_seconds) {
  Stage at = stage_of(before, schema);
  const Stage to = stage_of(now, schema);
  Decided all{.operations = {}, .lives = lives};
  if (at == Stage::returned && (to == Stage::pending || to == Stage::purchased)) at = Stage::none;
  if (at == Stage::none && to != Stage::none) ++all.lives;
  const std::string id = reservation_of(now ? now->id : before->id, all.lives);
  if (at == Stage::none && to != Stage::none) {
    json::object reserve{
        {"op", "reserve"}, {"id", id}, {"lines", line_of(*now)}, {"ttl_seconds", ttl_seconds}};
    if (now->customer) reserve["customer"] = *now->customer;
    all.operations.push_back(std::move(reserve));
    at = Stage::pending;
  } else if (at == Stage::pending && to != Stage::none &&
             (before->units != now->units || before->sku != now->sku)) {
    all.operations.push_back(json::object{{"op", "change"}, {"id", id}, {"lines", line_of(*now)}});
  } else if (at == Stage::purchased && (to == Stage::pending || to == Stage::purchased)) {
    change_sold(*before, *now, to == Stage::pending, id, all);
  }
  if (at == Stage::pending && to == Stage::none)
    all.operations.push_back(json::object{{"op", "release"}, {"id", id}});
  if (at == Stage::pending && (to == Stage::purchased || to == Stage::returned)) {
    all.operations.push_back(json::object{{"op", "purchase"}, {"id", id}});
    at = Stage::purchased;
  }
  if (at == Stage::purchased && (to == Stage::returned || to == Stage::none))
    all.operations.push_back(
        json::object{{"op", "return"}, {"id", id}, {"idempotency_key", "return-of-" + id}});
  return all;
}

std::optional<std::string> verdict_of(const json::value& operation, const json::value& result) {
  const auto status = number(result, "status").value_or(0);
  const std::string code = string_at(at(result, "body"), "code").value_or("refused");
  if (status == 200 || status == 201) return "";
  if ((status == 429 || status >= 500) && code != "rights_unreachable") return std::nullopt;
  // Told before: whoever told it was killed before it was noted.
  const std::string op = string_at(operation, "op").value_or("");
  if (op == "release" && code == "already_released") return "";
  if ((op == "reserve" || op == "purchase") && code == "already_purchased") return "";
  if (op == "change" && code == "already_purchased" && was_changed_so(operation, at(result, "body")))
    return "";
  return code;
}

}  // namespace holdfast::store
