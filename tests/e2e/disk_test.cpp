// Disks that fail, hang, or are full, under a real daemon: strace lets its system calls fail, and a file
// system of a few megabytes is filled.
#include "support/load.h"
#include "support/one_daemon.h"
#include "support/tiny_disk.h"
#include "support/tracer.h"

namespace holdfast::e2e {
namespace {

constexpr std::int64_t stock = 1'000'000;

class Disk : public OneDaemon {
 protected:
  void SetUp() override {
    OneDaemon::SetUp();
    if (HasFatalFailure()) return;
    ASSERT_EQ(shop().adjust("cup", stock, "in").status, 201);
    Tracer tracer(daemon().pid(), "fdatasync:delay_enter=1");
    if (!tracer.attached()) GTEST_SKIP() << "processes may not be traced here: " << tracer.said();
  }

  // Shoppers buy until the daemon is gone; its exit code.
  std::optional<int> buy_until_it_ends(const std::string& inject) {
    Load load("t" + std::to_string(++round_), "cup", [&] { return daemon().http(); });
    Tracer tracer(daemon().pid(), inject);
    EXPECT_TRUE(tracer.attached()) << tracer.said();
    load.start(2);
    const auto code = daemon().exit_code(15s);
    load.stop();
    tracer.end();
    told_.insert(load.told().begin(), load.told().end());
    return code;
  }

  // Every word that was given stands, and the sums are the shoppers'.
  void expect_kept() {
    std::int64_t least = 0;
    for (const auto& [id, told] : told_) {
      const std::string state = shop().state_of(id);
      EXPECT_TRUE(told != Told::reserved || state == "pending") << id << " is " << state;
      EXPECT_TRUE(told != Told::purchased || state == "purchased") << id << " is " << state;
      least += told == Told::reserved || told == Told::purchased;
    }
    const Reply cup = shop().sku("cup");
    const std::int64_t gone = cup.number("reserved_here") + cup.number("purchased_here");
    EXPECT_EQ(cup.number("available_here"), stock - gone);
    EXPECT_GE(gone, least);
    EXPECT_LE(gone, static_cast<std::int64_t>(told_.size()));
    const Reply audit = shop().get("/v1/audit");
    EXPECT_EQ(audit.at("ok"), "true") << audit.text;
  }

  int round_ = 0;
  std::map<std::string, Told> told_;
};

TEST_F(Disk, killed_at_each_of_the_first_syncs_and_writes_of_a_commit_it_loses_nothing) {
  for (const std::string call : {"fdatasync", "pwrite64"}) {
    for (int when = 1; when <= 20; ++when) {
      SCOPED_TRACE(call + " " + std::to_string(when));
      ASSERT_EQ(buy_until_it_ends(call + ":signal=KILL:when=" + std::to_string(when)), -SIGKILL);
      ASSERT_NO_FATAL_FAILURE(restart());
      expect_kept();
    }
  }
}

TEST_F(Disk, a_failed_sync_or_write_ends_it_with_5_and_loses_nothing) {
  for (const std::string fault : {"fdatasync:error=EIO:when=1", "fdatasync:error=EIO:when=3",
                                  "pwrite64:error=EIO:when=2", "fdatasync:error=ENOSPC:when=2"}) {
    SCOPED_TRACE(fault);
    ASSERT_EQ(buy_until_it_ends(fault), 5) << daemon().log();
    ASSERT_NO_FATAL_FAILURE(restart());
    expect_kept();
  }
}

// Its first record must be on disk before it says anything.
TEST_F(Disk, a_slow_one_is_waited_for_at_the_start) {
  ASSERT_EQ(daemon().stop(), 0);
  const std::string http = "127.0.0.1:" + std::to_string(free_port());
  DaemonProcess slow(dir_ / "slow", daemon().config());
  slow.run_under({"/usr/bin/strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e",
                  "inject=fdatasync:delay_enter=300000"});
  slow.launch({"--set", "http.listen=" + http});
  Shop early("http://" + http, 1s);
  std::set<std::string> said;
  EXPECT_TRUE(eventually(
      [&] {
        const Reply ready = early.get("/readyz");
        if (ready.status == 503) {
          said.insert(ready.code());
          EXPECT_EQ(early.get("/livez").status, 200);
          EXPECT_TRUE(early.get("/v1/skus/cup").code() == "starting" || early.get("/readyz").status == 200);
        }
        return ready.status == 200;
      },
      20s));
  EXPECT_EQ(said, std::set<std::string>{"starting"});
  EXPECT_EQ(slow.stop(), 0);
}

TEST_F(Disk, a_slow_one_sheds_new_baskets_at_the_door_and_still_sells_what_is_in_one) {
  for (int i = 0; i < 3; ++i) ASSERT_EQ(shop().reserve("early-" + std::to_string(i), "cup", 1).status, 201);
  Tracer tracer(daemon().pid(), "fdatasync:delay_enter=700000");
  ASSERT_TRUE(tracer.attached()) << tracer.said();
  Load load("slow", "cup", [&] { return daemon().http(); });
  load.start(4);
  Reply shed;
  int tried = 0;
  EXPECT_TRUE(eventually(
      [&] {
        shed = shop().reserve("late-" + std::to_string(++tried), "cup", 1);
        return shed.status != 201;
      },
      30s))
      << "one that is let in takes seconds";
  EXPECT_EQ(shed.code(), "overloaded") << shed.text;
  EXPECT_EQ(shed.status, 429);
  EXPECT_GE(std::atoi(shed.header("Retry-After").c_str()), 1);
  EXPECT_EQ(shop().purchase("early-1").status, 200);
  EXPECT_EQ(shop().get("/readyz").status, 200);
  load.stop();
  tracer.end();
  EXPECT_TRUE(eventually([&] { return shop().reserve("after", "cup", 1).status / 100 == 2; }));
  EXPECT_EQ(shop().state_of("early-1"), "purchased");
}

TEST_F(Disk, whoever_reads_the_log_or_the_metrics_is_told_when_nobody_was_served) {
  daemon().freeze();
  std::this_thread::sleep_for(600ms);
  daemon().thaw();
  EXPECT_TRUE(daemon().logged("the loop stood still for "));
  const std::string metrics = shop().get("/metrics").text;
  EXPECT_NE(metrics.find("\nholdfast_loop_stalls_total "), std::string::npos);
  EXPECT_EQ(metrics.find("\nholdfast_loop_stalls_total 0\n"), std::string::npos);
}

TEST_F(Disk, a_commit_that_takes_long_is_told_of) {
  Tracer tracer(daemon().pid(), "fdatasync:delay_enter=1200000:when=1");
  ASSERT_TRUE(tracer.attached()) << tracer.said();
  EXPECT_EQ(shop().reserve("slow", "cup", 1).status, 201);
  EXPECT_TRUE(daemon().logged("a commit took 1"));
}

// One that hangs: the record exists, and so nothing else may be said than that it may have happened.
TEST_F(Disk, a_hung_one_leaves_the_outcome_unknown_and_a_repeat_finds_it) {
  Tracer tracer(daemon().pid(), "fdatasync:delay_enter=13000000:when=1");
  ASSERT_TRUE(tracer.attached()) << tracer.said();
  Shop patient(daemon().http(), 20s);
  const Reply unknown = patient.reserve("hung", "cup", 2);
  EXPECT_EQ(unknown.status, 504) << unknown.text;
  EXPECT_EQ(unknown.code(), "outcome_unknown");
  EXPECT_TRUE(eventually([&] { return patient.reserve("hung", "cup", 2).status == 200; }));
  tracer.end();
  EXPECT_EQ(patient.sku("cup").number("reserved_here"), 2);
}

using DataDirectory = OneDaemon;

TEST_F(DataDirectory, that_is_replaced_by_a_copy_under_a_daemon_that_sells_ends_it_with_5) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  const auto data = daemon().data_dir();
  std::filesystem::copy(data, dir_ / "backup", std::filesystem::copy_options::recursive);
  std::filesystem::rename(data, dir_ / "was");
  std::filesystem::rename(dir_ / "backup", data);
  EXPECT_EQ(daemon().exit_code(5s), 5) << daemon().log();
  EXPECT_TRUE(daemon().logged("moved, removed or replaced under it")) << daemon().log();
  std::filesystem::remove_all(data);
  std::filesystem::rename(dir_ / "was", data);
  restart();
  EXPECT_EQ(shop().sku("cup").number("available_here"), 10);
}

class FullDisk : public OneDaemon {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(dir_ / "eu");
    disk_.emplace(dir_ / "eu", 24);
    if (!disk_->mounted()) GTEST_SKIP() << "only root can mount the small file system that this test fills";
    begin({});
  }
  void TearDown() override { daemon_.reset(); }

  // How many baskets there are then.
  int sell_until_full() {
    disk_->fill(200'000);
    int tried = 0;
    EXPECT_TRUE(eventually(
        [&] {
          last_ = shop().reserve("basket-" + std::to_string(++tried), "cup", 1);
          return last_.status != 201;
        },
        30s));
    return tried - 1;
  }

  std::optional<test::TinyDisk> disk_;
  Reply last_;
};

TEST_F(FullDisk, is_refused_reads_go_on_and_it_resumes_by_itself) {
  ASSERT_EQ(shop().adjust("cup", 1'000'000).status, 201);
  ASSERT_EQ(shop().reserve("early", "cup", 1).status, 201);
  const int sold = sell_until_full();
  EXPECT_EQ(last_.status, 503) << last_.text;
  EXPECT_EQ(last_.code(), "disk_full");
  EXPECT_GE(std::atoi(last_.header("Retry-After").c_str()), 1);
  EXPECT_EQ(shop().get("/readyz").code(), "disk_full");
  EXPECT_EQ(shop().get("/livez").status, 200);
  EXPECT_EQ(shop().sku("cup").number("reserved_here"), sold + 1);
  EXPECT_EQ(shop().state_of("basket-1"), "pending");
  EXPECT_EQ(shop().purchase("early").code(), "disk_full");
  disk_->free_all();
  EXPECT_TRUE(eventually([&] { return shop().get("/readyz").status == 200; }));
  EXPECT_EQ(shop().purchase("early").status, 200);
  EXPECT_EQ(daemon().stop(), 0);
  restart();
  EXPECT_EQ(shop().sku("cup").number("reserved_here"), sold);
  EXPECT_EQ(shop().get("/v1/audit").at("ok"), "true");
}

TEST_F(FullDisk, restarted_on_one_it_reads_and_refuses_as_before) {
  ASSERT_EQ(shop().adjust("cup", 1'000'000).status, 201);
  const int sold = sell_until_full();
  daemon().kill();
  daemon().launch();
  ASSERT_TRUE(eventually([&] { return !daemon().http().empty(); })) << daemon().log();
  shop_.emplace(daemon().shop());
  EXPECT_TRUE(eventually([&] { return shop().get("/readyz").code() == "disk_full"; })) << daemon().log();
  EXPECT_EQ(shop().sku("cup").number("reserved_here"), sold);
  EXPECT_EQ(shop().reserve("after", "cup", 1).code(), "disk_full");
  disk_->free_all();
  EXPECT_TRUE(eventually([&] { return shop().get("/readyz").status == 200; }));
  EXPECT_EQ(shop().reserve("after", "cup", 1).status, 201);
}

// Its one record would fail the ledger, and with it the daemon.
TEST_F(FullDisk, an_import_that_it_has_no_room_for_is_refused_and_all_else_goes_on) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  ASSERT_TRUE(eventually([&] { return shop().get("/v1/status").number("disk_free_bytes") > 0; }));
  std::string lines = "sku,quantity\n";
  const auto count = shop().get("/v1/status").number("disk_free_bytes") / 100;
  for (std::int64_t i = 0; i < count; ++i) lines += std::to_string(i) + ",1\n";
  Call call{.method = "POST", .target = "/v1/stock-imports", .body = std::move(lines)};
  call.headers = {{"Content-Type", "text/csv"}, {"Idempotency-Key", "large"}};
  EXPECT_EQ(shop().call(call).code(), "disk_full");
  EXPECT_EQ(shop().get("/readyz").status, 200);
  EXPECT_EQ(shop().reserve("basket", "cup", 1).status, 201);
}

// Not even the record of its start finds space.
TEST_F(FullDisk, without_one_free_byte_it_does_not_start_and_loses_nothing) {
  ASSERT_EQ(shop().adjust("cup", 1'000'000).status, 201);
  const int sold = sell_until_full();
  daemon().kill();
  disk_->fill(0);
  daemon().launch();
  EXPECT_EQ(daemon().exit_code(), 5);
  EXPECT_NE(daemon().log().find("disk is full"), std::string::npos) << daemon().log();
  disk_->free_all();
  restart();
  EXPECT_EQ(shop().sku("cup").number("reserved_here"), sold);
}

}  // namespace
}  // namespace holdfast::e2e
