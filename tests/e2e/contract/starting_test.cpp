// Starting, stopping, and what a daemon refuses to start on.
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

namespace fs = std::filesystem;

class Start : public OneDaemon {
 protected:
  Ran run_on(const std::string& toml_text) {
    write_file(dir_ / "other.toml", toml_text);
    return run({holdfastd(), "run", "--config", (dir_ / "other.toml").string()});
  }
  std::string config_for(const std::string& region, const std::string& cluster) {
    DaemonConfig config{.cluster = cluster, .region = region};
    std::string text = toml(config);
    return text.replace(text.find("\"data\""), 6, '"' + daemon().data_dir().string() + '"');
  }
  void expect_fenced() {
    EXPECT_EQ(shop().reserve("after", "cup", 1).code(), "fenced");
    EXPECT_EQ(shop().get("/readyz").code(), "fenced");
    EXPECT_EQ(shop().get("/livez").status, 200);
    EXPECT_EQ(shop().sku("cup").status, 200);
    EXPECT_TRUE(daemon().logged("fenced: "));
  }
  // A fenced daemon is never ready.
  void launch_fenced(const std::vector<std::string>& arguments = {}) {
    daemon().launch(arguments);
    ASSERT_TRUE(eventually([&] { return !daemon().http().empty(); })) << daemon().log();
    shop_.emplace(daemon().shop());
  }
};

TEST_F(Start, a_stop_is_clean_and_nothing_is_lost) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  EXPECT_EQ(daemon().stop(), 0);
  restart();
  EXPECT_EQ(shop().sku("cup").number("available_here"), 10);
}

TEST_F(Start, the_wrong_words_and_values_leave_with_2) {
  EXPECT_EQ(run({holdfastd()}).code, 2);
  EXPECT_EQ(run({holdfastd(), "run"}).code, 2);
  EXPECT_EQ(run({holdfastd(), "run", "--config", (dir_ / "none.toml").string()}).code, 2);
  const Ran ran = run_on("cluster = \"c\"\nregion = \"eu\"\n[http]\nlisen = \"127.0.0.1:0\"\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.printed.find("other.toml:4: http.lisen: "), std::string::npos) << ran.printed;
  EXPECT_NE(ran.printed.find("did you mean http.listen"), std::string::npos) << ran.printed;
}

TEST_F(Start, an_address_in_use_leaves_with_3) {
  DaemonConfig config{.region = "us"};
  std::string text = toml(config);
  text.replace(text.find("127.0.0.1:0"), 11, daemon().http());
  EXPECT_EQ(run_on(text).code, 3);
}

TEST_F(Start, a_directory_in_use_or_of_another_region_or_cluster_leaves_with_4) {
  EXPECT_EQ(run_on(config_for("eu", "test")).code, 4);
  EXPECT_EQ(shop().get("/readyz").status, 200);
  EXPECT_EQ(daemon().stop(), 0);
  EXPECT_EQ(run_on(config_for("us", "test")).code, 4);
  EXPECT_EQ(run_on(config_for("eu", "else")).code, 4);
  restart();
}

TEST_F(Start, init_writes_what_validate_and_run_accept) {
  const std::string file = (dir_ / "fresh.toml").string();
  const Ran written = run({holdfastd(), "init", file});
  EXPECT_EQ(written.code, 0);
  EXPECT_NE(written.printed.find("holdfastd run --config " + file), std::string::npos) << written.printed;
  EXPECT_EQ(run({holdfastd(), "validate", file}).code, 0);
  EXPECT_EQ(run({holdfastd(), "init", file}).code, 2);
  Process process({holdfastd(), "run", "--config", file, "--set", "http.listen=127.0.0.1:0", "--set",
                   "gossip.listen=127.0.0.1:0", "--data-dir", (dir_ / "fresh").string()},
                  dir_ / "fresh.log");
  EXPECT_TRUE(eventually([&] { return fs::exists(dir_ / "fresh" / "addresses.json"); })) << process.log();
  process.signal(SIGINT);
  EXPECT_EQ(process.exit_code(10s), 0);
}

TEST_F(Start, an_ephemeral_one_prints_its_addresses) {
  Process process({holdfastd(), "run", "--ephemeral", "--region", "eu"}, dir_ / "ephemeral.log");
  ASSERT_TRUE(eventually([&] { return process.log().find("\"http\":\"") != std::string::npos; }));
  const std::string log = process.log();
  const auto from = log.find("\"http\":\"") + 8;
  Shop ephemeral(log.substr(from, log.find('"', from) - from));
  EXPECT_TRUE(eventually([&] { return ephemeral.get("/readyz").status == 200; }));
  EXPECT_EQ(ephemeral.adjust("cup", 3).status, 201);
  EXPECT_EQ(ephemeral.reserve("a", "cup", 3).status, 201);
  process.signal(SIGTERM);
  EXPECT_EQ(process.exit_code(10s), 0);
}

TEST_F(Start, an_older_copy_put_back_is_fenced) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  EXPECT_EQ(daemon().stop(), 0);
  fs::copy(daemon().data_dir(), dir_ / "backup", fs::copy_options::recursive);
  restart();
  ASSERT_EQ(shop().reserve("a", "cup", 10).status, 201);
  EXPECT_EQ(daemon().stop(), 0);
  fs::remove_all(daemon().data_dir());
  fs::copy(dir_ / "backup", daemon().data_dir(), fs::copy_options::recursive);
  launch_fenced();
  expect_fenced();
}

TEST_F(Start, a_moved_directory_is_fenced_until_a_person_says_so) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  EXPECT_EQ(daemon().stop(), 0);
  const fs::path before = daemon().data_dir();
  DaemonProcess moved(dir_ / "elsewhere", daemon().config());
  fs::rename(before, moved.data_dir());
  moved.launch();
  ASSERT_TRUE(eventually([&] { return !moved.http().empty(); })) << moved.log();
  EXPECT_EQ(moved.shop().reserve("a", "cup", 1).code(), "fenced");
  EXPECT_EQ(moved.stop(), 0);
  ASSERT_TRUE(moved.start({"--moved"})) << moved.log();
  EXPECT_EQ(moved.shop().reserve("a", "cup", 1).status, 201);
}

}  // namespace
}  // namespace holdfast::e2e
