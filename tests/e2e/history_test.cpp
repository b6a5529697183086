// What grows old in a daemon that lives on: history goes, and what it meant stays in the sums; ids and keys
// are forgotten.
#include <chrono>

#include "support/one_daemon.h"
#include "support/paths.h"

namespace holdfast::e2e {
namespace {

class OldHistory : public OneDaemon {
 protected:
  // It is stopped, and started again on a machine that has run for so much longer.
  void let_pass(std::chrono::hours time) {
    ASSERT_EQ(daemon().stop(), 0);
    daemon().run_under({"/usr/bin/env", "LD_PRELOAD=" + test::bin_dir() + "/later_clock.so",
                        "LATER_BY_S=" + std::to_string(std::chrono::seconds(time).count())});
    restart();
  }
  // Enough for a checkpoint, which is what lets recovery do without the history before it.
  void import_much() {
    std::string lines = "sku,quantity\n";
    for (int i = 0; i < 200'000; ++i)
      lines += "a-shelf-with-a-name-as-long-as-a-name-may-be-on-it-" + std::to_string(100'000 + i) + ",1\n";
    Call call{.method = "POST", .target = "/v1/stock-imports", .body = std::move(lines)};
    call.headers = {{"Content-Type", "text/csv"}, {"Idempotency-Key", "much-" + std::to_string(++imports_)}};
    ASSERT_EQ(shop().call(call).status, 200);
  }
  std::int64_t journal_bytes() { return shop().get("/v1/status").number("journal.bytes"); }
  void expect_clean_audit() {
    const Reply audit = shop().get("/v1/audit");
    EXPECT_EQ(audit.at("ok"), "true") << audit.text;
    EXPECT_EQ(audit.number("oversold_units"), 0);
  }
  int imports_ = 0;
};

TEST_F(OldHistory, is_deleted_and_the_books_still_close) {
  ASSERT_EQ(shop().adjust("cup", 1000).status, 201);
  for (int i = 0; i < 200; ++i) {
    const std::string id = "old-" + std::to_string(i);
    ASSERT_EQ(shop().reserve(id, "cup", 2).status, 201);
    ASSERT_EQ(i % 2 == 0 ? shop().purchase(id).status : shop().release(id).status, 200);
  }
  import_much();
  EXPECT_EQ(shop().state_of("old-0"), "purchased");

  ASSERT_NO_FATAL_FAILURE(let_pass(std::chrono::days(100)));
  const std::int64_t old_history = journal_bytes();
  ASSERT_GT(old_history, 1'000'000);
  import_much();
  int made = 0;
  const auto sell_one = [&] {
    EXPECT_EQ(shop().reserve("new-" + std::to_string(++made), "cup", 1).status, 201);
  };
  // The old may have gone before anybody saw both.
  EXPECT_TRUE(eventually([&] { return sell_one(), journal_bytes() != old_history; }, 30s));
  EXPECT_TRUE(eventually([&] { return sell_one(), journal_bytes() < old_history; }, 30s));
  expect_clean_audit();
  EXPECT_EQ(shop().get("/v1/reservations/old-0").code(), "reservation_unknown");
  const Reply cup = shop().sku("cup");
  EXPECT_EQ(cup.number("purchased_here"), 200) << cup.text;
  EXPECT_EQ(cup.number("available_here"), 800 - made) << cup.text;

  daemon().kill();
  restart();
  EXPECT_LT(journal_bytes(), old_history);
  expect_clean_audit();
  EXPECT_EQ(shop().sku("cup").number("purchased_here"), 200);
}

TEST_F(OldHistory, ids_and_keys_are_remembered_for_a_day_after_the_end) {
  ASSERT_EQ(shop().adjust("cup", 10, "in").status, 201);
  ASSERT_EQ(shop().reserve("r", "cup", 1).status, 201);
  ASSERT_EQ(shop().release("r").status, 200);

  ASSERT_NO_FATAL_FAILURE(let_pass(std::chrono::hours(23)));
  EXPECT_EQ(shop().reserve("r", "cup", 1).code(), "already_released");
  EXPECT_EQ(shop().adjust("cup", 10, "in").header("Idempotent-Replayed"), "true");

  ASSERT_NO_FATAL_FAILURE(let_pass(std::chrono::hours(25)));
  ASSERT_EQ(shop().reserve("another", "cup", 1).status, 201);
  ASSERT_EQ(shop().purchase("another").status, 200);  // whatever ends takes the place of what is too old
  EXPECT_EQ(shop().reserve("r", "cup", 1).status, 201);
  EXPECT_EQ(shop().adjust("cup", 10, "in").header("Idempotent-Replayed"), "");
  EXPECT_EQ(shop().sku("cup").number("available_here"), 18);
}

}  // namespace
}  // namespace holdfast::e2e
