// "Metrics": every name of the contract, in text that Prometheus reads.
#include <map>
#include <set>
#include <sstream>

#include "support/ephemeral_daemon.h"
#include "support/one_daemon.h"

namespace holdfast::e2e {
namespace {

// What a page says, read as strictly as the exposition format 0.0.4 is written.
struct Page {
  struct Family {
    std::string type;
    std::string help;
    int samples = 0;
  };
  std::map<std::string, Family> families;
  std::map<std::string, double> samples;  // by name and labels
  std::vector<std::string> faults;

  explicit Page(const std::string& text) {
    if (!text.ends_with('\n')) faults.emplace_back("the last line does not end");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# HELP "))
        help(line.substr(7));
      else if (line.starts_with("# TYPE "))
        type(line.substr(7));
      else
        sample(line);
    }
  }

  [[nodiscard]] double value(const std::string& sample_name) const {
    const auto found = samples.find(sample_name);
    return found == samples.end() ? -1 : found->second;
  }

 private:
  void fault(const std::string& what, const std::string& line) { faults.push_back(what + ": " + line); }

  void help(const std::string& line) {
    const auto space = line.find(' ');
    open_ = line.substr(0, space);
    if (space == std::string::npos || space + 1 == line.size()) return fault("no help", line);
    if (!families.emplace(open_, Family{"", line.substr(space + 1)}).second) fault("a family twice", line);
  }
  void type(const std::string& line) {
    const auto space = line.find(' ');
    if (line.substr(0, space) != open_) return fault("a type away from its help", line);
    families[open_].type = line.substr(space + 1);
    if (!std::set<std::string>{"counter", "gauge", "histogram"}.contains(families[open_].type))
      fault("no such type", line);
  }
  void sample(const std::string& line) {
    const auto brace = line.find('{');
    const auto space = line.rfind(' ');
    const std::string name = line.substr(0, std::min(brace, space));
    std::string family = name;
    for (const char* suffix : {"_bucket", "_sum", "_count"})
      if (families[open_].type == "histogram" && name.ends_with(suffix))
        family = name.substr(0, name.size() - std::string(suffix).size());
    if (family != open_) return fault("a sample outside of its family", line);
    if (name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos) fault("a name", line);
    std::size_t read = 0;
    const std::string number = line.substr(space + 1);
    const double value = number == "+Inf" ? HUGE_VAL : std::stod(number, &read);
    if (number != "+Inf" && read != number.size()) fault("a value", line);
    if (!samples.emplace(line.substr(0, space), value).second) fault("a sample twice", line);
    ++families[open_].samples;
  }

  std::string open_;
};

class Metrics : public OnEphemeral<Metrics> {
 protected:
  Page page() {
    const Reply reply = shop().get("/metrics");
    EXPECT_EQ(reply.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    return Page(reply.text);
  }
};

TEST_F(Metrics, every_name_is_there_with_its_type_and_help) {
  const std::map<std::string, std::string> types = {
      {"holdfast_reservations_total", "counter"},
      {"holdfast_refusals_total", "counter"},
      {"holdfast_reserve_duration_seconds", "histogram"},
      {"holdfast_rights_units", "gauge"},
      {"holdfast_reserved_units", "gauge"},
      {"holdfast_transfers_total", "counter"},
      {"holdfast_transferred_units_total", "counter"},
      {"holdfast_pending_reservations", "gauge"},
      {"holdfast_expiry_lag_seconds", "gauge"},
      {"holdfast_peer_up", "gauge"},
      {"holdfast_peer_last_heard_seconds", "gauge"},
      {"holdfast_fsync_duration_seconds", "histogram"},
      {"holdfast_journal_bytes", "gauge"},
      {"holdfast_batch_records", "gauge"},
      {"holdfast_gossip_bytes_total", "counter"},
      {"holdfast_audit_mismatches", "gauge"},
      {"holdfast_build_info", "gauge"},
  };
  const Page metrics = page();
  for (const auto& [name, type] : types) {
    const auto found = metrics.families.find(name);
    ASSERT_NE(found, metrics.families.end()) << name;
    EXPECT_EQ(found->second.type, type) << name;
    EXPECT_FALSE(found->second.help.empty()) << name;
    EXPECT_EQ(found->second.samples == 0, name.starts_with("holdfast_peer_")) << name;
  }
}

TEST_F(Metrics, prometheus_can_read_the_text) {
  const Page metrics = page();
  EXPECT_TRUE(metrics.faults.empty()) << metrics.faults.front();
}

TEST_F(Metrics, no_label_is_a_sku) {
  const std::string sku = stocked(1);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 2).status, 409);
  const std::string text = shop().get("/metrics").text;
  EXPECT_EQ(text.find("sku="), std::string::npos);
  EXPECT_EQ(text.find(sku), std::string::npos);
}

TEST_F(Metrics, reservations_are_counted_by_result_alone_and_in_batches) {
  const Page before = page();
  const std::string sku = stocked(10);
  const std::string id = fresh("r");
  ASSERT_EQ(shop().reserve(id, sku, 4).status, 201);
  ASSERT_EQ(shop().reserve(id, sku, 4).status, 200);
  ASSERT_EQ(shop().reserve(fresh("r"), sku, 40).status, 409);
  const std::string lines = R"(","lines":[{"sku":")" + sku + R"(","quantity":)";
  ASSERT_EQ(shop()
                .post("/v1/batch", R"({"operations":[{"op":"reserve","id":")" + fresh("r") + lines +
                                       R"(1}]},{"op":"reserve","id":")" + fresh("r") + lines + R"(7}]}]})")
                .status,
            200);
  const Page after = page();
  const auto grown = [&](const std::string& name) { return after.value(name) - before.value(name); };
  EXPECT_EQ(grown(R"(holdfast_reservations_total{result="created"})"), 2);
  EXPECT_EQ(grown(R"(holdfast_reservations_total{result="replayed"})"), 1);
  EXPECT_EQ(grown(R"(holdfast_reservations_total{result="refused"})"), 2);
  EXPECT_EQ(grown(R"(holdfast_refusals_total{code="not_enough"})"), 1);
  EXPECT_EQ(grown(R"(holdfast_refusals_total{code="all_reserved"})"), 1);
  EXPECT_EQ(grown("holdfast_reserve_duration_seconds_count"), 5);
  EXPECT_EQ(grown("holdfast_pending_reservations"), 2);
  EXPECT_EQ(grown(R"(holdfast_rights_units{region="eu"})"), 10);
  EXPECT_EQ(grown(R"(holdfast_reserved_units{region="eu"})"), 5);
  EXPECT_GT(grown("holdfast_fsync_duration_seconds_count"), 0);
}

TEST_F(Metrics, refusals_are_counted_by_code_whoever_refuses) {
  const Page before = page();
  EXPECT_EQ(shop().get("/v1/nowhere").status, 404);
  EXPECT_EQ(shop().call({.method = "DELETE", .target = "/livez"}).status, 405);
  EXPECT_EQ(shop().send("PUT", "/v1/reservations/r", "{").status, 400);
  EXPECT_EQ(shop().send("PUT", "/v1/reservations/r", "{}").status, 422);
  EXPECT_EQ(
      shop().post("/v1/batch", R"({"operations":[{"op":"fly"},{"op":"release","id":"nobody"}]})").status,
      200);
  const Page after = page();
  for (const auto& [code, times] : std::map<std::string, int>{{"not_found", 1},
                                                              {"method_not_allowed", 1},
                                                              {"malformed_json", 1},
                                                              {"validation_failed", 2},
                                                              {"reservation_unknown", 1}}) {
    const std::string name = "holdfast_refusals_total{code=\"" + code + "\"}";
    EXPECT_EQ(after.value(name) - before.value(name), times) << code;
  }
}

TEST_F(Metrics, histograms_are_cumulative_and_end_with_all) {
  const std::string sku = stocked(100);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(shop().reserve(fresh("r"), sku, 1).status, 201);
  const Page metrics = page();
  for (const std::string name : {"holdfast_reserve_duration_seconds", "holdfast_fsync_duration_seconds"}) {
    std::map<double, double> buckets;
    for (const auto& [sample, value] : metrics.samples)
      if (sample.starts_with(name + "_bucket{le=\"") && !sample.ends_with("\"+Inf\"}"))
        buckets[std::stod(sample.substr(name.size() + 12))] = value;
    double below = 0;
    for (const auto& [le, value] : buckets) {
      EXPECT_GE(value, below) << name << le;
      below = value;
    }
    EXPECT_GE(metrics.value(name + "_bucket{le=\"+Inf\"}"), below);
    EXPECT_EQ(metrics.value(name + "_bucket{le=\"+Inf\"}"), metrics.value(name + "_count"));
    EXPECT_GT(metrics.value(name + "_sum"), 0);
  }
}

TEST(MetricsOfTwo, peers_and_transfers_are_counted_on_both_sides) {
  const TempDir dir;
  const auto port = free_port();
  DaemonProcess us(dir / "us", {.region = "us", .gossip_port = port, .peers = {{"eu", ""}}});
  DaemonProcess eu(dir / "eu", {.region = "eu", .peers = {{"us", "127.0.0.1:" + std::to_string(port)}}});
  ASSERT_TRUE(eu.start()) << eu.log();
  const auto page = [](const DaemonProcess& daemon) { return Page(daemon.shop().get("/metrics").text); };
  EXPECT_EQ(page(eu).value(R"(holdfast_peer_up{peer="us"})"), 0);
  EXPECT_EQ(page(eu).value(R"(holdfast_peer_last_heard_seconds{peer="us"})"), HUGE_VAL);
  ASSERT_TRUE(us.start()) << us.log();
  ASSERT_EQ(us.shop().adjust("cup", 1000).status, 201);
  ASSERT_TRUE(eventually([&] { return page(eu).value(R"(holdfast_rights_units{region="us"})") == 1000; }));
  EXPECT_EQ(page(eu).value(R"(holdfast_peer_up{peer="us"})"), 1);
  EXPECT_LT(page(eu).value(R"(holdfast_peer_last_heard_seconds{peer="us"})"), 1);
  ASSERT_EQ(eu.shop().reserve("a", "cup", 4, R"("wait_ms":5000)").status, 201);
  const auto total = [&](const DaemonProcess& daemon, const char* what, const char* direction) {
    double sum = 0;
    for (const auto& [sample, value] : page(daemon).samples)
      if (sample.starts_with(std::string("holdfast_") + what + "_total{direction=\"" + direction + '"'))
        sum += value;
    return sum;
  };
  EXPECT_GE(total(eu, "transferred_units", "received"), 4);
  EXPECT_TRUE(eventually(
      [&] { return total(eu, "transferred_units", "received") == total(us, "transferred_units", "sent"); }));
  EXPECT_GE(page(eu).value(R"(holdfast_transfers_total{direction="received",kind="urgent"})"), 1);
  ASSERT_EQ(us.shop().post("/v1/rights/moves", R"({"sku":"cup","to":"eu","quantity":1})", "m").status, 200);
  EXPECT_EQ(page(us).value(R"(holdfast_transfers_total{direction="sent",kind="by_hand"})"), 1);
  EXPECT_EQ(page(us).value(R"(holdfast_transferred_units_total{direction="sent",kind="by_hand"})"), 1);
  EXPECT_TRUE(page(eu).faults.empty()) << page(eu).faults.front();
}

}  // namespace
}  // namespace holdfast::e2e
