// GET /v1/events over real sockets, with a fake desk behind it: the stream's beginning, its pace and its end.
#include "api/server.h"

namespace holdfast::api {
namespace {

Event adjusted(std::uint64_t position, std::string reason = "delivery") {
  return {{Position(position + 1), 0},
          wall_time(1'795'456'800'000),
          event::StockAdjusted{"a", Units(1), std::move(reason), Units(1)}};
}

class Events : public Server {
 protected:
  // A client whose stream has begun, and who wants the first event.
  std::shared_ptr<Client> follow(std::string_view target = "/v1/events", std::string_view headers = {}) {
    auto client = connect();
    const std::size_t wanting = desk_.wanting.size();
    send(*client, get(target, headers));
    EXPECT_TRUE(until([&] { return desk_.wanting.size() > wanting || client->ended; }));
    return client;
  }

  void tell(std::vector<Event> events) {
    std::vector<node::ConsumerId> consumers;
    for (const auto& [id, from] : desk_.followed_from) consumers.push_back(id);
    gateway_.feeds().events(consumers, events);
  }
  [[nodiscard]] std::optional<EventCursor> only_cursor() const { return desk_.followed_from.begin()->second; }
};

TEST_F(Events, begin_with_a_head_that_says_where) {
  start();
  const auto client = follow();
  EXPECT_TRUE(until([&] { return client->got.contains("\r\n\r\n"); }));
  for (const char* part :
       {"HTTP/1.1 200 OK\r\n", "Content-Type: text/event-stream\r\n", "Cache-Control: no-cache\r\n",
        "Last-Event-ID: f00d-a-0\r\n", "Transfer-Encoding: chunked\r\n"})
    EXPECT_TRUE(client->got.contains(part)) << client->got;
  EXPECT_FALSE(client->got.contains("Content-Length"));
  EXPECT_FALSE(only_cursor());
}

TEST_F(Events, go_on_from_the_header_or_the_parameter_and_the_header_wins) {
  start();
  auto client = follow("/v1/events?after=f00d-5-1");
  EXPECT_EQ(only_cursor(), (EventCursor{Position(5), 1}));
  client->socket.close();
  EXPECT_TRUE(until([&] { return desk_.followed_from.empty(); }));
  client = follow("/v1/events?after=f00d-5-1", "Last-Event-ID: f00d-6-0\r\n");
  EXPECT_EQ(only_cursor(), (EventCursor{Position(6), 0}));
}

TEST_F(Events, with_an_empty_cursor_begin_with_the_oldest_that_is_kept) {
  start();
  follow("/v1/events?after=");
  EXPECT_EQ(only_cursor(), (EventCursor{Position(0), 0}));
}

TEST_F(Events, of_a_cursor_that_nobody_gave_are_refused) {
  start();
  EXPECT_TRUE(exchange(get("/v1/events?after=x"), "}").contains("422 Unprocessable"));
  EXPECT_TRUE(exchange(get("/v1/events", "Last-Event-ID: 7\r\n"), "}").contains("422 Unprocessable"));
  EXPECT_TRUE(exchange(get("/v1/events?before=1"), "}").contains("422 Unprocessable"));
  EXPECT_TRUE(exchange(get("/v1/events?after=f00d-1-0&after=f00d-1-0"), "}").contains("422 Unprocessable"));
}

TEST_F(Events, of_another_journal_or_of_history_that_is_gone_are_410) {
  start();
  EXPECT_TRUE(exchange(get("/v1/events?after=beef-1-0"), "}").contains("events_expired"));
  desk_.history_is_gone = true;
  const std::string answer = exchange(get("/v1/events?after=f00d-1-0"), "}");
  EXPECT_TRUE(answer.contains("410 Gone")) << answer;
  EXPECT_TRUE(answer.contains(R"("code":"events_expired")"));
  const MetricFamily refusals = gateway_.tally().families()[1];
  const auto counted = std::ranges::find(refusals.samples, label("code", "events_expired"), &Sample::labels);
  ASSERT_NE(counted, refusals.samples.end());
  EXPECT_EQ(counted->value, 2);
}

TEST_F(Events, are_not_begun_by_head) {
  start();
  const std::string answer = exchange("HEAD /v1/events HTTP/1.1\r\nHost: s\r\n\r\n" + get("/livez"), "ok");
  EXPECT_TRUE(answer.contains("text/event-stream"));
  EXPECT_TRUE(answer.contains("HTTP/1.1 200 OK\r\nContent-Type: application/json"));
  EXPECT_TRUE(desk_.followed_from.empty());
}

TEST_F(Events, are_wanted_again_only_once_the_last_ones_are_taken) {
  start();
  const auto client = follow();
  EXPECT_EQ(desk_.wanting.size(), 1u);
  tell({adjusted(10), adjusted(11)});
  EXPECT_EQ(desk_.wanting.size(), 1u);
  EXPECT_TRUE(until([&] { return desk_.wanting.size() == 2; }));
  EXPECT_TRUE(until([&] { return count(client->got, "event: stock.adjusted") == 2; }));
}

TEST_F(Events, have_followers_with_names_whose_lag_is_told_also_while_they_are_away) {
  start();
  const auto only = [&] { return gateway_.feeds().followers().seen().at(0); };
  const auto client = follow("/v1/events?consumer=eu.db");
  EXPECT_EQ(only().behind_records, 0u);
  EXPECT_TRUE(only().connected);
  client->socket.close();
  EXPECT_TRUE(until([&] { return !only().connected; }));
  desk_.durable = Position(14);
  EXPECT_EQ(only().behind_records, 5u);
  const std::string answer = exchange(
      "HEAD /v1/events?consumer=eu.db HTTP/1.1\r\nHost: s\r\nLast-Event-ID: f00d-d-0\r\n\r\n" + get("/livez"),
      "ok");
  EXPECT_TRUE(answer.contains("200 OK"));
  EXPECT_EQ(only().behind_records, 2u);
  const auto metrics = gateway_.feeds().followers().families();
  EXPECT_EQ(metrics.at(0).samples.at(0).labels, label("consumer", "eu.db"));
  EXPECT_EQ(metrics.at(0).samples.at(0).value, 2);
}

TEST_F(Events, that_a_follower_was_told_and_has_not_taken_count_as_behind_once_it_says_where_it_stands) {
  start();
  const auto client = follow("/v1/events?after=f00d-a-0&consumer=eu.db");
  tell({adjusted(10), adjusted(11)});
  desk_.durable = Position(11);
  EXPECT_EQ(gateway_.feeds().followers().seen().at(0).behind_records, 0u) << "as far as the stream says";
  (void)exchange(
      "HEAD /v1/events?consumer=eu.db HTTP/1.1\r\nHost: s\r\nLast-Event-ID: f00d-b-0\r\n\r\n" + get("/livez"),
      "ok");
  EXPECT_EQ(gateway_.feeds().followers().seen().at(0).behind_records, 1u);
}

TEST_F(Events, are_told_to_nobody_with_another_kind_of_name) {
  start();
  EXPECT_TRUE(exchange(get("/v1/events?consumer=a%20b"), "}").contains("422 Unprocessable"));
  EXPECT_TRUE(exchange(get("/v1/events?consumer="), "}").contains("422 Unprocessable"));
}

TEST_F(Events, wait_for_a_client_that_does_not_read_and_it_is_closed_in_the_end) {
  ServerLimits limits = quick();
  limits.stream_write_max = Millis(50);
  start(limits);
  tcp::socket deaf(io_);
  deaf.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
  asio::write(deaf, asio::buffer(get("/v1/events")));
  EXPECT_TRUE(until([&] { return desk_.wanting.size() == 1; }));
  const std::vector<Event> many(2'000, adjusted(10, std::string(2'000, 'x')));
  for (int i = 0; i < 20 && !desk_.followed_from.empty(); ++i) {
    const std::size_t wanting = desk_.wanting.size();
    tell(many);
    (void)until([&] { return desk_.wanting.size() > wanting || desk_.followed_from.empty(); });
  }
  EXPECT_TRUE(desk_.followed_from.empty());
  EXPECT_LT(desk_.wanting.size(), 20u);
}

TEST_F(Events, are_forgotten_when_the_client_goes) {
  start();
  const auto client = follow();
  EXPECT_EQ(desk_.followed_from.size(), 1u);
  client->socket.close();
  EXPECT_TRUE(until([&] { return desk_.followed_from.empty(); }));
}

TEST_F(Events, ping_every_15_seconds) {
  start(quick());
  const auto client = follow();
  for (int ping = 1; ping <= 3; ++ping) {
    desk_.now_us += 14'999'000;
    EXPECT_FALSE(
        until([&] { return count(client->got, ": ping\n\n") >= static_cast<std::size_t>(ping); }, 30ms));
    desk_.now_us += 1'000;
    EXPECT_TRUE(until([&] { return count(client->got, ": ping\n\n") == static_cast<std::size_t>(ping); }));
  }
}

TEST_F(Events, tell_of_a_region_when_it_is_cut_off_and_when_it_is_back) {
  start(quick());
  const auto client = follow();
  io_.run_for(20ms);
  EXPECT_FALSE(client->got.contains("region."));
  desk_.peers[0].up = false;
  EXPECT_TRUE(until([&] { return client->got.contains("event: region.cut_off\n"); }));
  EXPECT_TRUE(client->got.contains(R"("journal":false,"peer":"us")"));
  desk_.peers[0].up = true;
  EXPECT_TRUE(until([&] { return client->got.contains("event: region.up\n"); }));
}

TEST_F(Events, tell_of_a_region_that_turns_up_before_the_daemon_has_looked_the_first_time) {
  desk_.peers[0].up = false;
  start();
  const auto client = follow();
  desk_.peers[0].up = true;
  EXPECT_TRUE(until([&] { return client->got.contains("event: region.up\n"); }));
}

TEST_F(Events, end_whole_when_the_daemon_stops) {
  start();
  const auto client = follow();
  tell({adjusted(10)});
  bool drained = false;
  server_->drain([&] { drained = true; });
  EXPECT_TRUE(until([&] { return client->ended; }));
  EXPECT_EQ(count(client->got, "event: stock.adjusted"), 1u);
  EXPECT_TRUE(client->got.ends_with("\r\n0\r\n\r\n"));
  client->socket.close();
  EXPECT_TRUE(until([&] { return drained; }));
  EXPECT_TRUE(desk_.followed_from.empty());
}

TEST_F(Events, end_when_their_history_is_gone) {
  start();
  const auto client = follow();
  gateway_.feeds().lost(desk_.followed_from.begin()->first);
  EXPECT_TRUE(until([&] { return client->ended; }));
  EXPECT_TRUE(client->got.ends_with("0\r\n\r\n"));
}

TEST_F(Events, have_no_chunks_for_a_client_of_http_1_0) {
  start();
  const auto client = connect();
  send(*client, "GET /v1/events HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(until([&] { return desk_.wanting.size() == 1; }));
  tell({adjusted(10)});
  EXPECT_TRUE(until([&] { return client->got.contains("\r\n\r\nid: f00d-b-0\n"); }));
  EXPECT_FALSE(client->got.contains("chunked"));
}

TEST_F(Events, are_told_to_so_many_at_most) {
  start();
  std::vector<std::shared_ptr<Client>> clients;
  for (std::size_t i = 0; i < EventFeeds::consumers_max; ++i) clients.push_back(follow());
  EXPECT_TRUE(exchange(get("/v1/events"), "}").contains("429 Too Many Requests"));
  clients[0]->socket.close();
  EXPECT_TRUE(until([&] { return desk_.followed_from.size() < EventFeeds::consumers_max; }));
  follow();
  EXPECT_EQ(desk_.followed_from.size(), EventFeeds::consumers_max);
}

TEST_F(Events, are_not_begun_while_the_daemon_starts_or_stops) {
  start();
  desk_.health = Health::starting;
  EXPECT_TRUE(exchange(get("/v1/events"), "}").contains(R"("code":"starting")"));
  desk_.health = Health::draining;
  EXPECT_TRUE(exchange(get("/v1/events"), "}").contains(R"("code":"draining")"));
  desk_.health = Health::fenced;
  follow();
  EXPECT_EQ(desk_.followed_from.size(), 1u);
}

}  // namespace
}  // namespace holdfast::api
