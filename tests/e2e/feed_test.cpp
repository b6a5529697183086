// The change feed under load and under blows: every event once and in order, whoever is killed; and shoppers
// and memory are none the worse for a consumer that does not read.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <set>

#include "support/follower.h"
#include "support/load.h"
#include "support/one_daemon.h"
#include "support/paced.h"
#include "support/raw_connection.h"

namespace holdfast::e2e {
namespace {

bool is_full() { return std::getenv("HOLDFAST_FULL") != nullptr; }

std::int64_t rss_kb(pid_t pid) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/status");
  const auto at = status.find("VmRSS:");
  return at == std::string::npos ? 0 : std::stoll(status.substr(at + 6));
}

class Feed : public OneDaemon {
 protected:
  std::string batch_of_reserves(int first, int count) {
    std::string body = R"({"operations":[)";
    for (int i = first; i < first + count; ++i)
      body += std::string(i > first ? "," : "") + R"({"op":"reserve","id":"b)" + std::to_string(i) +
              R"(","lines":[{"sku":"cup","quantity":1}]})";
    return body + "]}";
  }
};

// A consumer that is killed (it ends without a word, wherever it is) and comes again with the last id it saw.
class MortalConsumer {
 public:
  MortalConsumer(std::function<std::string()> http, unsigned seed) : http_(std::move(http)), random_(seed) {}

  // Dies and comes again for so long.
  void live_for(milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end)
      follow_for(milliseconds(std::uniform_int_distribution<int>(5, 300)(random_)));
  }
  // Lives on until it has seen the event of this id.
  [[nodiscard]] bool sees(const std::string& id, milliseconds within) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < end && (seen_.empty() || seen_.back() != id))
      follow_for(500ms, id);
    return !seen_.empty() && seen_.back() == id;
  }

  [[nodiscard]] const std::vector<std::string>& seen() const { return seen_; }  // ids of events, in order
  [[nodiscard]] int lives() const { return lives_; }

 private:
  void follow_for(milliseconds time, const std::string& up_to = {}) {
    ++lives_;
    const auto end = std::chrono::steady_clock::now() + time;
    Client client("http://" + http_());
    Call call{.method = "GET", .target = "/v1/events"};
    if (seen_.empty())
      call.target += "?after=";
    else
      call.headers.emplace_back("Last-Event-ID", seen_.back());
    const auto alive = [&] { return std::chrono::steady_clock::now() < end; };
    (void)client.listen(call, {.on_event =
                                   [&](const StreamEvent& event) {
                                     seen_.push_back(event.id);
                                     return alive() && event.id != up_to;
                                   },
                               .go_on = alive});
  }

  std::function<std::string()> http_;
  std::mt19937 random_;
  std::vector<std::string> seen_;
  int lives_ = 0;
};

TEST_F(Feed, tells_every_event_once_and_in_order_though_consumers_and_the_daemon_are_killed) {
  const std::size_t least = is_full() ? 100'000 : 20'000;
  ASSERT_EQ(shop().adjust("cup", 100'000'000).status, 201);
  MortalConsumer consumer([&] { return daemon().http(); }, 7);
  Load load("t", "cup", [&] { return daemon().http(); });
  int made = 0, kills = 0;
  while (load.told().size() * 3 / 2 + static_cast<std::size_t>(made) < least) {
    load.start(4);
    consumer.live_for(600ms);
    for (int i = 0; i < 2; ++i, made += 1000)
      if (shop().post("/v1/batch", batch_of_reserves(made, 1000)).status != 200) break;
    daemon().kill();
    ++kills;
    load.stop();
    restart();
    ASSERT_TRUE(load.settle(shop()));
  }
  ASSERT_EQ(shop().reserve("the-last", "cup", 1).status, 201);

  Follower calm(daemon().http(), "");  // who was never killed is told the same
  ASSERT_TRUE(eventually([&] { return calm.last_data().contains("the-last"); }, 60s));
  EXPECT_GE(calm.count(), least);
  ASSERT_TRUE(consumer.sees(calm.last_id(), 60s));
  const auto told = calm.told();
  std::vector<std::string> ids;
  std::multiset<std::string> kinds;
  for (const ToldEvent& one : told) {
    ids.push_back(one.id);
    kinds.insert(one.type + ' ' + one.at("id"));
  }
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_TRUE(consumer.seen() == ids) << consumer.seen().size() << " and " << ids.size();
  for (const auto& [id, what] : load.told()) {
    EXPECT_EQ(kinds.count("reservation.pending " + id), 1u) << id;
    EXPECT_EQ(kinds.count("reservation.purchased " + id), what == Told::purchased ? 1u : 0u) << id;
  }
  std::printf("%zu events, %d kills of the daemon, %d lives of a consumer\n", ids.size(), kills,
              consumer.lives());
}

TEST_F(Feed, costs_shoppers_and_memory_nothing_where_a_consumer_does_not_read) {
  ASSERT_EQ(shop().adjust("cup", 1'000'000).status, 201);
  const PacedLoad load{
      .http = daemon().http(), .sku = "cup", .prefix = "a", .per_second = 300, .duration = 3s};
  const PacedAnswers before = reserve_paced(load);
  std::vector<std::unique_ptr<RawConnection>> deaf;
  for (int i = 0; i < 10; ++i) {
    deaf.push_back(std::make_unique<RawConnection>(daemon().http()));
    deaf.back()->send("GET /v1/events?after= HTTP/1.1\r\nHost: s\r\n\r\n");
  }
  const std::int64_t at_first = rss_kb(daemon().pid());
  const int batches = is_full() ? 60 : 25;
  for (int i = 0; i < batches; ++i)
    ASSERT_EQ(shop().post("/v1/batch", batch_of_reserves(i * 1000, 1000)).status, 200);
  PacedLoad again = load;
  again.prefix = "c";
  const PacedAnswers after = reserve_paced(again);
  EXPECT_EQ(after.served(), static_cast<int>(after.took_us.size()));
  EXPECT_LT(after.percentile_us(99), before.percentile_us(99) * 4 + 50'000);
  const std::int64_t grown = rss_kb(daemon().pid()) - at_first;
  EXPECT_LT(grown, 120'000) << "kB, of which the reservations themselves are the most";
  std::printf("p99 %lld us before, %lld us with 10 that do not read; %lld kB more\n",
              static_cast<long long>(before.percentile_us(99)),
              static_cast<long long>(after.percentile_us(99)), static_cast<long long>(grown));
}

}  // namespace
}  // namespace holdfast::e2e
