#include "store/adjustments.h"

#include "base/utf8.h"
#include "text/whole.h"

namespace holdfast::store {
namespace {

constexpr std::int64_t keys_last_s = 23 * 3'600;  // with an hour to spare

// Nothing: ask again.
std::optional<std::string> outcome_of(const json::value& result) {
  const auto status = number(result, "status").value_or(0);
  if (status < 300) return "done";
  if (status == 429 || status >= 500) return std::nullopt;
  return string_at(at(result, "body"), "code").value_or("refused");
}

// Nothing, which is refused, for what would have the whole batch refused.
std::string sound(std::string text) { return utf8_length(text) ? std::move(text) : std::string(); }

json::object adjustment_of(const Row& row, const std::string& region) {
  return {{"op", "adjust"},
          {"sku", sound(row[1].value_or(""))},
          {"delta", parse_whole(row[2].value_or("")).value_or(0)},  // which is refused
          {"reason", sound(row[3].value_or("adjusted in the store"))},
          {"region", region},
          {"idempotency_key", sound("store-adjustment-" + row[4].value_or(""))}};
}

}  // namespace

Result<std::size_t, Trouble> pass_on_adjustments(StoreDatabase& store, Region& region,
                                                 std::int64_t now_seconds) {
  // A character more than a daemon takes: what is too long is refused alone, and does not make the batch too
  // long.
  const Statement open{.sql =
                           "select id, substr(sku, 1, 65), delta, substr(reason, 1, 129), substr(id, 1, 256) "
                           "from holdfast_adjustment "
                           "where region = $1 and state = 'open' order by id limit 1000",
                       .values = {region.name()}};
  auto rows = store.read(open);
  if (!rows) return failure(std::move(rows.error()));
  if (rows->empty()) return 0;
  // When, before anything is asked.
  const auto noted = store.apply(
      {{.sql =
            "update holdfast_adjustment set state = 'late' where region = $1 and state = 'open' and asked_at < $2",
        .values = {region.name(), now_seconds - keys_last_s}},
       {.sql =
            "update holdfast_adjustment set asked_at = $1 where region = $2 and state = 'open' and asked_at is null",
        .values = {now_seconds, region.name()}}});
  if (!noted) return failure(noted.error());
  rows = store.read(open);
  if (!rows) return failure(std::move(rows.error()));
  json::array operations;
  for (const Row& row : *rows) operations.push_back(adjustment_of(row, region.name()));
  if (operations.empty()) return 0;
  const auto answer = region.batch(operations);
  if (!answer) return 0;
  const auto& results = list(*answer, "results");
  std::vector<Statement> outcomes;
  for (std::size_t i = 0; i < rows->size() && i < results.size(); ++i)
    if (auto outcome = outcome_of(results[i]))
      outcomes.push_back({.sql = "update holdfast_adjustment set state = $1 where id = $2",
                          .values = {*std::move(outcome), (*rows)[i][0].value_or("")}});
  if (auto written = store.apply(outcomes); !written) return failure(std::move(written.error()));
  return outcomes.size();
}

}  // namespace holdfast::store
