// What both adapters promise, held against SQLite.
#include <filesystem>

#include "store/store_file.h"

namespace holdfast::store {
namespace {

Trouble trouble_of(StoreFile& shop, std::vector<Statement> statements) {
  const auto done = shop.store().apply(statements);
  EXPECT_FALSE(done);
  return done ? Trouble{} : done.error();
}

TEST(StoreSqlite, all_statements_happen_or_none) {
  StoreFile shop(full_tables + some_products);
  const Trouble trouble = trouble_of(shop, {{.sql = "update product set inventory = 1"},
                                            {.sql = "insert into product values (3, 'cup', 1)"}});
  EXPECT_EQ(trouble.kind, TroubleKind::data);
  EXPECT_EQ(trouble.state, "23505");
  EXPECT_EQ(trouble.statement, 1u);
  EXPECT_EQ(shop.ask("select inventory from product"), "100\n50");
}

TEST(StoreSqlite, a_statement_that_touches_another_number_of_rows_undoes_all) {
  StoreFile shop(full_tables + some_products);
  const Trouble trouble = trouble_of(
      shop, {{.sql = "update product set inventory = 1"},
             {.sql = "update product set inventory = 2 where sku = $1", .values = {"spoon"}, .rows = 1}});
  EXPECT_EQ(trouble.kind, TroubleKind::rows);
  EXPECT_EQ(trouble.statement, 1u);
  EXPECT_EQ(shop.ask("select inventory from product"), "100\n50");
}

TEST(StoreSqlite, trouble_has_a_kind_and_a_state) {
  StoreFile shop(full_tables + some_products);
  const auto state_of = [&](const std::string& sql) { return trouble_of(shop, {{.sql = sql}}).state; };
  EXPECT_EQ(state_of("insert into customer_product values (1, 'nobody', 1, 'Pending', 1, null)"), "23503");
  EXPECT_EQ(state_of("insert into customer_product values (1, null, 1, null, 1, null)"), "23502");
  EXPECT_EQ(state_of("insert into customer_product values (1, null, 1, 'Pending', 0, null)"), "23514");
  EXPECT_EQ(trouble_of(shop, {{.sql = "select * from nowhere"}}).kind, TroubleKind::schema);
}

TEST(StoreSqlite, somebody_elses_transaction_is_waited_for_and_then_it_is_unavailable) {
  StoreFile shop(full_tables + some_products);
  auto other = *open_store(shop.url());
  ASSERT_TRUE(other->read({.sql = "begin immediate"}));
  const Trouble trouble = trouble_of(shop, {{.sql = "update product set inventory = 1"}});
  EXPECT_EQ(trouble.kind, TroubleKind::unavailable);
  EXPECT_EQ(trouble.state, "55P03");
  ASSERT_TRUE(other->read({.sql = "rollback"}));
  EXPECT_TRUE(shop.store().apply({{.sql = "update product set inventory = 1"}}));
}

TEST(StoreSqlite, a_commit_that_need_not_be_durable_at_once_is_not_synced_where_that_cannot_break_the_file) {
  using enum Durability;
  StoreFile shop(full_tables + some_products);
  const auto synced = [&](Durability durability) {
    EXPECT_TRUE(shop.store().apply({{.sql = "update product set inventory = 1"}}, durability));
    return shop.ask("select synchronous from pragma_synchronous") == "2";
  };
  EXPECT_TRUE(synced(soon)) << "a rollback journal that is not on disk may not undo all of it";
  ASSERT_EQ(shop.ask("pragma journal_mode = wal"), "wal");
  EXPECT_FALSE(synced(soon));
  EXPECT_TRUE(synced(at_once));
  EXPECT_FALSE(synced(soon));
  ASSERT_EQ(shop.ask("pragma journal_mode = delete"), "delete");
  EXPECT_TRUE(synced(soon));
}

TEST(StoreSqlite, a_file_that_was_replaced_by_a_backup_is_not_written_into_any_more) {
  StoreFile shop(full_tables + some_products);
  std::filesystem::copy(shop.path(), shop.path() + ".backup");
  ASSERT_EQ(shop.ask("pragma journal_mode = wal"), "wal");
  std::filesystem::rename(shop.path() + ".backup", shop.path());
  const Trouble trouble = trouble_of(shop, {{.sql = "update product set inventory = 1"}});
  EXPECT_EQ(trouble.kind, TroubleKind::unavailable);
  EXPECT_EQ(trouble.detail, "the file was moved or replaced");
  EXPECT_FALSE(shop.store().read({.sql = "select 1"}));
  for (const auto* more : {"-wal", "-shm"}) std::filesystem::remove(shop.path() + more);
  shop.reopen();
  EXPECT_EQ(shop.ask("select inventory from product"), "100\n50");
}

TEST(StoreSqlite, a_name_of_no_column_is_no_text) {
  StoreFile shop(full_tables + some_products);
  EXPECT_EQ(trouble_of(shop, {{.sql = R"(update product set sku = "skuu")"}}).kind, TroubleKind::schema);
}

TEST(StoreSqlite, parameters_go_by_their_numbers) {
  StoreFile shop(full_tables + some_products);
  const auto rows = shop.store().read({.sql = "select $2, $1, $3", .values = {1, "two", nullptr}});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->front(), (Row{"two", "1", std::nullopt}));
}

TEST(StoreSqlite, a_file_that_is_missing_is_not_made) {
  const auto opened = open_store("sqlite:/nowhere/shop.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().state, "08001");
}

TEST(StoreSqlite, what_is_wrong_with_an_address_is_said_without_its_password) {
  EXPECT_EQ(why_no_store("mysql://shop:secret@x"), "not postgres://... or sqlite:PATH, but mysql://...");
  EXPECT_EQ(why_no_store("shop:secret@x/shop"), "not postgres://... or sqlite:PATH");
}

}  // namespace
}  // namespace holdfast::store
