// A shop sells, takes back, deletes rows and begins again under ids of yesterday, while its follower, its
// database and its daemon are killed or set back at random. In the end the tables say what the daemon's
// ledger says. HOLDFAST_FULL=1: for longer. HOLDFAST_SEED=N: another order.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "store/follow_until_idle.h"
#include "store/move_in.h"
#include "store/postgres_server.h"
#include "store/store_file.h"
#include "store/verify.h"
#include "support/one_daemon.h"
#include "support/paths.h"

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int products = 6;
constexpr int carts_of_each = 25;

struct Kind {
  bool postgres = false;
  InventoryMeans means = InventoryMeans::stock;
  bool has_columns = true;   // for the quantity and the reservation
  bool keeps_ended = false;  // rows of what was released or has expired stay, those of what came back go
};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << (kind.postgres ? "postgresql" : "sqlite")
       << (kind.means == InventoryMeans::left ? "_whose_inventory_falls" : "_whose_inventory_is_the_stock")
       << (kind.has_columns ? "" : "_with_a_row_for_each_unit")
       << (kind.keeps_ended ? "_that_keeps_what_ended" : "");
}

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::stoi(text) : otherwise;
}

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int upto(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(random_); }

 private:
  std::mt19937 random_;
};

// The database of the shop, of either make.
class Database {
 public:
  explicit Database(bool postgres) {
    if (postgres) {
      server_.emplace();
      EXPECT_TRUE(server_->start()) << server_->log();
    } else {
      e2e::write_file(path(), "");
    }
    reopen();
    if (!server_) ask("pragma journal_mode = wal");
  }
  [[nodiscard]] std::string url() const { return server_ ? server_->url() : "sqlite:" + path(); }
  [[nodiscard]] bool is_file() const { return !server_; }
  [[nodiscard]] StoreDatabase& store() { return *store_; }
  std::string ask(const std::string& sql) { return store::ask(*store_, sql); }
  // Once nobody holds it locked.
  void execute(const std::string& sql) {
    Result<void, Trouble> done;
    const bool is_done = e2e::eventually([&] { return (done = store_->apply({{.sql = sql}})).has_value(); });
    ASSERT_TRUE(is_done) << told(done.error()) << ": " << sql;
  }
  void reopen() { store_ = *open_store(url()); }

  void crash() {
    store_.reset();
    server_->kill();
    ASSERT_TRUE(server_->start()) << server_->log();
    reopen();
  }
  void back_up() {
    std::filesystem::remove(path() + ".backup");
    ASSERT_TRUE(store_->read({.sql = "vacuum into '" + path() + ".backup'"}));
  }
  // With nobody else there.
  void set_back() {
    if (!std::filesystem::exists(path() + ".backup")) return;
    store_.reset();
    for (const auto* more : {"-wal", "-shm"}) std::filesystem::remove(path() + more);
    std::filesystem::copy(path() + ".backup", path(), std::filesystem::copy_options::overwrite_existing);
    reopen();
    ask("pragma journal_mode = wal");
  }

 private:
  [[nodiscard]] std::string path() const { return dir_ / "shop.db"; }

  e2e::TempDir dir_;
  std::optional<PostgresServer> server_;
  std::unique_ptr<StoreDatabase> store_;
};

// Any call at any time, whatever came of the ones before.
class Shopper {
 public:
  Shopper(std::string name, std::string endpoint, unsigned seed)
      : name_(std::move(name)), shop_(std::move(endpoint), 2s), dice_(seed) {}

  void run(const std::atomic<bool>& stop) {
    while (!stop) {
      if (act() == 0) std::this_thread::sleep_for(20ms);
      std::this_thread::sleep_for(milliseconds(dice_.upto(4)));
    }
  }

 private:
  int act() {
    const std::string id = dice_.upto(12) == 0 ? "store-" + std::to_string(1 + dice_.upto(products * 5))
                                               : name_ + std::to_string(dice_.upto(carts_of_each));
    const std::string target = "/v1/reservations/" + id;
    switch (dice_.upto(14)) {
      case 0:
      case 1:
      case 2:
      case 3: return id.starts_with("store-") ? 1 : reserve(target);
      case 4:
      case 5:
      case 6: return shop_.purchase(id).status;
      case 7: return shop_.release(id).status;
      case 8: return shop_.post(target + "/extend", R"({"ttl_seconds":60})").status;
      case 9: return shop_.send("PATCH", target, R"({"lines":[)" + lines() + "]}").status;
      case 10: return shop_.post(target + "/return", {}, key()).status;
      case 11:
      case 12: return shop_.post(target + "/return", R"({"lines":[)" + line(1) + "]}", key()).status;
      default: return shop_.adjust(sku(), dice_.upto(2) ? 5 : -1, key()).status;
    }
  }
  int reserve(const std::string& target) {
    std::string body = R"({"lines":[)" + lines() + "]";
    if (dice_.upto(8) == 0) body += R"(,"ttl_seconds":1)";
    if (const int who = dice_.upto(20); who < 12) body += R"(,"customer":"c_)" + std::to_string(who) + '"';
    if (dice_.upto(15) == 0)
      body += R"(,"replaces":")" + name_ + std::to_string(dice_.upto(carts_of_each)) + '"';
    return shop_.send("PUT", target, body + "}").status;
  }
  std::string sku() { return "sku-" + std::to_string(1 + dice_.upto(products)); }
  std::string line(int quantity) {
    return R"({"sku":")" + sku() + R"(","quantity":)" + std::to_string(quantity) + "}";
  }
  std::string lines() {
    std::string all = line(1 + dice_.upto(3));
    return dice_.upto(3) ? all : all + "," + line(1);
  }
  std::string key() { return name_ + "-key-" + std::to_string(++keys_); }

  std::string name_;
  e2e::Shop shop_;
  Dice dice_;
  int keys_ = 0;
};

// A shop that decides itself: it writes rows, sells them, takes back and brings stock in, each in one
// transaction that may fail.
class DecidingShop {
 public:
  DecidingShop(Kind kind, std::string url, unsigned seed) : kind_(kind), url_(std::move(url)), dice_(seed) {}

  void run(const std::atomic<bool>& stop) {
    Opened store = open_store(url_);
    while (!stop) {
      const auto done = store ? (*store)->apply(statements()) : Result<void, Trouble>(failure(store.error()));
      if (!done) store = open_store(url_);
      std::this_thread::sleep_for(milliseconds(dice_.upto(20)));
    }
  }

 private:
  std::vector<Statement> statements() {
    const std::string sku = std::to_string(1 + dice_.upto(products)),
                      units = std::to_string(1 + dice_.upto(3));
    const std::string one =
        " where id = (select id from customer_product where product_id = " + sku +
        " and coalesce(reservation, '') not in ('', 'store-' || (product_id * 5 - 4), "
        "'store-' || (product_id * 5 - 3), 'store-' || (product_id * 5 - 2)) and status = ";
    const std::string last = " order by id desc limit 1)";
    switch (dice_.upto(9)) {
      case 0:
      case 1: return {insert(sku, "Pending", units)};
      case 2: return {insert(sku, "Purchased", units), stock(sku, "- " + units)};
      case 3: return {{.sql = "delete from customer_product" + one + "'Pending'" + last}};
      case 4: return {{.sql = "update customer_product set quantity = " + units + one + "'Pending'" + last}};
      case 5:
      case 6:
        return {stock(sku, "- coalesce((select quantity from customer_product" + one + "'Pending'" + last +
                               "), 0)"),
                {.sql = "update customer_product set status = 'Purchased'" + one + "'Pending'" + last}};
      case 7:
        return {stock(sku, "+ coalesce((select quantity from customer_product" + one + "'Purchased'" + last +
                               "), 0)"),
                {.sql = "update customer_product set status = 'Returned'" + one + "'Purchased'" + last}};
      default: return {{.sql = "update product set inventory = inventory + 50 where id = " + sku}};
    }
  }
  static Statement insert(const std::string& product, const std::string& status, const std::string& units) {
    return {.sql = "insert into customer_product (product_id, status, quantity) values (" + product + ", '" +
                   status + "', " + units + ")"};
  }
  // What is sold and comes back, in a shop whose inventory is what is left.
  Statement stock(const std::string& product, const std::string& change) const {
    return {.sql = "update product set inventory = inventory " +
                   (kind_.means == InventoryMeans::left ? change : "+ 0") + " where id = " + product};
  }

  Kind kind_;
  std::string url_;
  Dice dice_;
};

class StoreChaos : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam().postgres && PostgresServer::programs().empty())
      GTEST_SKIP() << "no PostgreSQL server that can be run here (package postgresql)";
    daemon_.emplace(dir_ / "eu", e2e::DaemonConfig{});
    std::string config = e2e::read_file(daemon_->config_file());
    const std::string any = "127.0.0.1:0";
    config.replace(config.find(any), any.size(), http_.substr(7));
    e2e::write_file(daemon_->config_file(), config);
    ASSERT_TRUE(daemon_->start()) << daemon_->log();
    ASSERT_EQ(daemon_->http(), http_.substr(7));
    database_.emplace(GetParam().postgres);
    make_shop();
    regions_.emplace_back("eu", http_);
    const auto moved = move_in(database_->store(), schema_, regions_.front(),
                               {.pending_ttl_seconds = 60, .now_seconds = 1'000'000});
    ASSERT_TRUE(moved) << moved.error();
  }

  // Of each product 60, of which 3 are sold and 2 in baskets.
  void make_shop() {
    const std::string id = GetParam().postgres ? "serial primary key" : "integer primary key";
    database_->execute("create table product (id " + id + ", sku text unique, inventory bigint)");
    database_->execute("create table customer (id varchar(40) primary key)");
    database_->execute(
        "create table customer_product (id " + id +
        ", customer_id varchar(40) references customer (id), product_id integer not null references product "
        "(id), status text not null" +
        (GetParam().has_columns ? ", quantity integer not null, reservation text" : "") + ")");
    for (int i = 1; i <= products; ++i) {
      const std::string product = std::to_string(i);
      database_->execute("insert into product (sku, inventory) values ('sku-" + product + "', 60)");
      for (int j = 0; j < 5; ++j)
        database_->execute(std::string("insert into customer_product (product_id, status") +
                           (GetParam().has_columns ? ", quantity" : "") + ") values (" + product +
                           (j < 3 ? ", 'Purchased'" : ", 'Pending'") +
                           (GetParam().has_columns ? ", 1)" : ")"));
    }
    schema_.product.means = GetParam().means;
    std::string tables =
        GetParam().means == InventoryMeans::left ? "[product]\ninventory_means = \"left\"\n" : std::string();
    if (GetParam().has_columns) {
      schema_.row.quantity = "quantity";
      schema_.row.reservation = "reservation";
      tables += "[customer_product]\nquantity = \"quantity\"\nreservation = \"reservation\"\n";
    }
    if (GetParam().keeps_ended) {
      schema_.status.released = "Released";
      schema_.status.expired = "Expired";
      schema_.status.returned.clear();
      tables += "[status]\nreleased = \"Released\"\nexpired = \"Expired\"\nreturned = \"\"\n";
    }
    e2e::write_file(dir_ / "tables.toml", tables);
  }

  void follow() {
    followers_.emplace_back(
        std::vector<std::string>{test::bin_dir() + "/holdfast", "follow", "--store", database_->url(),
                                 "--tables", dir_ / "tables.toml", "--region", "eu=" + http_},
        dir_ / "follow.log");
  }
  void kill_followers() {
    for (const auto& follower : followers_) follower.signal(SIGKILL);
    followers_.clear();
  }

  void some_chaos(Dice& dice) {
    switch (dice.upto(11)) {
      case 0:
      case 1: kill_followers(); return follow();
      case 2: return followers_.size() < 2 ? follow() : followers_.pop_back();
      case 3:
      case 4: {
        daemon_->kill();
        days_ += dice.upto(2);
        daemon_->run_under({"/usr/bin/env", "LD_PRELOAD=" + test::bin_dir() + "/later_clock.so",
                            "LATER_BY_S=" + std::to_string(days_ * 25 * 3'600)});
        ASSERT_TRUE(daemon_->start()) << daemon_->log();
        return;
      }
      case 5:
        if (!database_->is_file()) return database_->crash();
        if (dice.upto(2)) return database_->back_up();
        kill_followers();
        database_->set_back();
        return follow();
      case 6: {
        const auto other = *open_store(database_->url());
        if (!other->read({.sql = database_->is_file() ? "begin immediate" : "begin"})) return;
        if (!database_->is_file())
          std::ignore = other->read({.sql = "lock table customer_product in access exclusive mode"});
        std::this_thread::sleep_for(milliseconds(dice.upto(3'000)));
        std::ignore = other->read({.sql = "rollback"});
        return;
      }
      case 7:
        database_->execute("insert into customer values ('c_" + std::to_string(dice.upto(12)) +
                           "') on conflict do nothing");
        return database_->execute("update holdfast_aside set again = 1");
      case 8: return database_->execute("update holdfast_aside set again = 1");
      case 9:
        return database_->execute("delete from customer_product where status = 'Pending' and id % 3 = " +
                                  std::to_string(dice.upto(3)));
      default:
        return database_->execute("insert into holdfast_adjustment (id, region, sku, delta) values ('d-" +
                                  std::to_string(++deliveries_) + "', 'eu', 'sku-" +
                                  std::to_string(1 + dice.upto(products)) + "', 3)");
    }
  }

  // Every basket goes, so that the rows that were deleted are of nobody; what was set aside is let go.
  void settle() {
    e2e::Shop shop = daemon_->shop();
    const auto released =
        regions_.front().all("/v1/reservations", "reservations", [&](const json::value& row) {
          if (string_at(row, "state") != "pending") return;
          EXPECT_EQ(shop.release(string_at(row, "id").value_or("")).status, 200);
        });
    ASSERT_TRUE(released) << released.error();
    for (int i = 0; i < 12; ++i)
      database_->execute("insert into customer values ('c_" + std::to_string(i) +
                         "') on conflict do nothing");
    for (int i = 0; i < 2; ++i) {
      follow_until_idle(database_->url(), http_, schema_);
      database_->execute("update holdfast_aside set again = 1");
    }
    follow_until_idle(database_->url(), http_, schema_);
  }

  void expect_what_the_ledger_says() {
    EXPECT_EQ(daemon_->shop().get("/v1/audit").at("ok"), "true");
    const auto verified = verify(database_->store(), schema_, regions_);
    ASSERT_TRUE(verified) << verified.error();
    for (const Difference& one : verified->differences)
      ADD_FAILURE() << name(one.kind) << ": " << one.subject << ": " << one.detail;
    for (int i = 1; i <= products; ++i) {
      const std::string sku = "sku-" + std::to_string(i);
      const e2e::Reply ledger = daemon_->shop().sku(sku);
      const auto sold = ledger.number("purchased_here") - ledger.number("returned_here");
      auto inventory = ledger.number("available_here") + ledger.number("reserved_here");
      if (GetParam().means == InventoryMeans::stock) inventory += sold + 3;
      EXPECT_EQ(database_->ask("select inventory from product where sku = '" + sku + "'"),
                std::to_string(inventory))
          << sku;
      EXPECT_EQ(units(i, "Purchased"), std::to_string(sold + 3)) << sku;
      EXPECT_EQ(units(i, "Returned"), GetParam().keeps_ended ? "0" : ledger.at("returned_here")) << sku;
      EXPECT_EQ(units(i, "Pending"), "0") << sku;
    }
  }
  std::string units(int product, const std::string& status) {
    return database_->ask("select " +
                          std::string(GetParam().has_columns ? "coalesce(sum(quantity), 0)" : "count(*)") +
                          " from customer_product where product_id = " + std::to_string(product) +
                          " and status = '" + status + "'");
  }

  e2e::TempDir dir_;
  std::string http_ = "http://127.0.0.1:" + std::to_string(e2e::free_port());
  std::optional<e2e::DaemonProcess> daemon_;
  std::optional<Database> database_;
  Schema schema_;
  std::vector<Region> regions_;
  std::vector<e2e::Process> followers_;
  std::chrono::seconds time_{std::getenv("HOLDFAST_FULL") ? 120 : 8};
  int days_ = 0, deliveries_ = 0;
};

TEST_P(StoreChaos, leaves_the_tables_as_the_ledger_says) {
  const auto seed = static_cast<unsigned>(number_from("HOLDFAST_SEED", 1));
  std::atomic<bool> stop = false;
  std::vector<Shopper> shoppers;
  for (const auto* name : {"a-", "b-", "c-"}) shoppers.emplace_back(name, http_, seed * 10 + shoppers.size());
  std::vector<std::thread> threads;
  for (Shopper& shopper : shoppers) threads.emplace_back([&] { shopper.run(stop); });
  Dice dice(seed);
  follow();
  for (const auto end = steady_clock::now() + time_; steady_clock::now() < end && !HasFatalFailure();) {
    std::this_thread::sleep_for(milliseconds(dice.upto(500)));
    some_chaos(dice);
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  kill_followers();
  ASSERT_FALSE(HasFatalFailure());
  std::printf("%s rows, %s set aside, %d days\n",
              database_->ask("select count(*) from customer_product").c_str(),
              database_->ask("select count(*) from holdfast_aside").c_str(), days_);
  ASSERT_NO_FATAL_FAILURE(settle());
  expect_what_the_ledger_says();
}

using StoreShadowChaos = StoreChaos;

TEST_P(StoreShadowChaos, leaves_nothing_untold_or_told_twice) {
  const auto seed = static_cast<unsigned>(number_from("HOLDFAST_SEED", 1));
  database_->execute("update product set inventory = inventory + 10000");
  std::vector<std::string> command{
      test::bin_dir() + "/holdfast", "migrate",    "shadow", "--store", database_->url(), "--tables",
      dir_ / "tables.toml",          "--endpoint", http_};
  std::atomic<bool> stop = false;
  DecidingShop shop(GetParam(), database_->url(), seed);
  std::thread deciding([&] { shop.run(stop); });
  Dice dice(seed);
  for (const auto end = steady_clock::now() + time_; steady_clock::now() < end && !HasFatalFailure();) {
    e2e::Process shadow(command, dir_ / "shadow.log");
    std::this_thread::sleep_for(milliseconds(200 + dice.upto(2'500)));
    shadow.signal(SIGKILL);
    if (dice.upto(3) == 0) {
      daemon_->kill();
      ASSERT_TRUE(daemon_->start()) << daemon_->log();
    }
    if (dice.upto(3) == 0 && !database_->is_file()) database_->crash();
  }
  stop = true;
  deciding.join();
  command.emplace_back("--once");
  const auto told = e2e::run(command, 60s);
  EXPECT_EQ(told.code, 0) << told.printed;
  std::printf("%s", told.printed.c_str());
  ASSERT_NO_FATAL_FAILURE(settle());
  expect_what_the_ledger_says();
}

std::string name_of(const testing::TestParamInfo<Kind>& kind) { return testing::PrintToString(kind.param); }

constexpr auto stock = InventoryMeans::stock, left = InventoryMeans::left;
INSTANTIATE_TEST_SUITE_P(Of, StoreChaos,
                         testing::Values(Kind{false, stock}, Kind{false, left}, Kind{false, left, false},
                                         Kind{false, left, true, true}, Kind{true, stock}, Kind{true, left},
                                         Kind{true, left, false}, Kind{true, stock, false, true}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Of, StoreShadowChaos,
                         testing::Values(Kind{false, stock}, Kind{false, left}, Kind{true, stock},
                                         Kind{true, left}),
                         name_of);

}  // namespace
}  // namespace holdfast::store
