#include "store/shadow.h"

#include "store/adjustments.h"
#include "store/own_tables.h"
#include "store/plan.h"

namespace holdfast::store {
namespace {

constexpr std::string_view at_once =
    " limit 500";  // at most four operations each, a thousand and more in all

std::string of(const char* table, const std::string& name) {
  return std::string(table) + "." + sql_name(name);
}
std::string id_text(const Schema& schema) { return "cast(" + of("r", schema.row.id) + " as text)"; }
std::string whole_text(const std::optional<std::string>& text) { return text.value_or("0"); }

std::string rows_and_products(const Schema& schema) {
  return sql_name(schema.row.table) + " r join " + sql_name(schema.product.table) + " p on " +
         of("p", schema.product.id) + " = " + of("r", schema.row.product);
}

// Whether somebody has said whose row it is.
std::string adopted_sql(const Schema& schema) {
  if (!schema.row.reservation.empty()) return "coalesce(" + of("r", schema.row.reservation) + ", '') <> ''";
  return "exists (select 1 from holdfast_row own where own.row_id = " + of("r", schema.row.id) + ")";
}

Statement make_table() {
  return {.sql =
              "create table if not exists holdfast_shadow (row_id text primary key, status text not null, "
              "sku text not null, units bigint not null, verdict text not null)"};
}

// What was moved in is known as it was then; all else that has a reservation was never Holdfast's to decide.
Statement note_moved(const Schema& schema) {
  return {
      .sql = "insert into holdfast_shadow (row_id, status, sku, units, verdict) select " + id_text(schema) +
             ", case when m.state = 'done' then $1 else coalesce(" + of("r", schema.row.status) +
             ", '') end, " + of("p", schema.product.sku) + ", coalesce(" + units_sql(schema) +
             ", 0), case when m.row_id is null then 'before' when m.state = 'done' "
             "then '' else m.state end from " +
             rows_and_products(schema) + " left join holdfast_moved_row m on m.row_id = " + id_text(schema) +
             " where " + adopted_sql(schema) + " and not exists (select 1 from holdfast_shadow)",
      .values = {schema.status.pending}};
}

// All stock that ever was of a product, now: what was sold is in the inventory, or is added.
std::string total_sql(const Schema& schema) {
  const std::string inventory =
      schema.product.inventory.empty() ? "0" : "coalesce(" + of("p", schema.product.inventory) + ", 0)";
  return schema.product.means == InventoryMeans::left ? inventory + " + coalesce(held.purchased, 0)"
                                                      : inventory;
}

// By product: how much more there is than Holdfast was told, and how often it was told of more.
Statement stock_changes(const Schema& schema) {
  const std::string sku = of("p", schema.product.sku);
  const std::string change =
      total_sql(schema) + " - coalesce(m.units + m.purchased, 0) - coalesce(a.delta, 0)";
  return {.sql = "with " + held_sql(schema) +
                 ", a as (select sku, sum(delta) as delta, count(*) as times from holdfast_adjustment "
                 "where id like 'shadow-%' group by sku) select " +
                 sku + ", " + change + ", coalesce(a.times, 0), cast(" + of("p", schema.product.id) +
                 " as text) from " + sql_name(schema.product.table) + " p left join held on held.product = " +
                 of("p", schema.product.id) + " left join holdfast_moved_product m on m.product_id = cast(" +
                 of("p", schema.product.id) + " as text) left join a on a.sku = " + sku + " where coalesce(" +
                 sku + ", '') <> '' and " + change + " <> 0" + std::string(at_once),
          .values = {schema.status.purchased, schema.status.pending}};
}

ShopRow shop_row(const Row& row, std::size_t first) {
  return {.id = row[0].value_or(""),
          .status = row[first].value_or(""),
          .sku = row[first + 1].value_or(""),
          .units = std::stoll(whole_text(row[first + 2]))};
}

std::string told_of(const std::optional<ShopRow>& now, const ShopRow& last) {
  return std::to_string(last.units) + " of " + last.sku + " " +
         (now ? now->status : "no longer " + last.status);
}

}  // namespace

Result<void, std::string> Shadow::begin() {
  if (auto made = make_own_tables(store_); !made) return failure(told(made.error()));
  const auto position = read_position(store_, home_.name());
  if (!position) return failure(told(position.error()));
  if (auto checked = home_.check_name(); !checked) return checked;
  const auto home = read_home(store_);
  if (!home) return failure(told(home.error()));
  if (*home && **home != home_.name()) return failure(wrong_home(**home, home_.name()));
  if (!*position) return failure("nothing was moved in yet: `holdfast migrate run` first");
  std::vector<Statement> statements{make_table(), note_moved(schema_)};
  if (const auto word = store_.dialect().analyze; !word.empty())
    statements.push_back({.sql = std::string(word) + "holdfast_shadow"});
  if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
  return {};
}

Result<std::size_t, std::string> Shadow::look(std::int64_t now_seconds, const Report& report) {
  auto looked = look_at_stock(now_seconds, report);
  if (!looked) return looked;
  for (const auto find : {&Shadow::changed, &Shadow::gone}) {
    const auto cases = (this->*find)();
    if (!cases) return failure(cases.error());
    const auto said = tell(*cases, report);
    if (!said) return said;
    *looked += *said;
  }
  if (auto moved = move_along(); !moved) return failure(moved.error());
  return looked;
}

// Before the rows: what came in may have been sold already.
Result<std::size_t, std::string> Shadow::look_at_stock(std::int64_t now_seconds, const Report& report) {
  if (schema_.product.inventory.empty()) return 0;
  const auto changes = store_.read(stock_changes(schema_));
  if (!changes) return failure(told(changes.error()));
  std::vector<Statement> statements;
  for (const Row& row : *changes)
    statements.push_back(
        {.sql =
             "insert into holdfast_adjustment (id, region, sku, delta, reason) values ($1, $2, $3, $4, $5)",
         .values = {"shadow-" + row[3].value_or("") + "-" + whole_text(row[2]), home_.name(),
                    row[0].value_or(""), std::stoll(whole_text(row[1])), "changed in the shop's table"}});
  if (!statements.empty())
    if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
  if (auto passed = pass_on_adjustments(store_, home_, now_seconds); !passed)
    return failure(told(passed.error()));
  for (const Statement& one : statements) {
    const auto state = store_.read(
        {.sql = "select state from holdfast_adjustment where id = $1", .values = {one.values[0]}});
    if (!state) return failure(told(state.error()));
    const std::string code = state->empty() ? "" : state->front()[0].value_or("");
    if (code != "done" && code != "open")
      report({"stock of " + std::get<std::string>(one.values[2]),
              std::to_string(std::get<std::int64_t>(one.values[3])), code});
  }
  return statements.size();
}

Result<std::vector<Shadow::Case>, std::string> Shadow::changed() {
  const std::string units = "coalesce(" + units_sql(schema_) + ", 0)";
  const std::string customer =
      schema_.row.customer.empty() ? "null" : "cast(" + of("r", schema_.row.customer) + " as text)";
  const std::string status = "coalesce(" + of("r", schema_.row.status) + ", '')";
  const std::string sku = of("p", schema_.product.sku);
  const auto rows = store_.read(
      {.sql = "select " + id_text(schema_) + ", " + status + ", " + sku + ", " + units + ", " + customer +
              ", s.status, s.sku, s.units, s.verdict, case when " + adopted_sql(schema_) +
              " then 1 else 0 end from " + rows_and_products(schema_) +
              " left join holdfast_shadow s on s.row_id = " + id_text(schema_) +
              " where s.row_id is null or s.status <> " + status + " or s.units <> " + units +
              " or s.sku <> " + sku + " order by " + of("r", schema_.row.id) + std::string(at_once)});
  if (!rows) return failure(told(rows.error()));
  std::vector<Case> cases;
  for (const Row& row : *rows) {
    Case one{.before = {}, .now = shop_row(row, 1), .adopted = row[9] == "1"};
    one.now->customer = row[4];
    if (row[5]) one.before = shop_row(row, 5);
    one.verdict = row[8].value_or("");
    cases.push_back(std::move(one));
  }
  return cases;
}

Result<std::vector<Shadow::Case>, std::string> Shadow::gone() {
  const auto rows = store_.read({.sql = "select s.row_id, s.status, s.sku, s.units, s.verdict from "
                                        "holdfast_shadow s where not exists (select 1 from " +
                                        sql_name(schema_.row.table) + " r where " + id_text(schema_) +
                                        " = s.row_id) and s.status <> 'gone'" + std::string(at_once)});
  if (!rows) return failure(told(rows.error()));
  std::vector<Case> cases;
  for (const Row& row : *rows)
    cases.push_back({.before = shop_row(row, 1), .now = {}, .adopted = true, .verdict = row[4].value_or("")});
  return cases;
}

Result<std::size_t, std::string> Shadow::tell(const std::vector<Case>& cases, const Report& report) {
  json::array operations;
  std::vector<std::size_t> ends;  // of each case's
  for (const Case& one : cases) {
    if (one.verdict.empty())
      for (json::value& operation : operations_for(one.before, one.now, schema_, ttl_seconds_))
        operations.push_back(std::move(operation));
    ends.push_back(operations.size());
  }
  std::vector<json::value> results;
  for (std::size_t first = 0; first < operations.size(); first += 1'000) {
    const auto end = operations.begin() + std::min(first + 1'000, operations.size());
    const auto answer = home_.batch(json::array(operations.begin() + first, end));
    if (!answer) return failure(answer.error());
    for (const json::value& result : holdfast::list(*answer, "results")) results.push_back(result);
  }
  if (results.size() != operations.size()) return failure(home_.endpoint() + ": not an answer to each");
  std::vector<Statement> statements;
  std::size_t said = 0, at = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::optional<std::string> verdict = cases[i].verdict;
    for (; at < ends[i]; ++at)
      if (verdict && verdict->empty()) verdict = verdict_of(results[at]);
    if (!verdict) continue;  // asked again at the next look
    note(cases[i], *verdict, statements, report);
    ++said;
  }
  if (said == 0 && !cases.empty()) return failure(home_.endpoint() + ": takes nothing just now");
  if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
  return said;
}

void Shadow::note(const Case& one, const std::string& verdict, std::vector<Statement>& statements,
                  const Report& report) const {
  const ShopRow& last = one.now ? *one.now : *one.before;
  statements.push_back(
      {.sql = "insert into holdfast_shadow (row_id, status, sku, units, verdict) values ($1, $2, $3, $4, $5) "
              "on conflict (row_id) do update set status = excluded.status, sku = excluded.sku, "
              "units = excluded.units, verdict = excluded.verdict",
       .values = {last.id, one.now ? last.status : "gone", last.sku, last.units, verdict}});
  const std::string id = sql_name(schema_.row.id) + " = $2";
  const std::string name = std::string(adopted_prefix) + last.id;
  if (!one.adopted && schema_.row.reservation.empty())
    statements.push_back({.sql = "insert into holdfast_row (row_id, reservation) select " +
                                 sql_name(schema_.row.id) + ", $1 from " + sql_name(schema_.row.table) +
                                 " where " + id,
                          .values = {name, last.id}});
  else if (!one.adopted)
    statements.push_back({.sql = "update " + sql_name(schema_.row.table) + " set " +
                                 sql_name(schema_.row.reservation) + " = $1 where " + id,
                          .values = {name, last.id}});
  if (one.verdict.empty() && !verdict.empty()) report({"row " + last.id, told_of(one.now, last), verdict});
}

// What Holdfast was told has happened here already, and is not to be written again.
Result<void, std::string> Shadow::move_along() {
  const auto cursor = home_.newest_cursor();
  if (!cursor) return failure(cursor.error());
  const auto position = read_position(store_, home_.name());
  if (!position) return failure(told(position.error()));
  if (!*position || (*position)->cursor == *cursor) return {};
  const Position to{*cursor, (*position)->at, (*position)->written};
  auto moved = store_.apply({move_position(home_.name(), (*position)->cursor, to)});
  if (!moved) return failure(told(moved.error()));
  return {};
}

Result<ShadowSums, std::string> Shadow::sums() {
  const auto rows = store_.read({.sql = "select count(*), coalesce(sum(case when verdict <> '' then 1 else 0 "
                                        "end), 0) from holdfast_shadow where verdict <> 'before'"});
  if (!rows) return failure(told(rows.error()));
  return ShadowSums{std::stoll(whole_text(rows->front()[0])), std::stoll(whole_text(rows->front()[1]))};
}

Result<void, std::string> Shadow::list(const Report& report) {
  const auto rows = store_.read({.sql = "select row_id, status, sku, units, verdict from holdfast_shadow "
                                        "where verdict not in ('', 'before') order by row_id"});
  if (!rows) return failure(told(rows.error()));
  for (const Row& row : *rows)
    report({"row " + row[0].value_or(""), told_of(shop_row(row, 1), shop_row(row, 1)), row[4].value_or("")});
  return {};
}

}  // namespace holdfast::store
