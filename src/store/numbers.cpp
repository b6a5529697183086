#include "store/numbers.h"

namespace holdfast::store {
namespace {

template <class All>
void add(const json::value& view, All& all) {
  const auto here = number(view, "available_here");
  const auto sku = string_at(view, "sku");
  if (sku && here) all[*sku] = {*here, *here + number(view, "elsewhere_estimate").value_or(0)};
}

}  // namespace

void Numbers::touch(const Change& change) {
  if (const auto* reservation = std::get_if<Reservation>(&change.what))
    for (const Line& line : reservation->lines) touched_.insert(line.sku);
  else if (const auto* adjusted = std::get_if<StockAdjusted>(&change.what))
    touched_.insert(adjusted->sku);
}

Result<std::size_t, Trouble> Numbers::turn(StoreDatabase& store, Region& region) {
  All found = touched(region);
  found.merge(next_page(region));
  std::vector<Statement> statements;
  for (const auto& [sku, number] : found)
    if (const auto last = written_.find(sku); last == written_.end() || last->second != number)
      statements.push_back(update(sku, number));
  if (statements.empty()) return 0;
  if (auto done = store.apply(statements, Durability::soon); !done) return failure(std::move(done.error()));
  for (auto& [sku, number] : found) written_.insert_or_assign(sku, number);
  return statements.size();
}

Numbers::All Numbers::touched(Region& region) {
  All found;
  json::array skus;
  auto end = touched_.begin();
  for (; end != touched_.end() && skus.size() < products_per_turn; ++end) skus.emplace_back(*end);
  if (skus.empty()) return found;
  const auto answer = region.post("/v1/availability", json::object{{"skus", skus}});
  if (!answer) return found;
  touched_.erase(touched_.begin(), end);
  for (const json::value& view : list(*answer, "skus")) add(view, found);
  return found;
}

Numbers::All Numbers::next_page(Region& region) {
  All found;
  const auto page = region.get("/v1/skus?limit=" + std::to_string(products_per_turn) +
                               (after_.empty() ? "" : "&after=" + percent_encode(after_)));
  if (!page) return found;
  after_ = string_at(*page, "next").value_or("");
  for (const json::value& view : list(*page, "skus")) add(view, found);
  return found;
}

Statement Numbers::update(const std::string& sku, const Number& number) const {
  const auto& columns = schema_.product;
  Statement statement{.sql = "update " + sql_name(columns.table) + " set "};
  const auto set = [&](const std::string& column, std::int64_t value) {
    if (column.empty()) return;
    statement.values.emplace_back(value);
    statement.sql += (statement.values.size() > 1 ? ", " : "") + sql_name(column) + " = $" +
                     std::to_string(statement.values.size());
  };
  set(columns.available_here, number.here);
  set(columns.available_everywhere, number.everywhere);
  statement.values.emplace_back(sku);
  statement.sql += " where " + sql_name(columns.sku) + " = $" + std::to_string(statement.values.size());
  return statement;
}

}  // namespace holdfast::store
