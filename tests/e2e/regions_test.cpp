// Three regions as processes: what one has is bought in another, whatever happens between them.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/cluster.h"

namespace holdfast::e2e {
namespace {

namespace fs = std::filesystem;

TEST(Regions, stock_of_one_is_first_refused_in_another_and_then_served) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  Shop us = cluster.shop("us");
  ASSERT_EQ(cluster.shop("eu").adjust("cup", 10).status, 201);
  ASSERT_TRUE(eventually([&] { return us.sku("cup").status == 200; }));
  Reply reply;
  EXPECT_TRUE(eventually([&] {
    reply = us.reserve("b", "cup", 4);
    return reply.code() != "insufficient_here";
  }));
  EXPECT_EQ(reply.status, 201) << reply.text;
  EXPECT_TRUE(cluster.converged());
}

TEST(Regions, stock_of_one_is_bought_in_the_others_by_who_waits) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  Shop eu = cluster.shop("eu");
  Shop ap = cluster.shop("ap");
  ASSERT_EQ(eu.adjust("cup", 10).status, 201);
  ASSERT_TRUE(eventually([&] { return ap.sku("cup").status == 200; }));
  const auto began = std::chrono::steady_clock::now();
  const Reply served = ap.reserve("a", "cup", 6, R"("wait_ms":5000)");
  EXPECT_EQ(served.status, 201) << served.text;
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  const Reply other = cluster.shop("us").reserve("b", "cup", 4, R"("wait_ms":5000)");
  EXPECT_EQ(other.status, 201) << other.text;
  Reply gone;
  EXPECT_TRUE(eventually([&] { return (gone = eu.reserve("c", "cup", 1)).code() == "all_reserved"; }))
      << gone.text;
  EXPECT_TRUE(cluster.converged());
}

TEST(Regions, who_is_between_passes_on_what_the_others_need) {
  Cluster cluster(Wires::direct, Shape::chain);
  ASSERT_TRUE(cluster.start());
  Shop eu = cluster.shop("eu");
  Shop ap = cluster.shop("ap");
  ASSERT_EQ(ap.adjust("pot", 1).status, 201);
  ASSERT_EQ(eu.adjust("cup", 10).status, 201);
  ASSERT_TRUE(eventually([&] { return ap.sku("cup").status == 200 && eu.sku("pot").status == 200; }));
  const Reply served = ap.reserve("a", "cup", 7, R"("wait_ms":8000)");
  EXPECT_EQ(served.status, 201) << served.text;
  EXPECT_TRUE(cluster.converged());
}

TEST(Regions, the_last_unit_is_bought_in_any_of_them) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  for (const std::string& has : Cluster::regions())
    for (const std::string& wants : Cluster::regions()) {
      const std::string sku = has + "-" + wants;
      ASSERT_EQ(cluster.shop(has).adjust(sku, 1).status, 201);
      Shop shop = cluster.shop(wants);
      ASSERT_TRUE(eventually([&] { return shop.sku(sku).status == 200; })) << sku;
      const Reply got = shop.reserve(sku, sku, 1, R"("wait_ms":8000)");
      EXPECT_EQ(got.status, 201) << sku << ": " << got.text;
      EXPECT_EQ(shop.purchase(sku).status, 200);
    }
  EXPECT_TRUE(cluster.converged());
  for (const std::string& region : Cluster::regions())
    for (const char* sku : {"eu-us", "us-ap", "ap-ap"})
      EXPECT_EQ(cluster.shop(region).reserve("x", sku, 1).code(), "sold_out");
}

TEST(Regions, rights_are_moved_by_hand) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  Shop eu = cluster.shop("eu");
  ASSERT_EQ(eu.adjust("cup", 10).status, 201);
  const std::string body = R"({"sku":"cup","to":"us","quantity":4})";
  const Reply moved = eu.post("/v1/rights/moves", body, "m-1");
  EXPECT_EQ(moved.status, 200) << moved.text;
  EXPECT_EQ(eu.post("/v1/rights/moves", body, "m-1").header("Idempotent-Replayed"), "true");
  EXPECT_EQ(eu.post("/v1/rights/moves", R"({"sku":"cup","to":"us","quantity":99})", "m-2").status, 409);
  EXPECT_TRUE(eventually([&] { return cluster.shop("us").sku("cup").number("available_here") >= 4; }));
}

TEST(Regions, one_that_is_cut_off_goes_on_selling_and_nobody_calls_it_sold_out) {
  Cluster cluster(Wires::through_proxy);
  ASSERT_TRUE(cluster.start());
  ASSERT_EQ(cluster.shop("ap").adjust("cup", 10).status, 201);
  Shop eu = cluster.shop("eu");
  Shop ap = cluster.shop("ap");
  ASSERT_TRUE(eventually([&] { return eu.sku("cup").status == 200; }));
  ASSERT_TRUE(cluster.converged());
  cluster.cut("ap");
  ASSERT_TRUE(
      eventually([&] { return eu.get("/v1/status").text.find("region_cut_off:ap") != std::string::npos; }));
  EXPECT_EQ(eu.get("/readyz").status, 200);
  EXPECT_EQ(eu.reserve("e", "cup", 11).code(), "rights_unreachable");
  EXPECT_EQ(eu.sku("cup").at("sold_out_everywhere"), "false");
  const auto sold = ap.sku("cup").number("available_here");
  EXPECT_EQ(ap.reserve("a", "cup", sold).status, 201);
  EXPECT_EQ(ap.purchase("a").status, 200);
  EXPECT_EQ(eu.reserve("e", "cup", 11).code(), "rights_unreachable");
  cluster.heal();
  EXPECT_TRUE(cluster.all_up());
  EXPECT_TRUE(cluster.converged());
  Reply said;
  EXPECT_TRUE(eventually([&] { return (said = eu.reserve("e", "cup", 11)).status == 409; })) << said.text;
}

// A daemon beside the cluster that dials eu.
std::unique_ptr<DaemonProcess> stranger(const TempDir& dir, Cluster& cluster, const std::string& cluster_name,
                                        const std::string& region) {
  DaemonConfig config{.cluster = cluster_name, .region = region, .peers = {{"eu", cluster["eu"].gossip()}}};
  auto daemon = std::make_unique<DaemonProcess>(dir / "stranger", config);
  EXPECT_TRUE(daemon->start()) << daemon->log();
  return daemon;
}

TEST(Regions, another_cluster_is_refused_and_the_log_says_so) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  const TempDir dir;
  const auto other = stranger(dir, cluster, "else", "us");
  EXPECT_TRUE(cluster["eu"].logged("it belongs to cluster else, and this daemon to test"))
      << cluster["eu"].log();
  EXPECT_TRUE(other->logged("cluster test")) << other->log();
  EXPECT_TRUE(cluster.all_up());
  EXPECT_EQ(other->shop().get("/readyz").status, 200);
}

TEST(Regions, a_name_that_nobody_configured_is_refused) {
  Cluster cluster;
  ASSERT_TRUE(cluster.start());
  const TempDir dir;
  const auto other = stranger(dir, cluster, "test", "mars");
  EXPECT_TRUE(cluster["eu"].logged("region mars is not among this daemon's peers")) << cluster["eu"].log();
  EXPECT_TRUE(cluster.all_up());
}

TEST(Regions, a_second_daemon_of_the_same_name_is_refused) {
  const TempDir dir;
  DaemonProcess first(dir / "first", {.region = "eu", .peers = {{"us", ""}}});
  ASSERT_TRUE(first.start()) << first.log();
  DaemonProcess second(dir / "second", {.region = "eu", .peers = {{"us", first.gossip()}}});
  ASSERT_TRUE(second.start()) << second.log();
  EXPECT_TRUE(first.logged("two daemons have one region's name")) << first.log();
  EXPECT_EQ(first.shop().get("/readyz").status, 200);
}

TEST(Regions, a_cloned_disk_that_is_started_too_is_noticed_and_fenced) {
  const TempDir dir;
  const auto us_port = free_port();
  DaemonProcess us(dir / "us", {.region = "us", .gossip_port = us_port, .peers = {{"eu", ""}}});
  ASSERT_TRUE(us.start()) << us.log();
  const DaemonConfig config{.region = "eu", .peers = {{"us", "127.0.0.1:" + std::to_string(us_port)}}};
  DaemonProcess eu(dir / "eu", config);
  ASSERT_TRUE(eu.start()) << eu.log();
  ASSERT_EQ(eu.shop().adjust("cup", 10).status, 201);
  ASSERT_EQ(eu.stop(), 0);
  DaemonProcess clone(dir / "clone", config);
  fs::copy(eu.data_dir(), clone.data_dir(), fs::copy_options::recursive);
  // A person insists that it was moved, and starts both, each on a machine of its own.
  if (run({"/usr/bin/unshare", "--mount", "/bin/true"}).code != 0)
    GTEST_SKIP() << "only root can give it a /run of its own";
  clone.run_under({"/usr/bin/unshare", "--mount", "/bin/sh", "-c",
                   "mount -t tmpfs none /run/holdfast && exec \"$@\"", "sh"});
  ASSERT_TRUE(clone.start({"--moved"})) << clone.log();
  ASSERT_TRUE(clone.logged("region us is linked")) << clone.log();
  eu.launch();
  const auto fenced = [](DaemonProcess& daemon) {
    return !daemon.http().empty() && daemon.shop().get("/readyz").code() == "fenced";
  };
  EXPECT_TRUE(eventually([&] { return fenced(eu) || fenced(clone); })) << eu.log() << clone.log();
  DaemonProcess& ended = fenced(eu) ? eu : clone;
  EXPECT_TRUE(ended.logged("error   fenced: ")) << ended.log();
  EXPECT_EQ(us.shop().get("/readyz").status, 200);
}

}  // namespace
}  // namespace holdfast::e2e
