#include "store/own_tables.h"

#include <algorithm>

#include "base/utf8.h"
#include "store/plan.h"

namespace holdfast::store {
namespace {

void append_escaped(std::string& out, char32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += "0123456789abcdef"[(unit >> shift) & 0xf];
}

// JSON that a database can hold whatever its encoding is.
std::string in_ascii(std::string_view json) {
  std::string out;
  while (!json.empty()) {
    const auto [code, bytes] = first_character(json);
    if (bytes <= 1) {
      out += json.front();
    } else if (code < 0x10000) {
      append_escaped(out, code);
    } else {
      append_escaped(out, 0xd800 + ((code - 0x10000) >> 10));
      append_escaped(out, 0xdc00 + (code & 0x3ff));
    }
    json.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  return out;
}

Result<bool, Trouble> finds(StoreDatabase& store, const Statement& statement) {
  const auto rows = store.read(statement);
  if (!rows) return failure(rows.error());
  return !rows->empty();
}

// That they are all there; what is denied is said by whoever needs it.
bool are_there(StoreDatabase& store) {
  const auto read =
      store.read({.sql = "select 1 from holdfast_home, holdfast_position, holdfast_aside, holdfast_row, "
                         "holdfast_adjustment, holdfast_moved_product, holdfast_moved_row where 1 = 0"});
  return read || read.error().state == "42501";
}

}  // namespace

Result<void, Trouble> make_own_tables(StoreDatabase& store) {
  if (are_there(store)) return {};
  auto made = store.apply({
      {.sql =
           "create table if not exists holdfast_home (only_one integer primary key, region text not null)"},
      {.sql = "create table if not exists holdfast_position (region text primary key, "
              "position text not null, at text not null, written bigint not null)"},
      {.sql = "create table if not exists holdfast_aside (region text not null, subject text not null, "
              "position text not null, event text not null, data text not null, at text not null, "
              "sqlstate text not null, detail text not null, again integer not null default 0, "
              "primary key (region, subject))"},
      {.sql =
           "create table if not exists holdfast_row (row_id bigint primary key, reservation text not null)"},
      {.sql = "create index if not exists holdfast_row_reservation on holdfast_row (reservation)"},
      {.sql = "create table if not exists holdfast_adjustment (id text primary key, region text not null, "
              "sku text not null, delta bigint not null, reason text, state text not null default 'open', "
              "asked_at bigint)"},
      {.sql = "create table if not exists holdfast_moved_product (product_id text primary key, "
              "sku text not null, units bigint not null, purchased bigint not null, "
              "state text not null default 'open', moved_at bigint not null)"},
      {.sql = "create index if not exists holdfast_moved_product_state on holdfast_moved_product (state)"},
      {.sql = "create table if not exists holdfast_moved_row (row_id text primary key, sku text not null, "
              "customer text, quantity bigint not null, state text not null default 'open', "
              "moved_at bigint not null)"},
      {.sql = "create index if not exists holdfast_moved_row_state on holdfast_moved_row (state)"},
  });
  if (!made && are_there(store)) return {};  // another follower made them at the same moment
  // Who may not do this is looked at now and then all the same.
  std::vector<Statement> calls;
  for (const std::string_view sql : store.dialect().call_on_adjustment)
    calls.push_back({.sql = std::string(sql)});
  if (made && !calls.empty()) std::ignore = store.apply(calls);
  return made;
}

Result<std::optional<std::string>, Trouble> read_home(StoreDatabase& store) {
  auto rows = store.read({.sql = "select region from holdfast_home"});
  if (!rows) return failure(std::move(rows.error()));
  if (rows->empty()) return std::nullopt;
  return rows->front()[0].value_or("");
}

Result<std::string, Trouble> settle_home(StoreDatabase& store, const std::string& region) {
  auto home = read_home(store);
  if (home && !*home) {
    const auto settled = store.apply(
        {{.sql = "insert into holdfast_home (only_one, region) values (1, $1) on conflict do nothing",
          .values = {region}}});
    if (!settled) return failure(settled.error());
    home = read_home(store);
  }
  if (!home) return failure(std::move(home.error()));
  return home->value_or("");
}

std::string wrong_home(std::string_view is, std::string_view given) {
  return "in this store the reservations of " + std::string(is) + " go by their plain ids, not those of " +
         std::string(given) + ": name " + std::string(is) + " first";
}

Result<bool, Trouble> has_rows_of(StoreDatabase& store, const Schema& schema, const std::string& region,
                                  const std::optional<std::string>& home) {
  const bool own = schema.row.reservation.empty();
  const std::string rows = sql_name(schema.row.table);
  const std::string key = own ? "reservation" : as_text(sql_name(schema.row.reservation));
  Statement of_it{.sql = "select 1 from " + (own ? "holdfast_row" : rows) + " where " + key + " <> ''"};
  const std::string prefix = region + '/';
  if (home == region) {
    of_it.sql += " and " + key + " not like '%/%'";
  } else if (home) {
    of_it.sql += " and substr(" + key + ", 1, " + std::to_string(prefix.size()) + ") = $1";
    of_it.values = {prefix};
  }
  of_it.sql += " limit 1";
  auto found = finds(store, of_it);
  if (!found || *found || !own || (home && *home != region)) return found;
  // Rows that were there before are somebody's since they were moved in.
  return finds(store, {.sql = "select 1 from " + rows +
                              " where not exists (select 1 from holdfast_row own where own.row_id = " + rows +
                              '.' + sql_name(schema.row.id) + ") limit 1"});
}

Result<std::optional<Position>, Trouble> read_position(StoreDatabase& store, const std::string& region) {
  auto rows = store.read(
      {.sql = "select position, at, written from holdfast_position where region = $1", .values = {region}});
  if (!rows) return failure(std::move(rows.error()));
  if (rows->empty()) return std::nullopt;
  const Row& row = rows->front();
  return Position{row[0].value_or(""), row[1].value_or(""), std::stoll(row[2].value_or("0"))};
}

Statement first_position(const std::string& region, const Position& to) {
  return {.sql = "insert into holdfast_position (region, position, at, written) values ($1, $2, $3, $4)",
          .values = {region, to.cursor, to.at, to.written},
          .rows = 1};
}

Statement move_position(const std::string& region, const std::string& from, const Position& to) {
  return {.sql =
              "update holdfast_position set position = $1, at = $2, written = $3 "
              "where region = $4 and position = $5",
          .values = {to.cursor, to.at, to.written, region, from},
          .rows = 1};
}

std::string subject_of(const Change& change) {
  const auto* reservation = std::get_if<Reservation>(&change.what);
  return reservation ? reservation->id : "stock " + change.cursor;
}

Statement set_aside(const std::string& region, const Change& change, const Trouble& why) {
  return {.sql =
              "insert into holdfast_aside (region, subject, position, event, data, at, sqlstate, detail) "
              "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (region, subject) do update set "
              "position = excluded.position, event = excluded.event, data = excluded.data, "
              "at = excluded.at, sqlstate = excluded.sqlstate, detail = excluded.detail, again = 0",
          .values = {region, subject_of(change), change.cursor, change.event, in_ascii(change.data),
                     change.at, why.state, why.detail},
          .rows = 1};
}

Statement drop_aside(const std::string& region, const std::string& subject) {
  return {.sql = "delete from holdfast_aside where region = $1 and subject = $2",
          .values = {region, subject}};
}

Statement rename_aside(const std::string& region, const std::string& id, const std::string& other) {
  const auto member = [](const std::string& text) { return R"("id":")" + text + '"'; };
  return {.sql =
              "update holdfast_aside set subject = $1, data = replace(data, $2, $3) "
              "where region = $4 and subject = $5",
          .values = {other, member(id), member(other), region, id}};
}

Statement take_aside(const std::string& region, const Aside& aside) {
  return {
      .sql = "delete from holdfast_aside where region = $1 and subject = $2 and position = $3 and again <> 0",
      .values = {region, aside.subject, aside.cursor},
      .rows = 1};
}

Statement leave_aside(const std::string& region, const Aside& aside, const Trouble& why) {
  return {.sql =
              "update holdfast_aside set sqlstate = $1, detail = $2, again = 0 "
              "where region = $3 and subject = $4 and position = $5",
          .values = {why.state, why.detail, region, aside.subject, aside.cursor}};
}

Result<Rows, Trouble> subjects_aside(StoreDatabase& store, const std::string& region) {
  return store.read({.sql = "select subject from holdfast_aside where region = $1", .values = {region}});
}

Result<std::vector<Aside>, Trouble> released_asides(StoreDatabase& store, const std::string& region) {
  auto rows = store.read({.sql = "select subject, position, event, data, at from holdfast_aside "
                                 "where region = $1 and again <> 0 order by position limit 1000",
                          .values = {region}});
  if (!rows) return failure(std::move(rows.error()));
  std::vector<Aside> asides;
  for (const Row& row : *rows)
    asides.push_back({row[0].value_or(""), row[1].value_or(""), row[2].value_or(""), row[3].value_or(""),
                      row[4].value_or("")});
  return asides;
}

}  // namespace holdfast::store
