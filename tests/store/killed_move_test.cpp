// `holdfast migrate run` killed at random moments, again and again: the same result.
#include <random>
#include <thread>

#include "store/store_file.h"
#include "support/ephemeral_daemon.h"
#include "support/paths.h"

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;

// Of each product 3 sold and 1 in a basket, each a row.
std::string many_products(int products) {
  const std::string numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ";
  return full_tables + "insert into product " + numbers + std::to_string(products) +
         ") select i, 'sku-' || i, 20 from n;" +
         "insert into customer_product (product_id, status, quantity) " + numbers +
         std::to_string(4 * products) + ") select i / 4 + (i % 4 > 0), case when i % 4 = 0 then 'Pending' " +
         "else 'Purchased' end, 1 from n;";
}

TEST(StoreKilledMove, brings_everything_in_once_however_often_it_is_killed) {
  constexpr int products = 4'000;
  StoreFile shop(many_products(products));
  e2e::EphemeralDaemon daemon;
  const e2e::TempDir dir;
  e2e::write_file(dir / "tables.toml",
                  "[customer_product]\nquantity = \"quantity\"\nreservation = \"reservation\"\n");
  const auto command = [&](const std::string& word) {
    return std::vector<std::string>{test::bin_dir() + "/holdfast",
                                    "migrate",
                                    word,
                                    "--store",
                                    shop.url(),
                                    "--tables",
                                    dir / "tables.toml",
                                    "--endpoint",
                                    "http://" + daemon.http()};
  };
  std::mt19937 random(5);
  int killed = 0;
  for (int i = 0; i < 10; ++i) {
    e2e::Process run(command("run"), dir / "run.log");
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution<int>(20, 180)(random)));
    if (!run.exit_code()) ++killed;
    run.signal(SIGKILL);
  }
  const auto last = e2e::run(command("run"), 60s);
  EXPECT_EQ(last.code, 0) << last.printed;
  EXPECT_EQ(last.printed, "products      4 000\nstock         68 000\nreservations  4 000\n");
  const auto followed =
      e2e::run({test::bin_dir() + "/holdfast", "follow", "--store", shop.url(), "--tables",
                dir / "tables.toml", "--endpoint", "http://" + daemon.http(), "--until-idle"},
               60s);
  EXPECT_EQ(followed.code, 0) << followed.printed;
  const auto verified = e2e::run(command("verify"), 60s);
  EXPECT_EQ(verified.code, 0) << verified.printed;
  EXPECT_EQ(daemon.shop().get("/v1/audit").at("ok"), "true");
  std::printf("%d of 10 killed\n", killed);
}

}  // namespace
}  // namespace holdfast::store
