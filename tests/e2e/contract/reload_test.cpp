// Reading the configuration again, while shoppers are served: what takes effect at once, and what does not.
#include <fstream>

#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

class Reload : public OneDaemon {
 protected:
  void SetUp() override {
    begin({});
    before_ = read_file(daemon().config_file());
  }
  Reply reload_with(const std::string& more) {
    write_file(daemon().config_file(), before_ + more);
    return shop().post("/v1/config/reload");
  }
  std::string in_effect(const std::string& key) {
    const Reply config = shop().get("/v1/config");
    for (int i = 0; config.at("values." + std::to_string(i)) != "(none)"; ++i)
      if (config.at("values." + std::to_string(i) + ".key") == key)
        return config.at("values." + std::to_string(i) + ".value");
    return "(none)";
  }
  std::string before_;
};

TEST_F(Reload, says_of_each_new_value_whether_it_is_in_effect_or_needs_a_restart) {
  const Reply reply = reload_with("[log]\nlevel = \"debug\"\n[native]\nlisten = \"127.0.0.1:0\"\n");
  ASSERT_EQ(reply.status, 200) << reply.text;
  EXPECT_EQ(reply.at("changes.0.key"), "native.listen");
  EXPECT_EQ(reply.at("changes.0.applied"), "false");
  EXPECT_EQ(reply.at("changes.0.was"), "off");
  EXPECT_EQ(reply.at("changes.1.key"), "log.level");
  EXPECT_EQ(reply.at("changes.1.now"), "debug");
  EXPECT_EQ(reply.at("changes.1.applied"), "true");
  EXPECT_EQ(in_effect("log.level"), "debug");
  EXPECT_EQ(in_effect("native.listen"), "off");
  EXPECT_EQ(shop().post("/v1/config/reload").at("changes.1.key"), "(none)");  // what waits is said again
}

TEST_F(Reload, of_a_file_with_a_fault_changes_nothing_and_says_the_line) {
  const Reply reply = reload_with("[log]\nlevel = \"debug\"\nformat = \"loud\"\n");
  EXPECT_EQ(reply.code(), "validation_failed");
  const auto line = std::to_string(std::ranges::count(before_, '\n') + 3);
  EXPECT_NE(reply.at("errors.0.detail").find("holdfast.toml:" + line + ": log.format: "), std::string::npos)
      << reply.text;
  EXPECT_EQ(in_effect("log.level"), "info");
}

TEST_F(Reload, of_a_file_with_one_bracket_too_many_is_refused_and_the_daemon_goes_on_serving) {
  const Reply reply = reload_with("[[[rights.sku]]\n");
  EXPECT_EQ(reply.code(), "validation_failed");
  const auto line = std::to_string(std::ranges::count(before_, '\n') + 1);
  EXPECT_NE(reply.at("errors.0.detail").find("holdfast.toml:" + line + ": "), std::string::npos)
      << reply.text;
  EXPECT_EQ(shop().adjust("cup", 1).status, 201);
}

TEST_F(Reload, and_whoever_asks_what_is_in_effect_gets_json_whatever_a_folder_is_called) {
  const auto folder = dir_ / "a\t\"b\"";
  daemon_.emplace(folder, DaemonConfig());
  restart();
  EXPECT_EQ(in_effect("data_dir"), (folder / "data").string());
}

TEST_F(Reload, on_sighup_says_in_the_log_what_came_of_it_and_goes_on_serving) {
  write_file(daemon().config_file(), before_ + "[rights]\nmove = \"urgent\"\n[log]\nformat = \"json\"\n");
  daemon().signal(SIGHUP);
  EXPECT_TRUE(daemon().logged("reload: rights.move is now urgent (was auto)"));
  EXPECT_EQ(shop().adjust("cup", 1).status, 201);
  write_file(daemon().config_file(), before_ + "[rights]\nmove = \"no\"\n");
  daemon().signal(SIGHUP);
  EXPECT_TRUE(daemon().logged(R"("text":"reload: nothing was changed"})")) << daemon().log();
  EXPECT_EQ(in_effect("rights.move"), "urgent");
}

// The other region is not heard for longer than the old deadline allows: the new one is what counts.
TEST_F(Reload, a_new_cut_off_holds_for_regions_that_are_linked) {
  DaemonConfig us{.region = "us", .peers = {{"eu", ""}}};
  daemon().stop();
  begin({.peers = {{"us", ""}}});
  us.peers[0].address = daemon().gossip();
  DaemonProcess other(dir_ / "us", us);
  ASSERT_TRUE(other.start()) << other.log();
  const auto state = [&] { return shop().get("/v1/status").at("regions.1.state"); };
  ASSERT_TRUE(eventually([&] { return state() == "up"; }));
  std::string text = read_file(daemon().config_file());
  const std::string old = "cut_off_after_ms = 800";
  ASSERT_NE(text.find(old), std::string::npos) << text;
  write_file(daemon().config_file(), text.replace(text.find(old), old.size(), "cut_off_after_ms = 60000"));
  EXPECT_EQ(shop().post("/v1/config/reload").at("changes.0.applied"), "true");
  other.freeze();
  std::this_thread::sleep_for(2s);
  EXPECT_EQ(state(), "up");
  other.thaw();
}

}  // namespace
}  // namespace holdfast::e2e
