// Where the system gives too little: descriptors, memory, room in a file.
#include <sys/resource.h>

#include "support/one_daemon.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {
namespace {

class Resources : public OneDaemon {
 protected:
  void SetUp() override {}
  // As `ulimit` of a shell has it.
  void prepare(const std::string& limit) {
    daemon_.emplace(dir_ / "eu", DaemonConfig());
    daemon().run_under({"/bin/sh", "-c", "ulimit " + limit + " && exec \"$@\"", "sh"});
  }
  void import_cups(int how_many) {
    std::string stock = "sku,quantity\n";
    for (int cup = 0; cup < how_many; ++cup)
      stock += "a-cup-with-a-long-name-" + std::to_string(cup) + ",10\n";
    Call import{.method = "POST", .target = "/v1/stock-imports", .body = std::move(stock)};
    import.headers = {{"Content-Type", "text/csv"}, { "Idempotency-Key", "stock" }};
    std::ignore = daemon().shop().call(import);
  }
};

TEST_F(Resources, as_many_descriptors_are_taken_as_the_system_gives) {
  prepare("-S -n 70");
  ASSERT_TRUE(daemon().start()) << daemon().log();
  rlimit limit{};
  ASSERT_EQ(::prlimit(daemon().pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, limit.rlim_max);
}

TEST_F(Resources, with_far_too_few_descriptors_it_does_not_start_and_says_so) {
  prepare("-n 12");
  daemon().launch();
  EXPECT_EQ(daemon().exit_code(), 1);
  EXPECT_TRUE(daemon().log().contains("holdfastd: it may have 12 files and connections open"))
      << daemon().log();
}

TEST_F(Resources, shoppers_who_find_no_descriptor_are_told_of_once) {
  prepare("-n 70");
  ASSERT_TRUE(daemon().start()) << daemon().log();
  std::vector<std::unique_ptr<RawConnection>> idle;
  for (int i = 0; i < 80; ++i) idle.push_back(std::make_unique<RawConnection>(daemon().http()));
  const std::string line = "shops: cannot be accepted: Too many open files";
  EXPECT_TRUE(daemon().logged(line)) << daemon().log();
  std::this_thread::sleep_for(1s);
  const std::string log = daemon().log();
  EXPECT_EQ(log.find(line), log.rfind(line)) << log;
  idle.clear();
  EXPECT_TRUE(eventually([&] { return daemon().shop().get("/readyz").status == 200; }));
}

TEST_F(Resources, a_ledger_that_may_not_grow_ends_it_with_5_and_not_by_a_signal) {
  prepare("-f 4000");
  ASSERT_TRUE(daemon().start({"--set", "disk.reserve_mb=1"})) << daemon().log();
  import_cups(100'000);
  EXPECT_EQ(daemon().exit_code(), 5) << daemon().log();
}

#ifndef __SANITIZE_ADDRESS__  // which takes all there is for itself
TEST_F(Resources, without_memory_it_ends_with_1_and_says_so) {
  prepare("-v 100000");
  daemon().launch();
  if (daemon().serves(5s)) import_cups(300'000);
  EXPECT_EQ(daemon().exit_code(), 1) << daemon().log();
  EXPECT_TRUE(daemon().log().contains("there is no memory left")) << daemon().log();
}
#endif

}  // namespace
}  // namespace holdfast::e2e
