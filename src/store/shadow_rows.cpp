#include "store/shadow_rows.h"

#include "store/change.h"
#include "store/plan.h"

namespace holdfast::store {
namespace {

constexpr std::string_view at_once =
    " limit 500";  // at most four operations each, a thousand and more in all

std::string of(const char* table, const std::string& name) {
  return std::string(table) + "." + sql_name(name);
}
std::string id_text(const Schema& schema) { return "cast(" + of("r", schema.row.id) + " as text)"; }
constexpr std::string_view gone_word = "gone";

std::string rows_and_products(const Schema& schema) {
  return sql_name(schema.row.table) + " r join " + sql_name(schema.product.table) + " p on " +
         of("p", schema.product.id) + " = " + of("r", schema.row.product);
}

// As it is told, also where the column is no whole number.
std::string whole_units_sql(const Schema& schema) {
  return "cast(coalesce(" + units_sql(schema) + ", 0) as bigint)";
}

std::string status_sql(const Schema& schema) {
  return "coalesce(cast(" + of("r", schema.row.status) + " as text), '')";
}

std::string sku_sql(const Schema& schema) { return "cast(" + of("p", schema.product.sku) + " as text)"; }

// The reservation that the row is of; empty: nobody has said.
std::string whose_sql(const Schema& schema) {
  if (!schema.row.reservation.empty())
    return "coalesce(cast(" + of("r", schema.row.reservation) + " as text), '')";
  return "coalesce((select own.reservation from holdfast_row own where own.row_id = " +
         of("r", schema.row.id) + "), '')";
}

// The row of an id whose last one was told, went and left it to one that is just so, and is of nobody yet.
std::string handed_out_again_sql(const Schema& schema) {
  if (schema.row.reservation.empty()) return {};  // there the id says whose it is
  return " or (s.verdict = '' and " + whose_sql(schema) + " = '')";
}

Statement make_table() {
  return {.sql =
              "create table if not exists holdfast_shadow (row_id text primary key, status text not null, "
              "sku text not null, units bigint not null, verdict text not null, "
              "lives bigint not null)"};
}

Statement make_asked_table() {
  return {.sql =
              "create table if not exists holdfast_shadow_asked (row_id text primary key, "
              "status text not null, sku text not null, units bigint not null, customer text)"};
}

// To a shadow that was begun before rows had any.
Statement add_lives() {
  return {.sql = "alter table holdfast_shadow add column lives bigint not null default 1"};
}

// What was moved in is known as it was then, whatever has become of it; all else that has a reservation was
// never Holdfast's to decide.
Statement note_moved(const Schema& schema) {
  return {.sql =
              "insert into holdfast_shadow (row_id, status, sku, units, verdict, lives) "
              "select row_id, $1, sku, cast(quantity as bigint), case when state = 'done' then '' "
              "else state end, 1 from holdfast_moved_row where not exists (select 1 from holdfast_shadow) "
              "union all select " +
              id_text(schema) + ", " + status_sql(schema) + ", " + sku_sql(schema) + ", " +
              whole_units_sql(schema) + ", 'before', 1 from " + rows_and_products(schema) + " where " +
              whose_sql(schema) + " <> '' and not exists (select 1 from holdfast_shadow) and not exists " +
              "(select 1 from holdfast_moved_row m where m.row_id = " + id_text(schema) + ")",
          .values = {schema.status.pending}};
}

ShopRow shop_row(const Row& row, std::size_t first) {
  return {.id = row[0].value_or(""),
          .status = row[first].value_or(""),
          .sku = row[first + 1].value_or(""),
          .units = whole_of(row[first + 2])};
}

}  // namespace

Result<void, Trouble> make_shadow_tables(StoreDatabase& store, const Schema& schema) {
  if (auto made = store.apply({make_table(), make_asked_table()}); !made) return made;
  std::vector<Statement> statements;
  if (!store.read({.sql = "select lives from holdfast_shadow where lives is null"}))
    statements.push_back(add_lives());
  statements.push_back(note_moved(schema));
  if (const auto word = store.dialect().analyze; !word.empty())
    statements.push_back({.sql = std::string(word) + "holdfast_shadow"});
  return store.apply(statements);
}

ShadowCases asked_rows(StoreDatabase& store) {
  const auto rows =
      store.read({.sql = "select a.row_id, a.status, a.sku, a.units, a.customer, s.status, s.sku, s.units, "
                         "coalesce(s.lives, 0) from holdfast_shadow_asked a left join holdfast_shadow s on "
                         "s.row_id = a.row_id"});
  if (!rows) return failure(rows.error());
  std::vector<ShadowCase> cases;
  for (const Row& row : *rows) {
    ShadowCase one{.before = {}, .now = shop_row(row, 1), .lives = whole_of(row[8])};
    one.now->customer = row[4];
    if (one.now->status == gone_word) one.now.reset();
    if (row[5]) one.before = shop_row(row, 5);
    cases.push_back(std::move(one));
  }
  return cases;
}

ShadowCases changed_rows(StoreDatabase& store, const Schema& schema) {
  const std::string units = whole_units_sql(schema);
  const std::string customer =
      schema.row.customer.empty() ? "null" : "cast(" + of("r", schema.row.customer) + " as text)";
  const std::string status = status_sql(schema), sku = sku_sql(schema);
  const auto rows = store.read(
      {.sql = "select " + id_text(schema) + ", " + status + ", " + sku + ", " + units + ", " + customer +
              ", s.status, s.sku, s.units, s.verdict, " + whose_sql(schema) + ", coalesce(s.lives, 0) from " +
              rows_and_products(schema) + " left join holdfast_shadow s on s.row_id = " + id_text(schema) +
              " where s.row_id is null or s.status <> " + status + " or s.units <> " + units +
              " or s.sku <> " + sku + handed_out_again_sql(schema) +
              " order by case when s.row_id is null then 1 else 0 end, " + of("r", schema.row.id) +
              std::string(at_once)});
  if (!rows) return failure(rows.error());
  std::vector<ShadowCase> cases;
  for (const Row& row : *rows) {
    ShadowCase one{.before = {}, .now = shop_row(row, 1), .whose = row[9].value_or("")};
    one.now->customer = row[4];
    if (row[5]) one.before = shop_row(row, 5);
    one.lives = whole_of(row[10]);
    const bool is_new =
        !one.before || one.before->status == gone_word;  // the id of one that went may be another's
    if (!is_new)
      one.verdict = row[8].value_or("");
    else if (!one.whose.empty() && !one.whose.starts_with(adopted_prefix))
      one.verdict = not_to_decide;  // Holdfast's own, written by who follows
    cases.push_back(std::move(one));
  }
  return cases;
}

ShadowCases gone_rows(StoreDatabase& store, const Schema& schema) {
  const auto rows = store.read({.sql = "select s.row_id, s.status, s.sku, s.units, s.verdict, s.lives "
                                       "from holdfast_shadow s where not exists (select 1 from " +
                                       sql_name(schema.row.table) + " r where " + id_text(schema) +
                                       " = s.row_id) and s.status <> 'gone'" + std::string(at_once)});
  if (!rows) return failure(rows.error());
  std::vector<ShadowCase> cases;
  for (const Row& row : *rows)
    cases.push_back(
        {.before = shop_row(row, 1), .now = {}, .verdict = row[4].value_or(""), .lives = whole_of(row[5])});
  return cases;
}

Statement note_asked(const ShadowCase& one) {
  const ShopRow& last = one.last();
  const auto customer = last.customer ? Value(*last.customer) : Value(nullptr);
  return {
      .sql =
          "insert into holdfast_shadow_asked (row_id, status, sku, units, customer) "
          "values ($1, $2, $3, $4, $5) on conflict (row_id) do update set status = excluded.status, "
          "sku = excluded.sku, units = excluded.units, customer = excluded.customer",
      .values = {last.id, one.now ? last.status : std::string(gone_word), last.sku, last.units, customer}};
}

Statement no_longer_asked(const ShadowCase& one) {
  return {.sql = "delete from holdfast_shadow_asked where row_id = $1", .values = {one.last().id}};
}

void note_told(const ShadowCase& one, std::int64_t lives, const std::string& verdict, const Schema& schema,
               std::vector<Statement>& statements) {
  const ShopRow& last = one.last();
  statements.push_back(
      {.sql = "insert into holdfast_shadow (row_id, status, sku, units, verdict, lives) "
              "values ($1, $2, $3, $4, $5, $6) "
              "on conflict (row_id) do update set status = excluded.status, sku = excluded.sku, "
              "units = excluded.units, verdict = excluded.verdict, lives = excluded.lives",
       .values = {last.id, one.now ? last.status : std::string(gone_word), last.sku, last.units, verdict,
                  lives}});
  const std::string id = sql_name(schema.row.id) + " = $2", name = reservation_of(last.id, lives);
  const bool is_named = one.whose == name || verdict == not_to_decide;
  if (one.now && !is_named && schema.row.reservation.empty())
    statements.push_back({.sql = "insert into holdfast_row (row_id, reservation) select " +
                                 sql_name(schema.row.id) + ", $1 from " + sql_name(schema.row.table) +
                                 " where " + id +
                                 " on conflict (row_id) do update set reservation = excluded.reservation",
                          .values = {name, last.id}});
  else if (one.now && !is_named)
    statements.push_back({.sql = "update " + sql_name(schema.row.table) + " set " +
                                 sql_name(schema.row.reservation) + " = $1 where " + id,
                          .values = {name, last.id}});
}

std::string decided_of(const ShopRow& last, bool is_there) {
  return std::to_string(last.units) + " of " + last.sku + " " + (is_there ? "" : "no longer ") + last.status;
}

Result<ToldRows, Trouble> count_told(StoreDatabase& store) {
  const auto rows = store.read({.sql = "select count(*), coalesce(sum(case when verdict <> '' then 1 else 0 "
                                       "end), 0) from holdfast_shadow where verdict <> 'before'"});
  if (!rows) return failure(rows.error());
  const Row& row = rows->front();
  return ToldRows{.told = whole_of(row[0]), .otherwise = whole_of(row[1])};
}

Result<std::vector<ToldRow>, Trouble> told_otherwise(StoreDatabase& store) {
  const auto rows = store.read({.sql = "select row_id, status, sku, units, verdict from holdfast_shadow "
                                       "where verdict not in ('', 'before') order by row_id"});
  if (!rows) return failure(rows.error());
  std::vector<ToldRow> all;
  for (const Row& row : *rows) all.push_back({shop_row(row, 1), row[4].value_or("")});
  return all;
}

}  // namespace holdfast::store
