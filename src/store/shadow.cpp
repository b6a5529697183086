#include "store/shadow.h"

#include <utility>

#include "store/adjustments.h"
#include "store/change.h"
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

Statement make_table() {
  return {.sql =
              "create table if not exists holdfast_shadow (row_id text primary key, status text not null, "
              "sku text not null, units bigint not null, verdict text not null, "
              "lives bigint not null)"};
}

// What is being asked of the daemon, so that whoever is killed before the answer is noted asks the same
// again, whatever becomes of the row meanwhile.
Statement make_asked_table() {
  return {.sql =
              "create table if not exists holdfast_shadow_asked (row_id text primary key, "
              "status text not null, sku text not null, units bigint not null, customer text)"};
}

Statement no_longer_asked(const std::string& row) {
  return {.sql = "delete from holdfast_shadow_asked where row_id = $1", .values = {row}};
}

// To a shadow that was begun before rows had any.
Statement add_lives() {
  return {.sql = "alter table holdfast_shadow add column lives bigint not null default 1"};
}

// What was moved in is known as it was then; all else that has a reservation was never Holdfast's to decide.
Statement note_moved(const Schema& schema) {
  return {.sql = "insert into holdfast_shadow (row_id, status, sku, units, verdict, lives) select " +
                 id_text(schema) + ", case when m.state = 'done' then $1 else " + status_sql(schema) +
                 " end, " + sku_sql(schema) + ", " + whole_units_sql(schema) +
                 ", case when m.row_id is null then 'before' when m.state = 'done' "
                 "then '' else m.state end, 1 from " +
                 rows_and_products(schema) +
                 " left join holdfast_moved_row m on m.row_id = " + id_text(schema) + " where " +
                 whose_sql(schema) + " <> '' and not exists (select 1 from holdfast_shadow)",
          .values = {schema.status.pending}};
}

// All stock that ever was of a product, now: what was sold is in the inventory, or is added.
std::string total_sql(const Schema& schema) {
  const std::string inventory =
      schema.product.inventory.empty() ? "0" : "coalesce(" + of("p", schema.product.inventory) + ", 0)";
  return schema.product.means == InventoryMeans::left ? inventory + " + coalesce(held.purchased, 0)"
                                                      : inventory;
}

// A change of stock that Holdfast refused; it is asked for again under the same key.
constexpr std::string_view refused_sql = "state not in ('done', 'open', 'late')";
constexpr std::string_view refused_stock =
    "holdfast_adjustment where id like 'shadow-%' and state not in ('done', 'open', 'late')";

// By product: how much more there is than Holdfast was told, how often it was told of more, and which of them
// it refused.
Statement stock_changes(const Schema& schema) {
  const std::string sku = sku_sql(schema);
  const std::string change =
      total_sql(schema) + " - coalesce(m.units + m.purchased, 0) - coalesce(a.delta, 0)";
  return {
      .sql = "with " + held_sql(schema) + ", a as (select sku, sum(case when " + std::string(refused_sql) +
             " then 0 else delta end) as delta, count(*) as times, max(case when " +
             std::string(refused_sql) +
             " then id end) as refused from holdfast_adjustment "
             "where id like 'shadow-%' group by sku) select " +
             sku + ", " + change + ", coalesce(a.refused, 'shadow-' || cast(" + of("p", schema.product.id) +
             " as text) || '-' || coalesce(a.times, 0)), (select state from " +
             "holdfast_adjustment r where r.id = a.refused) from " + sql_name(schema.product.table) +
             " p left join held on held.product = " + of("p", schema.product.id) +
             " left join holdfast_moved_product m on m.product_id = cast(" + of("p", schema.product.id) +
             " as text) left join a on a.sku = " + sku + " where coalesce(" + sku + ", '') <> '' and " +
             change + " <> 0 order by case when a.refused is null then 0 else 1 end" + std::string(at_once),
      .values = {schema.status.purchased, schema.status.pending}};
}

ShopRow shop_row(const Row& row, std::size_t first) {
  return {.id = row[0].value_or(""),
          .status = row[first].value_or(""),
          .sku = row[first + 1].value_or(""),
          .units = whole_of(row[first + 2])};
}

std::string told_of(const std::optional<ShopRow>& now, const ShopRow& last) {
  return std::to_string(last.units) + " of " + last.sku + " " +
         (now ? now->status : "no longer " + last.status);
}

}  // namespace

Result<void, std::string> Shadow::begin() {
  if (auto checked = home_.check_name(); !checked) return checked;
  if (const auto home = read_home(store_); home && *home && **home != home_.name())
    return failure(wrong_home(**home, home_.name()));
  const auto position = read_position(store_, home_.name());
  if (!position && position.error().kind != TroubleKind::schema) return failure(told(position.error()));
  if (!position || !*position) return failure("nothing was moved in yet: `holdfast migrate run` first");
  if (auto same = home_.check_cursor((*position)->cursor); !same)
    return failure("this store was moved into another daemon, or its history is gone: " + same.error());
  if (auto decides = check_the_shop_decides(**position); !decides) return decides;
  if (auto made = make_own_tables(store_); !made) return failure(told(made.error()));
  if (auto made = store_.apply({make_table(), make_asked_table()}); !made) return failure(told(made.error()));
  std::vector<Statement> statements;
  if (!store_.read({.sql = "select lives from holdfast_shadow where lives is null"}))
    statements.push_back(add_lives());
  statements.push_back(note_moved(schema_));
  if (const auto word = store_.dialect().analyze; !word.empty())
    statements.push_back({.sql = std::string(word) + "holdfast_shadow"});
  if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
  return {};
}

// Who follows counts what it has written; to a shadow that would be changes of the shop's.
Result<void, std::string> Shadow::check_the_shop_decides(const Position& position) {
  if (position.written == 0) return {};
  return failure("this store is followed by now, so that it is Holdfast that decides");
}

Result<Position, std::string> Shadow::position() {
  const auto position = read_position(store_, home_.name());
  if (!position) return failure(told(position.error()));
  if (!*position) return failure("its position is gone from holdfast_position");
  if (auto decides = check_the_shop_decides(**position); !decides) return failure(decides.error());
  return **position;
}

Result<std::size_t, std::string> Shadow::look(std::int64_t now_seconds, const Report& report) {
  const auto left = asked();
  if (!left) return failure(left.error());
  if (const auto said = tell(*left, {}, report); !said) return said;
  auto looked = look_at_stock(now_seconds, report);
  if (!looked) return looked;
  int turns = 1;
  for (int turn = 0; turn < turns; ++turn) {
    for (const auto find : {&Shadow::gone, &Shadow::changed}) {
      const auto cases = (this->*find)();
      if (!cases) return failure(cases.error());
      const auto before = find == &Shadow::changed ? std::exchange(refused_, {}) : std::set<std::string>();
      const auto said = tell(*cases, before, report);
      if (!said) return said;
      *looked += *said;
    }
    if (turn == 0 && !refused_.empty()) turns = 2;
  }
  if (auto moved = move_along(); !moved) return failure(moved.error());
  return *looked + refused_.size();
}

// Before the rows: what came in may have been sold already.
Result<std::size_t, std::string> Shadow::look_at_stock(std::int64_t now_seconds, const Report& report) {
  if (schema_.product.inventory.empty()) return 0;
  const auto changes = store_.read(stock_changes(schema_));
  if (!changes) return failure(told(changes.error()));
  if (auto own = position(); !own) return failure(own.error());  // after they were read: whoever wrote them
  std::vector<Statement> statements;
  for (const Row& row : *changes)
    statements.push_back(
        {.sql =
             "insert into holdfast_adjustment (id, region, sku, delta, reason) values ($1, $2, $3, $4, $5) "
             "on conflict (id) do update set delta = excluded.delta, state = 'open', asked_at = null",
         .values = {row[2].value_or(""), home_.name(), row[0].value_or(""), whole_of(row[1]),
                    "changed in the shop's table"}});
  if (!statements.empty())
    if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
  if (auto passed = pass_on_adjustments(store_, home_, now_seconds); !passed)
    return failure(told(passed.error()));
  std::size_t said = 0;
  for (const Row& row : *changes) {
    const auto state = store_.read(
        {.sql = "select state from holdfast_adjustment where id = $1", .values = {row[2].value_or("")}});
    if (!state) return failure(told(state.error()));
    const std::string code = state->empty() ? "" : state->front()[0].value_or("");
    if (code == row[3]) continue;  // refused as before
    ++said;
    if (code != "done" && code != "open")
      report({"stock of " + row[0].value_or(""), std::to_string(whole_of(row[1])), code});
  }
  return said;
}

Result<std::vector<Shadow::Case>, std::string> Shadow::changed() {
  const std::string units = whole_units_sql(schema_);
  const std::string customer =
      schema_.row.customer.empty() ? "null" : "cast(" + of("r", schema_.row.customer) + " as text)";
  const std::string status = status_sql(schema_), sku = sku_sql(schema_);
  const auto rows =
      store_.read({.sql = "select " + id_text(schema_) + ", " + status + ", " + sku + ", " + units + ", " +
                          customer + ", s.status, s.sku, s.units, s.verdict, " + whose_sql(schema_) +
                          ", coalesce(s.lives, 0) from " + rows_and_products(schema_) +
                          " left join holdfast_shadow s on s.row_id = " + id_text(schema_) +
                          " where s.row_id is null or s.status <> " + status + " or s.units <> " + units +
                          " or s.sku <> " + sku + " order by case when s.row_id is null then 1 else 0 end, " +
                          of("r", schema_.row.id) + std::string(at_once)});
  if (!rows) return failure(told(rows.error()));
  std::vector<Case> cases;
  for (const Row& row : *rows) {
    Case one{.before = {}, .now = shop_row(row, 1), .whose = row[9].value_or("")};
    one.now->customer = row[4];
    if (row[5]) one.before = shop_row(row, 5);
    one.lives = whole_of(row[10]);
    const bool is_new =
        !one.before || one.before->status == gone_word;  // the id of one that went may be another's
    if (!is_new)
      one.verdict = row[8].value_or("");
    else if (!one.whose.empty() && !one.whose.starts_with(adopted_prefix))
      one.verdict = "before";  // Holdfast's own, written by who follows
    cases.push_back(std::move(one));
  }
  return cases;
}

Result<std::vector<Shadow::Case>, std::string> Shadow::asked() {
  const auto rows =
      store_.read({.sql = "select a.row_id, a.status, a.sku, a.units, a.customer, s.status, s.sku, s.units, "
                          "coalesce(s.lives, 0) from holdfast_shadow_asked a left join holdfast_shadow s on "
                          "s.row_id = a.row_id"});
  if (!rows) return failure(told(rows.error()));
  std::vector<Case> cases;
  for (const Row& row : *rows) {
    Case one{.before = {}, .now = shop_row(row, 1), .lives = whole_of(row[8])};
    one.now->customer = row[4];
    if (one.now->status == gone_word) one.now.reset();
    if (row[5]) one.before = shop_row(row, 5);
    cases.push_back(std::move(one));
  }
  return cases;
}

Result<std::vector<Shadow::Case>, std::string> Shadow::gone() {
  const auto rows = store_.read({.sql = "select s.row_id, s.status, s.sku, s.units, s.verdict, s.lives "
                                        "from holdfast_shadow s where not exists (select 1 from " +
                                        sql_name(schema_.row.table) + " r where " + id_text(schema_) +
                                        " = s.row_id) and s.status <> 'gone'" + std::string(at_once)});
  if (!rows) return failure(told(rows.error()));
  std::vector<Case> cases;
  for (const Row& row : *rows)
    cases.push_back(
        {.before = shop_row(row, 1), .now = {}, .verdict = row[4].value_or(""), .lives = whole_of(row[5])});
  return cases;
}

Result<std::size_t, std::string> Shadow::tell(const std::vector<Case>& cases,
                                              const std::set<std::string>& refused_before,
                                              const Report& report) {
  std::vector<Decided> asked;
  json::array operations;
  std::vector<Statement> statements;
  for (const Case& one : cases) {
    asked.push_back(one.verdict.empty() ? decided(one.before, one.now, one.lives, schema_, ttl_seconds_)
                                        : Decided{{}, one.lives, one.verdict});
    if (!asked.back().operations.empty()) statements.push_back(note_asked(one));
    for (const json::value& operation : asked.back().operations) operations.push_back(operation);
  }
  if (!statements.empty())
    if (auto noted = store_.apply(std::exchange(statements, {})); !noted) return failure(told(noted.error()));
  std::vector<json::value> results;
  for (std::size_t first = 0; first < operations.size(); first += 1'000) {
    const auto end = operations.begin() + std::min(first + 1'000, operations.size());
    const auto answer = home_.batch(json::array(operations.begin() + first, end));
    if (!answer) return failure(answer.error());
    for (const json::value& result : holdfast::list(*answer, "results")) results.push_back(result);
  }
  if (results.size() != operations.size()) return failure(home_.endpoint() + ": not an answer to each");
  std::size_t said = 0, at = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::optional<std::string> verdict = asked[i].verdict;
    for (const json::value& operation : asked[i].operations) {
      if (verdict && verdict->empty()) verdict = verdict_of(operation, results[at]);
      ++at;
    }
    if (!verdict) continue;  // asked again at the next look
    const std::string& row = cases[i].now ? cases[i].now->id : cases[i].before->id;
    statements.push_back(no_longer_asked(row));
    if (is_new_refusal(asked[i], *verdict, row, refused_before)) continue;
    note(cases[i], asked[i].lives, *verdict, statements, report);
    ++said;
  }
  if (said == 0 && refused_.empty() && !cases.empty())
    return failure(home_.endpoint() + ": takes nothing just now");
  if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
  return said;
}

Statement Shadow::note_asked(const Case& one) {
  const ShopRow& last = one.now ? *one.now : *one.before;
  const auto customer = last.customer ? Value(*last.customer) : Value(nullptr);
  return {
      .sql =
          "insert into holdfast_shadow_asked (row_id, status, sku, units, customer) "
          "values ($1, $2, $3, $4, $5) on conflict (row_id) do update set status = excluded.status, "
          "sku = excluded.sku, units = excluded.units, customer = excluded.customer",
      .values = {last.id, one.now ? last.status : std::string(gone_word), last.sku, last.units, customer}};
}

bool Shadow::is_new_refusal(const Decided& asked, const std::string& verdict, const std::string& row,
                            const std::set<std::string>& refused_before) {
  if (verdict.empty() || asked.operations.empty() || refused_before.contains(row)) return false;
  if (string_at(asked.operations.front(), "op") != "reserve") return false;
  refused_.insert(row);
  return true;
}

void Shadow::note(const Case& one, std::int64_t lives, const std::string& verdict,
                  std::vector<Statement>& statements, const Report& report) const {
  const ShopRow& last = one.now ? *one.now : *one.before;
  statements.push_back(
      {.sql = "insert into holdfast_shadow (row_id, status, sku, units, verdict, lives) "
              "values ($1, $2, $3, $4, $5, $6) "
              "on conflict (row_id) do update set status = excluded.status, sku = excluded.sku, "
              "units = excluded.units, verdict = excluded.verdict, lives = excluded.lives",
       .values = {last.id, one.now ? last.status : std::string(gone_word), last.sku, last.units, verdict,
                  lives}});
  const std::string id = sql_name(schema_.row.id) + " = $2", name = reservation_of(last.id, lives);
  const bool is_named = one.whose == name || verdict == "before";
  if (one.now && !is_named && schema_.row.reservation.empty())
    statements.push_back({.sql = "insert into holdfast_row (row_id, reservation) select " +
                                 sql_name(schema_.row.id) + ", $1 from " + sql_name(schema_.row.table) +
                                 " where " + id +
                                 " on conflict (row_id) do update set reservation = excluded.reservation",
                          .values = {name, last.id}});
  else if (one.now && !is_named)
    statements.push_back({.sql = "update " + sql_name(schema_.row.table) + " set " +
                                 sql_name(schema_.row.reservation) + " = $1 where " + id,
                          .values = {name, last.id}});
  if (one.verdict.empty() && !verdict.empty()) report({"row " + last.id, told_of(one.now, last), verdict});
}

// What Holdfast was told has happened here already, and is not to be written again.
Result<void, std::string> Shadow::move_along() {
  const auto cursor = home_.newest_cursor();
  if (!cursor) return failure(cursor.error());
  const auto from = position();
  if (!from) return failure(from.error());
  if (from->cursor == *cursor) return {};
  auto moved = store_.apply({move_position(home_.name(), from->cursor, {*cursor, from->at, from->written})});
  if (!moved) return failure(told(moved.error()));
  return {};
}

Result<ShadowSums, std::string> Shadow::sums() {
  const auto rows = store_.read({.sql = "select count(*), coalesce(sum(case when verdict <> '' then 1 else 0 "
                                        "end), 0) from holdfast_shadow where verdict <> 'before'"});
  if (!rows) return failure(told(rows.error()));
  const auto stock = store_.read({.sql = "select count(*) from " + std::string(refused_stock)});
  if (!stock) return failure(told(stock.error()));
  const Row& row = rows->front();
  return ShadowSums{.rows = whole_of(row[0]), .otherwise = whole_of(row[1]) + whole_of(stock->front()[0])};
}

Result<void, std::string> Shadow::list(const Report& report) {
  const auto rows = store_.read({.sql = "select row_id, status, sku, units, verdict from holdfast_shadow "
                                        "where verdict not in ('', 'before') order by row_id"});
  if (!rows) return failure(told(rows.error()));
  for (const Row& row : *rows)
    report({"row " + row[0].value_or(""), told_of(shop_row(row, 1), shop_row(row, 1)), row[4].value_or("")});
  const auto stock =
      store_.read({.sql = "select sku, delta, state from " + std::string(refused_stock) + " order by sku"});
  if (!stock) return failure(told(stock.error()));
  for (const Row& row : *stock)
    report({"stock of " + row[0].value_or(""), std::to_string(whole_of(row[1])), row[2].value_or("")});
  return {};
}

}  // namespace holdfast::store
