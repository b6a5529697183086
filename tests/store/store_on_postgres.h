// StorePostgres: a shop's database in a PostgreSQL of the test's own, with ten products, of each of which
// three units are sold and two in a basket.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "store/follow_until_idle.h"
#include "store/postgres_server.h"
#include "store/store_file.h"
#include "store/verify.h"

namespace holdfast::store {

inline const std::string pg_tables = R"(
create table product (id serial primary key, sku text unique, inventory integer not null);
create table customer (id varchar(40) primary key);
create table customer_product (id serial primary key, customer_id varchar(40) references customer(id),
  product_id integer not null references product(id), status varchar(10) not null check (status <> 'Lost'),
  quantity integer not null check (quantity > 0), reservation varchar(80));
create index customer_product_reservation on customer_product (reservation);
insert into customer values ('c_1');
insert into product select i, 'sku-' || i, 20 from generate_series(1, 10) i;
insert into customer_product (customer_id, product_id, status, quantity)
  select 'c_1', i, case when j < 3 then 'Purchased' else 'Pending' end, 1
  from generate_series(1, 10) i, generate_series(0, 4) j order by i, j;
)";

class StorePostgres : public testing::Test {
 protected:
  void SetUp() override {
    if (PostgresServer::programs().empty())
      GTEST_SKIP() << "no PostgreSQL server that can be run here (package postgresql)";
    server_.emplace();
    ASSERT_TRUE(server_->made());
    ASSERT_TRUE(server_->start()) << server_->log();
    store_ = *open_store(server_->url());
    execute(pg_tables);
  }

  void execute(const std::string& sql) {
    std::vector<Statement> statements;
    std::size_t begin = 0;
    for (auto end = sql.find(';'); end != std::string::npos; begin = end + 1, end = sql.find(';', begin))
      statements.push_back({.sql = sql.substr(begin, end - begin)});
    for (const Statement& one : statements) {
      const auto done = store_->apply({one});
      ASSERT_TRUE(done) << told(done.error()) << one.sql;
    }
  }
  std::string ask(const std::string& sql) { return store::ask(*store_, sql); }
  std::string state_of(const std::string& sql) {
    const auto done = store_->apply({{.sql = sql}});
    return done ? "done" : done.error().state;
  }
  // As what eu's follower reads.
  void write(const std::vector<Change>& changes) {
    ASSERT_TRUE(make_own_tables(*store_));
    auto writer = Writer::open(*store_, schema_, "eu", "eu");
    ASSERT_TRUE(writer);
    const auto written = writer->write(changes);
    ASSERT_TRUE(written) << told(written.error());
  }
  void follow(const std::string& endpoint) { follow_until_idle(server_->url(), endpoint, schema_); }
  std::vector<std::string> differences(std::vector<Region>& regions) {
    const auto verified = verify(*store_, schema_, regions);
    if (!verified) return {verified.error()};
    std::vector<std::string> told;
    for (const Difference& one : verified->differences)
      told.push_back(std::string(name(one.kind)) + ": " + one.subject + ": " + one.detail);
    return told;
  }

  Schema schema_ = full_schema();
  std::optional<PostgresServer> server_;
  std::unique_ptr<StoreDatabase> store_;
};

}  // namespace holdfast::store
