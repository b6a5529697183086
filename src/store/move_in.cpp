#include "store/move_in.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "store/own_tables.h"
#include "text/whole.h"

namespace holdfast::store {
namespace {

constexpr std::int64_t keys_are_kept_s = 23 * 3'600;  // with an hour to spare
constexpr std::int64_t batch = 1'000;

std::string column(const char* table, const std::string& name) {
  return std::string(table) + "." + sql_name(name);
}

// Rows that nobody has said of whose they are.
std::string nobodys(const Schema& schema) {
  if (!schema.row.reservation.empty())
    return "coalesce(" + column("r", schema.row.reservation) + ", '') = ''";
  return "not exists (select 1 from holdfast_row own where own.row_id = " + column("r", schema.row.id) + ")";
}

Statement note_products(const Schema& schema, const MoveOptions& options) {
  const std::string id = as_text(column("p", schema.product.id)), sku = column("p", schema.product.sku);
  const std::string units = stock_sql(schema);
  return {
      .sql = "insert into holdfast_moved_product (product_id, sku, units, purchased, state, moved_at) with " +
             held_sql(schema) + " select " + id + ", " + sku + ", " + units +
             ", coalesce(held.purchased, 0), case when " + units + " < 0 then 'negative_stock' when " +
             units + " = 0 then 'done' else 'open' end, $3 from " + sql_name(schema.product.table) +
             " p left join held on held.product = " + column("p", schema.product.id) + " where coalesce(" +
             sku + ", '') <> '' and not exists (select 1 from holdfast_moved_product m where " +
             "m.product_id = " + id + ")",
      .values = {schema.status.purchased, schema.status.pending, options.now_seconds}};
}

Statement note_rows(const Schema& schema, const MoveOptions& options) {
  const std::string id = as_text(column("r", schema.row.id));
  const std::string customer =
      schema.row.customer.empty() ? "null" : as_text(column("r", schema.row.customer));
  return {.sql = "insert into holdfast_moved_row (row_id, sku, customer, quantity, moved_at) select " + id +
                 ", " + column("p", schema.product.sku) + ", " + customer + ", coalesce(" +
                 units_sql(schema) + ", 0)" + ", $2 from " + sql_name(schema.row.table) + " r join " +
                 sql_name(schema.product.table) + " p on " + column("p", schema.product.id) + " = " +
                 column("r", schema.row.product) + " where " + column("r", schema.row.status) + " = $1 and " +
                 nobodys(schema) +
                 " and not exists (select 1 from holdfast_moved_row m where m.row_id = " + id + ")",
          .values = {schema.status.pending, options.now_seconds}};
}

// At the first move all rows are the shop's own. Later only those that are moved in too: of the others verify
// says that somebody else wrote them.
Statement adopt_rows(const Schema& schema, bool all) {
  const std::string id = as_text(column("r", schema.row.id));
  const std::string which =
      nobodys(schema) +
      (all ? "" : " and exists (select 1 from holdfast_moved_row m where m.row_id = " + id + ")");
  if (schema.row.reservation.empty())
    return {.sql = "insert into holdfast_row (row_id, reservation) select " + column("r", schema.row.id) +
                   ", $1 || " + id + " from " + sql_name(schema.row.table) + " r where " + which,
            .values = {std::string(adopted_prefix)}};
  return {.sql = "update " + sql_name(schema.row.table) + " as r set " + sql_name(schema.row.reservation) +
                 " = $1 || " + id + " where " + which,
          .values = {std::string(adopted_prefix)}};
}

class Mover {
 public:
  Mover(StoreDatabase& store, const Schema& schema, Region& home, const MoveOptions& options)
      : store_(store), schema_(schema), home_(home), options_(options) {}

  Result<Moved, std::string> run() {
    for (const auto step :
         {&Mover::note, &Mover::check_age, &Mover::bring_in_products, &Mover::bring_in_rows})
      if (auto done = (this->*step)(); !done) return failure(done.error());
    return moved();
  }

 private:
  using Done = Result<void, std::string>;
  struct Table {
    std::string_view name, key;
  };
  static constexpr Table products_{"holdfast_moved_product", "product_id"};
  static constexpr Table rows_{"holdfast_moved_row", "row_id"};

  Done note() {
    if (auto checked = home_.check_name(); !checked) return checked;
    if (auto made = make_own_tables(store_); !made) return failure(told(made.error()));
    if (auto checked = check_home(read_home(store_)); !checked) return checked;
    const auto position = read_position(store_, home_.name());
    if (!position) return failure(told(position.error()));
    if (auto checked = check_it_is_the_same(*position); !checked) return checked;
    if (auto settled = check_home(settle_home(store_, home_.name())); !settled) return settled;
    std::vector<Statement> statements;
    // What is sold meanwhile is in none of it, and told later.
    if (const auto word = store_.dialect().one_moment; !word.empty())
      statements.push_back({.sql = std::string(word)});
    if (!*position) {
      const auto cursor = home_.newest_cursor();
      if (!cursor) return failure(cursor.error());
      statements.push_back(first_position(home_.name(), {.cursor = *cursor, .at = {}, .written = 0}));
    }
    analyze(statements);  // they may have been filled by one who was killed
    statements.push_back(note_products(schema_, options_));
    statements.push_back(note_rows(schema_, options_));
    analyze(statements);
    statements.push_back(adopt_rows(schema_, !*position));
    if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
    return {};
  }

  Done check_home(const Result<std::optional<std::string>, Trouble>& home) const {
    if (!home) return failure(told(home.error()));
    if (*home && **home != home_.name()) return failure(wrong_home(**home, home_.name()));
    return {};
  }

  // That the daemon is the one of an earlier move, or of none, and that what is in stock is not Holdfast's
  // already.
  Done check_it_is_the_same(const std::optional<Position>& position) {
    const auto noted = store_.read({.sql = "select count(*) from " + std::string(products_.name)});
    if (!noted) return failure(told(noted.error()));
    const bool has_moved = noted->front()[0] != "0";
    if (!position && has_moved)
      return failure("this store was moved in already, and not into " + home_.name() +
                     ", or its row in holdfast_position is gone");
    if (position && !has_moved && position->written > 0)
      return failure(
          "this store is followed already, so what it has in stock is Holdfast's; what comes in more is for "
          "holdfast_adjustment or `holdfast stock adjust`");
    if (!has_moved)
      if (auto none = check_no_other_was(); !none) return none;
    if (!position) return {};
    if (auto same = home_.check_cursor(position->cursor); !same)
      return failure("this store was moved into another daemon, or its history is gone: " + same.error());
    return {};
  }

  // Another store was moved in there, or this one before it was made anew or set back: its stock would be
  // there twice, or, as long as the daemon remembers the keys, not come in although it is told as done.
  Done check_no_other_was() {
    std::set<std::string> there;
    const auto read = home_.all("/v1/skus", "skus", [&](const json::value& row) {
      for (const auto* units : {"available_here", "reserved_here", "purchased_here"})
        if (number(row, units).value_or(0) > 0) there.insert(string_at(row, "sku").value_or(""));
    });
    if (!read) return failure(read.error());
    if (there.empty()) return {};
    const auto skus = store_.read({.sql = "select " + as_text(column("p", schema_.product.sku)) + " from " +
                                          sql_name(schema_.product.table) + " p order by 1"});
    if (!skus) return failure(told(skus.error()));
    const auto known =
        std::ranges::find_if(*skus, [&](const Row& row) { return there.contains(row[0].value_or("")); });
    if (known == skus->end()) return {};
    return failure(
        home_.name() + " has had stock of products of this store, as " + (*known)[0].value_or("") +
        ", and in this store nothing says that it was moved in. So another was, or this one before it was "
        "made anew or set back to a backup. Nothing was brought in. If that stock is the right one, go on "
        "with the store that was moved in, or with a copy of it; if it was a trial, begin with a daemon whose "
        "data_dir is new");
  }

  void analyze(std::vector<Statement>& statements) const {
    const std::string_view word = store_.dialect().analyze;
    for (const Table& table : {products_, rows_})
      if (!word.empty()) statements.push_back({.sql = std::string(word) + std::string(table.name)});
  }

  Done check_age() {
    for (const Table& table : {products_, rows_}) {
      const auto oldest = store_.read({.sql = "select coalesce(min(moved_at), $1) from " +
                                              std::string(table.name) + " where state = 'open'",
                                       .values = {options_.now_seconds}});
      if (!oldest) return failure(told(oldest.error()));
      if (options_.now_seconds - whole_of(oldest->front()[0]) > keys_are_kept_s)
        return failure(
            "a move was left open for longer than a day, and the daemon may have forgotten what of it "
            "was done: compare with `holdfast migrate verify`, and set the state of what is "
            "there to 'done' in " +
            std::string(table.name));
    }
    return {};
  }

  Done bring_in_products() {
    return bring_in(products_, "product_id, sku, units", [&](const Row& row) {
      return json::object{{"op", "adjust"},
                          {"sku", row[1].value_or("")},
                          {"delta", parse_whole(row[2].value_or("")).value_or(0)},  // which is refused
                          {"reason", moved_in_reason},
                          {"region", home_.name()},
                          {"idempotency_key", "store-product-" + row[0].value_or("")}};
    });
  }

  Done bring_in_rows() {
    return bring_in(rows_, "row_id, sku, quantity, customer", [&](const Row& row) {
      json::object operation{
          {"op", "reserve"},
          {"id", std::string(adopted_prefix) + row[0].value_or("")},
          {"lines", json::array{json::object{{"sku", row[1].value_or("")},
                                             {"quantity", parse_whole(row[2].value_or("")).value_or(0)}}}},
          {"ttl_seconds", options_.pending_ttl_seconds}};
      if (row[3]) operation["customer"] = *row[3];
      return operation;
    });
  }

  template <class MakeOperation>
  Done bring_in(const Table& table, const std::string& columns, MakeOperation operation_of) {
    const std::string name(table.name), key(table.key);
    while (true) {
      const auto open = store_.read({.sql = "select " + columns + " from " + name +
                                            " where state = 'open' limit " + std::to_string(batch)});
      if (!open) return failure(told(open.error()));
      if (open->empty()) return {};
      json::array operations;
      for (const Row& row : *open) operations.push_back(operation_of(row));
      const auto answer = home_.batch(operations);
      if (!answer) return failure(answer.error());
      const auto& results = list(*answer, "results");
      std::vector<Statement> statements;
      for (std::size_t i = 0; i < open->size() && i < results.size(); ++i)
        if (const std::string state = state_after(results[i]); state != "open")
          statements.push_back({.sql = "update " + name + " set state = $1 where " + key + " = $2",
                                .values = {state, (*open)[i][0].value_or("")}});
      if (statements.empty())
        return failure(home_.endpoint() + ": takes nothing just now: " + written(*answer));
      if (auto noted = store_.apply(statements); !noted) return failure(told(noted.error()));
    }
  }

  // A repeat of what has ended since was brought in as well.
  static std::string state_after(const json::value& result) {
    const auto status = number(result, "status").value_or(0);
    const std::string code = string_at(at(result, "body"), "code").value_or("refused");
    if (status < 300) return "done";
    if (status == 429 || status >= 500) return "open";
    for (const auto* ended : {"already_released", "already_purchased", "reservation_expired"})
      if (code == ended) return "done";
    return code;
  }

  Result<Moved, std::string> moved() {
    Moved moved;
    const auto products =
        store_.read({.sql = "select state, count(*), sum(units) from holdfast_moved_product group by state"});
    if (!products) return failure(told(products.error()));
    const auto rows =
        store_.read({.sql = "select state, count(*), 0 from holdfast_moved_row group by state"});
    if (!rows) return failure(told(rows.error()));
    add(*products, moved.products, moved);
    add(*rows, moved.rows, moved);
    for (const Row& row : *products)
      if (row[0] == "done") moved.units = whole_of(row[2]);
    return moved;
  }

  static void add(const Rows& states, std::int64_t& done, Moved& moved) {
    for (const Row& row : states) {
      const std::int64_t count = whole_of(row[1]);
      if (row[0] == "done")
        done = count;
      else
        moved.refused[row[0].value_or("")] += count;
    }
  }

  StoreDatabase& store_;
  const Schema& schema_;
  Region& home_;
  MoveOptions options_;
};

}  // namespace

Result<Moved, std::string> move_in(StoreDatabase& store, const Schema& schema, Region& home,
                                   const MoveOptions& options) {
  return Mover(store, schema, home, options).run();
}

}  // namespace holdfast::store
