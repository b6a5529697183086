// StoreFile: a shop's SQLite database in a directory of the test's, with the story's tables or some like
// them.
#pragma once

#include <gtest/gtest.h>

#include "store/database.h"
#include "store/schema.h"
#include "support/process.h"

namespace holdfast::store {

inline const std::string plain_tables = R"(
create table product (id integer primary key, sku text unique, inventory integer not null);
create table customer (id text primary key);
create table customer_product (id integer primary key, customer_id text references customer(id),
  product_id integer not null references product(id), status text not null);
)";
inline const std::string full_tables = R"(
create table product (id integer primary key, sku text unique, inventory integer not null);
create table customer (id text primary key);
create table customer_product (id integer primary key, customer_id text references customer(id),
  product_id integer not null references product(id), status text not null,
  quantity integer not null check (quantity > 0), reservation text);
create index customer_product_reservation on customer_product (reservation);
)";
inline const std::string some_products = R"(
insert into product values (1, 'cup', 100), (2, 'plate', 50);
insert into customer values ('c_1'), ('c_2');
)";

inline Schema full_schema() {
  Schema schema;
  schema.row.quantity = "quantity";
  schema.row.reservation = "reservation";
  return schema;
}

// Columns by |, rows by lines.
inline std::string ask(StoreDatabase& store, const std::string& sql) {
  const auto rows = store.read({.sql = sql});
  if (!rows) return told(rows.error());
  std::string text;
  for (const Row& row : *rows) {
    if (!text.empty()) text += '\n';
    for (std::size_t i = 0; i < row.size(); ++i) text += (i ? "|" : "") + row[i].value_or("null");
  }
  return text;
}

class StoreFile {
 public:
  explicit StoreFile(const std::string& sql) {
    e2e::write_file(path(), "");
    store_ = *open_store(url());
    execute(sql);
  }
  [[nodiscard]] std::string path() const { return dir_ / "shop.db"; }
  [[nodiscard]] std::string url() const { return "sqlite:" + path(); }
  [[nodiscard]] StoreDatabase& store() { return *store_; }
  void reopen() { store_ = *open_store(url()); }

  // Statements, each ended by a semicolon; none of them holds one.
  void execute(const std::string& sql) {
    std::vector<Statement> statements;
    std::size_t begin = 0;
    for (auto end = sql.find(';'); end != std::string::npos; begin = end + 1, end = sql.find(';', begin))
      statements.push_back({.sql = sql.substr(begin, end - begin)});
    const auto done = store_->apply(statements);
    ASSERT_TRUE(done) << told(done.error());
  }
  [[nodiscard]] std::string ask(const std::string& sql) { return store::ask(*store_, sql); }

 private:
  e2e::TempDir dir_;
  std::unique_ptr<StoreDatabase> store_;
};

}  // namespace holdfast::store
