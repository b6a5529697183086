// Ten times as much as a daemon can do, on a disk that is held down: what it does then, and afterwards.
// HOLDFAST_FULL=1 offers it for 60 s.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <sstream>
#include <thread>

#include "client/fake_daemon.h"
#include "support/one_daemon.h"
#include "support/paths.h"

namespace holdfast::e2e {
namespace {

// What holdfast-load says, by name.
std::map<std::string, double> loaded(const std::vector<std::string>& words, milliseconds within) {
  const Ran ran = run(words, within);
  EXPECT_EQ(ran.code, 0) << ran.printed;
  std::map<std::string, double> said;
  std::istringstream lines(ran.printed);
  std::string name;
  for (double value = 0; lines >> name >> value;) said[name] = value;
  return said;
}

class Overload : public OneDaemon {
 protected:
  // So much longer each sync takes.
  explicit Overload(std::chrono::microseconds delay) : delay_(delay) {}

  void SetUp() override {
    daemon_.emplace(dir_ / "eu", DaemonConfig{.more = "[native]\nlisten = \"127.0.0.1:0\"\n"});
    daemon_->run_under({"/usr/bin/strace", "-D", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e",
                        "trace=fdatasync", "-e",
                        "inject=fdatasync:delay_exit=" + std::to_string(delay_.count())});
    if (!daemon_->start()) GTEST_SKIP() << "processes may not be traced here: " << daemon_->log();
    shop_.emplace(daemon_->shop());
    ASSERT_EQ(shop().adjust("cup", 1'000'000, "in").status, 201);
  }

  std::map<std::string, double> load(int seconds, const std::string& endpoint,
                                     std::vector<std::string> more) {
    const std::string prefix = "load" + std::to_string(++loads_) + "-";
    std::vector<std::string> words{test::bin_dir() + "/holdfast-load",
                                   endpoint,
                                   "--prefix",
                                   prefix,
                                   "--seconds",
                                   std::to_string(seconds)};
    words.insert(words.end(), more.begin(), more.end());
    auto said = loaded(words, std::chrono::seconds(seconds + 60));
    bought_ += said["purchased"];
    return said;
  }

  void fill_baskets() {
    std::vector<Operation> all;
    for (int i = 0; i < baskets; ++i)
      all.emplace_back(operation::Reserve{.id = "early-" + std::to_string(i), .items = {{"cup", 1}}});
    const Outcomes outcomes = Client("http://" + daemon().http()).run(all);
    ASSERT_TRUE(outcomes) << outcomes.failure().detail;
    for (const Outcome& outcome : *outcomes) ASSERT_TRUE(outcome.done()) << outcome.code;
  }

  // A flood, and meanwhile a shopper who has filled baskets before.
  void during(const std::function<void()>& flood) {
    fill_baskets();
    std::promise<void> over;
    const auto is_over = over.get_future();
    const auto flooding = std::async(std::launch::async, [&] {
      flood();
      over.set_value();
    });
    shop_meanwhile(is_over);
  }

  // Over HTTP: one purchase, and one new basket, at a time.
  void shop_meanwhile(const std::future<void>& over) {
    for (int i = 0; over.wait_for(50ms) != std::future_status::ready && i < baskets; ++i) {
      EXPECT_EQ(shop().purchase("early-" + std::to_string(i)).status, 200);
      const Reply late = shop().reserve("late-" + std::to_string(i), "cup", 1);
      EXPECT_TRUE(late.status == 201 || late.code() == "overloaded") << late.text;
      EXPECT_TRUE(late.status == 201 || std::atoi(late.header("Retry-After").c_str()) >= 1) << late.text;
    }
  }

  static constexpr int baskets = 200;
  std::chrono::microseconds delay_;
  double bought_ = 0;
  int loads_ = 0;
};

// A tenth of a second, so that this machine can offer ten times what comes through.
class NativeOverload : public Overload {
 protected:
  NativeOverload() : Overload(100ms) {}

  std::map<std::string, double> sell(int seconds, std::vector<std::string> more) {
    more.insert(more.end(), {"--purchase", "--connections", "16"});
    return load(seconds, "holdfast://" + daemon().native(), std::move(more));
  }

  // The most that it sells a second: as much under way as it takes, and then more and more offered, until
  // that is not more sold.
  double maximum() {
    double most = 0;
    for (const char* depth : {"4", "16", "48"})
      most = std::max(most, sell(3, {"--batch", "64", "--depth", depth}).at("rate"));
    for (double before = 0; most > 1.1 * before;) {
      before = most;
      most = std::max(
          most, sell(3, {"--stocked", "--batch", "64", "--rate", std::to_string(static_cast<int>(2 * most))})
                    .at("rate"));
    }
    return most;
  }
};

TEST_F(NativeOverload, ten_times_what_it_can_do_does_not_keep_it_from_doing_it) {
  const double most = maximum();
  // In four seconds, beside other tests, a maximum is as good as its moment; a minute says what holds.
  const bool full = std::getenv("HOLDFAST_FULL") != nullptr;
  const int duration = full ? 60 : 4;
  std::map<std::string, double> flood;
  during([&] {
    flood =
        sell(duration, {"--stocked", "--batch", "64", "--rate", std::to_string(static_cast<int>(10 * most))});
  });
  const double offered = (flood["reserved"] + flood["refused"] + flood["unanswered"]) / duration;
  std::cout << "maximum " << most << "/s held down; of " << offered << "/s " << flood["rate"] << "/s sold, "
            << flood["refused"] << " refused; reserve p50 " << flood["p50_us"] / 1000 << " ms, purchase p99 "
            << flood["purchase_p99_us"] / 1000 << " ms\n";
  EXPECT_GE(flood["rate"], (full ? 0.8 : 0.5) * most);
  EXPECT_GT(flood["refused"], 0) << "it was no overload";
  EXPECT_EQ(flood["purchased"], flood["reserved"]) << "what was reserved is bought";
  EXPECT_EQ(flood["purchases_refused"], 0);
  EXPECT_EQ(flood["unanswered"] + flood["purchases_unanswered"], 0);

  std::map<std::string, double> after;
  EXPECT_TRUE(eventually([&] {
    after = sell(1, {"--stocked", "--batch", "1", "--rate", std::to_string(static_cast<int>(most / 10))});
    return after["refused"] == 0 && after["p99_us"] < 1e6;
  })) << after["p99_us"] / 1000
      << " ms after it is over";
  EXPECT_EQ(shop().sku("sku-0").number("purchased_here"), static_cast<std::int64_t>(bought_));
}

// Longer than a new basket is let wait for. Fewer come in that time than there are connections, each of which
// has one request under way: so none of them keeps another from being sent.
class HttpOverload : public Overload {
 protected:
  HttpOverload() : Overload(1'100ms) {}
};

TEST_F(HttpOverload, new_baskets_are_shed_and_told_when_to_come_again_and_what_is_in_one_is_sold) {
  const int duration = std::getenv("HOLDFAST_FULL") != nullptr ? 60 : 6;
  ASSERT_EQ(shop().adjust("sku-0", 1'000'000'000, "in-0").status, 201);
  std::map<std::string, double> flood;
  during([&] {
    flood = load(duration, "http://" + daemon().http(), {"--connections", "512", "--rate", "450"});
  });
  std::cout << flood["reserved"] << " reserved, " << flood["refused"] << " refused\n";
  EXPECT_GT(flood["refused"], 0) << "it was no overload";
  EXPECT_GT(flood["reserved"], 0);
  EXPECT_EQ(flood["unanswered"], 0);
  EXPECT_TRUE(eventually([&] { return shop().reserve("after", "cup", 1).status / 100 == 2; }));
  EXPECT_EQ(shop().sku("sku-0").number("reserved_here"), static_cast<std::int64_t>(flood["reserved"]));
}

// It answers one at a time: at the end most of what is due waits still, and is no less slow for that.
TEST(HttpLoad, what_is_due_and_waits_at_the_end_is_measured_too) {
  FakeDaemon daemon([](const FakeRequest&) {
    std::this_thread::sleep_for(150ms);
    return FakeAnswer{.status = 201, .body = "{}"};
  });
  auto said = loaded({test::bin_dir() + "/holdfast-load", daemon.endpoint(), "--connections", "1", "--rate",
                      "20", "--seconds", "1"},
                     60s);
  EXPECT_EQ(said["reserved"] + said["unanswered"], 20);
  EXPECT_GT(said["p99_us"], 1'500'000);
}

}  // namespace
}  // namespace holdfast::e2e
