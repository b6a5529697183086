// The follower as a program, beside a daemon: every change once, whoever is killed, and a store that was set
// back to a backup catches up.
#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "client/fake_daemon.h"
#include "store/follower.h"
#include "store/own_tables.h"
#include "store/store_file.h"
#include "support/load.h"
#include "support/one_daemon.h"
#include "support/paths.h"

namespace holdfast::store {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class StoreFollow : public e2e::OneDaemon {
 protected:
  void SetUp() override {
    OneDaemon::SetUp();
    ASSERT_EQ(shop().adjust("cup", 1'000'000).status, 201);
    e2e::write_file(dir_ / "tables.toml",
                    "[customer_product]\nquantity = \"quantity\"\nreservation = \"reservation\"\n");
  }
  std::vector<std::string> command(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{test::bin_dir() + "/holdfast",
                                   "follow",
                                   "--store",
                                   store_.url(),
                                   "--tables",
                                   dir_ / "tables.toml",
                                   "--region",
                                   "eu=http://" + daemon().http()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  e2e::Process follow() { return {command(), dir_ / "follow.log"}; }
  void catch_up() {
    const auto ran = e2e::run(command({"--until-idle"}), 60s);
    ASSERT_EQ(ran.code, 0) << ran.printed;
  }
  // What shoppers were told, as a store would say it.
  static std::string rows_of(const e2e::Load& load) {
    std::string rows;
    for (const auto& [id, told] : load.told())
      rows += (rows.empty() ? "" : "\n") + id + (told == e2e::Told::purchased ? "|Purchased" : "|Pending");
    return rows;
  }
  std::string rows() {
    return store_.ask("select reservation, status from customer_product order by reservation");
  }

  StoreFile store_{full_tables + "insert into product values (1, 'cup', 0);"};
};

TEST_F(StoreFollow, every_change_is_written_once_though_the_follower_and_the_daemon_are_killed) {
  std::mt19937 random(11);
  e2e::Load load("t", "cup", [&] { return daemon().http(); });
  for (int round = 0; round < 6; ++round) {
    load.start(3);
    for (int life = 0; life < 4; ++life) {
      auto follower = follow();
      std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<int>(20, 250)(random)));
      follower.signal(SIGKILL);
    }
    if (round % 2 == 1) {
      daemon().kill();
      load.stop();
      restart();
    }
    load.stop();
    ASSERT_TRUE(load.settle(shop()));
  }
  catch_up();
  EXPECT_EQ(rows(), rows_of(load));
  EXPECT_EQ(store_.ask("select inventory from product"), "1000000");
  EXPECT_EQ(store_.ask("select count(*) from holdfast_aside"), "0");
  std::printf("%zu reservations\n", load.told().size());
}

TEST_F(StoreFollow, a_store_that_was_set_back_to_a_backup_goes_on_from_there) {
  ASSERT_EQ(shop().reserve("before", "cup", 1).status, 201);
  catch_up();
  std::filesystem::copy(store_.path(), dir_ / "backup.db");
  ASSERT_EQ(shop().purchase("before").status, 200);
  ASSERT_EQ(shop().reserve("after", "cup", 1).status, 201);
  catch_up();
  EXPECT_EQ(rows(), "after|Pending\nbefore|Purchased");
  std::filesystem::copy(dir_ / "backup.db", store_.path(), std::filesystem::copy_options::overwrite_existing);
  store_.reopen();
  EXPECT_EQ(rows(), "before|Pending");
  catch_up();
  EXPECT_EQ(rows(), "after|Pending\nbefore|Purchased");
}

TEST_F(StoreFollow, a_store_whose_position_is_gone_is_told_so_and_nothing_is_written_twice) {
  ASSERT_EQ(shop().reserve("sold", "cup", 1).status, 201);
  ASSERT_EQ(shop().purchase("sold").status, 200);
  catch_up();
  const std::string position = store_.ask("select position from holdfast_position");
  ASSERT_EQ(shop().reserve("after", "cup", 1).status, 201);
  for (const auto* accident :
       {"delete from holdfast_position;", "drop table holdfast_position;",
        "drop table holdfast_position; drop table holdfast_home; drop table holdfast_aside;"}) {
    store_.execute(accident);
    const auto ran = e2e::run(command({"--until-idle"}), 20s);
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.printed.find("Put that row back as it was"), std::string::npos) << ran.printed;
    EXPECT_EQ(rows(), "sold|Purchased");
    EXPECT_EQ(store_.ask("select inventory from product"), "1000000");
  }
  store_.execute("insert into holdfast_position values ('eu', '" + position + "', '', 3);");
  catch_up();
  EXPECT_EQ(rows(), "after|Pending\nsold|Purchased");
}

TEST_F(StoreFollow, a_follower_whose_position_is_deleted_under_it_says_what_puts_it_back_and_goes_on) {
  auto follower = follow();
  ASSERT_EQ(shop().reserve("sold", "cup", 1).status, 201);
  ASSERT_EQ(shop().purchase("sold").status, 200);
  ASSERT_TRUE(e2e::eventually([&] { return rows() == "sold|Purchased"; })) << follower.log();
  store_.execute("delete from holdfast_position;");
  ASSERT_EQ(shop().reserve("after", "cup", 1).status, 201);
  ASSERT_TRUE(e2e::eventually([&] { return follower.log().contains(". Or "); }, 20s)) << follower.log();
  EXPECT_EQ(rows(), "sold|Purchased");
  const std::string log = follower.log();
  const auto insert = log.find("insert into holdfast_position");
  ASSERT_NE(insert, log.npos) << log;
  store_.execute(log.substr(insert, log.find(". Or", insert) - insert) + ';');
  EXPECT_TRUE(e2e::eventually([&] { return rows() == "after|Pending\nsold|Purchased"; }, 20s));
}

TEST_F(StoreFollow, from_now_passes_over_nothing_that_can_be_gone_on_with) {
  ASSERT_EQ(shop().reserve("before", "cup", 1).status, 201);
  catch_up();
  ASSERT_EQ(shop().reserve("meanwhile", "cup", 1).status, 201);
  EXPECT_EQ(e2e::run(command({"--from-now", "--until-idle"}), 60s).code, 0);
  EXPECT_EQ(rows(), "before|Pending\nmeanwhile|Pending");
  store_.execute("delete from holdfast_position;");
  ASSERT_EQ(shop().reserve("missed", "cup", 1).status, 201);
  EXPECT_EQ(e2e::run(command({"--from-now", "--until-idle"}), 60s).code, 0);
  ASSERT_EQ(shop().reserve("after", "cup", 1).status, 201);
  catch_up();
  EXPECT_EQ(rows(), "after|Pending\nbefore|Pending\nmeanwhile|Pending");
}

TEST_F(StoreFollow, a_store_that_is_locked_by_others_or_lacks_a_table_holds_up_nobody_and_is_caught_up_with) {
  auto follower = follow();
  store_.execute("alter table customer_product rename to elsewhere;");
  for (int i = 0; i < 50; ++i) ASSERT_EQ(shop().reserve("r" + std::to_string(i), "cup", 1).status, 201);
  ASSERT_TRUE(e2e::eventually([&] { return follower.log().contains("SQL state 42000"); })) << follower.log();
  store_.execute("alter table elsewhere rename to customer_product;");
  EXPECT_TRUE(
      e2e::eventually([&] { return store_.ask("select count(*) from customer_product") == "50"; }, 30s))
      << follower.log();
  follower.signal(SIGTERM);
  EXPECT_EQ(follower.exit_code(10s), 0) << follower.log();
}

TEST_F(StoreFollow, what_is_wrong_with_the_store_is_said_once_until_it_is_well_again) {
  auto follower = follow();
  ASSERT_TRUE(e2e::eventually([&] { return store_.ask("select written from holdfast_position") == "1"; }));
  const auto said = [&] {
    const std::string log = follower.log();
    int times = 0;
    for (auto at = log.find("SQL state 42000"); at != log.npos; at = log.find("SQL state 42000", at + 1))
      ++times;
    return times;
  };
  for (int ill = 1; ill <= 2; ++ill) {
    store_.execute("alter table customer_product rename to elsewhere;");
    ASSERT_EQ(shop().reserve("r" + std::to_string(ill), "cup", 1).status, 201);
    ASSERT_TRUE(e2e::eventually([&] { return said() == ill; })) << follower.log();
    std::this_thread::sleep_for(2s);
    EXPECT_EQ(said(), ill) << follower.log();
    store_.execute("alter table elsewhere rename to customer_product;");
    ASSERT_TRUE(e2e::eventually(
        [&] { return store_.ask("select count(*) from customer_product") == std::to_string(ill); }, 30s))
        << follower.log();
  }
}

TEST_F(StoreFollow, a_lone_sale_is_in_the_table_within_a_second_and_many_share_a_few_commits) {
  catch_up();
  ASSERT_TRUE(store_.store().apply(
      {{.sql = "create table commits (n integer)"},
       {.sql =
            "create trigger counted after update on holdfast_position begin insert into commits values (1); end"}}));
  auto follower = follow();
  ASSERT_EQ(shop().reserve("first", "cup", 1).status, 201);
  ASSERT_TRUE(e2e::eventually([&] { return rows() == "first|Pending"; })) << follower.log();
  const auto began = std::chrono::steady_clock::now();
  ASSERT_EQ(shop().reserve("lone", "cup", 1).status, 201);
  ASSERT_TRUE(e2e::eventually([&] { return rows() == "first|Pending\nlone|Pending"; }));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  const auto commits = [&] { return std::stoi(store_.ask("select count(*) from commits")); };
  const int before = commits();
  int sold = 0;
  for (const auto end = std::chrono::steady_clock::now() + 2s; std::chrono::steady_clock::now() < end;)
    ASSERT_EQ(shop().reserve("r" + std::to_string(++sold), "cup", 1).status, 201);
  EXPECT_LE(commits() - before, 12) << "at most four a second, and those who look around, while " << sold;
}

TEST_F(StoreFollow, no_daemon_is_asked_for_events_while_they_could_not_be_written) {
  ASSERT_TRUE(make_own_tables(store_.store()));
  ASSERT_TRUE(store_.store().read({.sql = "begin immediate"}));
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.status = 503, .body = {}}; });
  std::atomic<bool> stop = false, complained = false;
  const Schema schema = full_schema();
  Follower follower({.store = store_.url(), .region = "eu", .endpoint = daemon.endpoint(), .home = "eu"},
                    schema, [&](const std::string& line) { complained = line.contains("SQL state 55P03"); });
  std::jthread thread([&] { EXPECT_TRUE(follower.run(stop)); });
  EXPECT_TRUE(e2e::eventually([&] { return complained.load(); }));
  EXPECT_TRUE(daemon.requests().empty());
  ASSERT_TRUE(store_.store().read({.sql = "rollback"}));
  EXPECT_TRUE(e2e::eventually([&] { return !daemon.requests().empty(); }));
  stop = true;
}

TEST_F(StoreFollow, the_daemon_says_how_far_behind_a_store_is_also_while_it_is_gone) {
  std::optional<e2e::Process> follower(std::in_place, command(), dir_ / "follow.log");
  const auto status = [&](const std::string& member) {
    return shop().get("/v1/status").at("event_consumers.0." + member);
  };
  ASSERT_EQ(shop().reserve("before", "cup", 1).status, 201);
  ASSERT_TRUE(e2e::eventually([&] { return rows() == "before|Pending"; })) << follower->log();
  EXPECT_TRUE(e2e::eventually([&] { return status("behind_records") == "0"; }, 10s));
  EXPECT_EQ(status("name"), "shop.db");
  std::filesystem::rename(store_.path(), store_.path() + ".away");
  follower->signal(SIGKILL);
  follower.emplace(command(), dir_ / "follow.log");
  ASSERT_TRUE(e2e::eventually([&] { return follower->log().contains("cannot open"); })) << follower->log();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(shop().reserve("r" + std::to_string(i), "cup", 1).status, 201);
  EXPECT_EQ(status("connected"), "false");
  EXPECT_EQ(status("behind_records"), "5");
  std::filesystem::rename(store_.path() + ".away", store_.path());
  EXPECT_TRUE(e2e::eventually([&] { return status("behind_records") == "0"; }, 20s)) << follower->log();
}

TEST_F(StoreFollow, a_position_of_another_journal_is_said_clearly_and_ends_it) {
  ASSERT_EQ(shop().reserve("before", "cup", 1).status, 201);
  catch_up();
  daemon().kill();
  std::filesystem::remove_all(daemon().data_dir());
  for (const auto& entry : std::filesystem::directory_iterator(daemon().data_dir().parent_path()))
    if (entry.path().extension() == ".mark") std::filesystem::remove(entry);
  restart();
  const auto ran = e2e::run(command({"--until-idle"}), 20s);
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.printed.find("another region's journal, or of one that is gone"), std::string::npos)
      << ran.printed;
  auto verify = command();
  verify.insert(verify.begin() + 1, "migrate");
  verify[2] = "verify";
  const auto verified = e2e::run(verify, 20s);
  EXPECT_EQ(verified.code, 6);
  EXPECT_NE(verified.printed.find("position behind: eu: what is yet to be written is in no event there"),
            std::string::npos)
      << verified.printed;
  EXPECT_NE(verified.printed.find("before: 1 of cup Pending, and there is no such"), std::string::npos)
      << verified.printed;
  ASSERT_EQ(shop().adjust("cup", 5).status, 201);
  ASSERT_EQ(shop().reserve("missed", "cup", 1).status, 201);
  EXPECT_EQ(e2e::run(command({"--from-now", "--until-idle"}), 60s).code, 0);
  ASSERT_EQ(shop().reserve("after", "cup", 1).status, 201);
  catch_up();
  EXPECT_EQ(rows(), "after|Pending\nbefore|Pending");
}

TEST_F(StoreFollow, a_position_that_is_none_is_said_clearly_and_ends_it) {
  ASSERT_EQ(shop().reserve("before", "cup", 1).status, 201);
  catch_up();
  store_.execute("update holdfast_position set position = 'none';");
  const auto ran = e2e::run(command({"--until-idle"}), 20s);
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE(ran.printed.find("--from-now"), std::string::npos) << ran.printed;
  EXPECT_EQ(ran.printed.find("trying again"), std::string::npos) << ran.printed;
  EXPECT_EQ(e2e::run(command({"--from-now", "--until-idle"}), 60s).code, 0);
  ASSERT_EQ(shop().reserve("after", "cup", 1).status, 201);
  catch_up();
  EXPECT_EQ(rows(), "after|Pending\nbefore|Pending");
}

TEST_F(StoreFollow, what_is_set_aside_is_said_with_its_reason_once) {
  auto follower = follow();
  ASSERT_TRUE(store_.store().apply({{.sql = "create trigger refuses before insert on customer_product begin "
                                            "select raise(abort, 'not today'); end"}}));
  for (const auto* aside : {"1", "2"}) {
    ASSERT_EQ(shop().reserve(std::string("r") + aside, "cup", 1).status, 201);
    ASSERT_TRUE(e2e::eventually([&] { return store_.ask("select count(*) from holdfast_aside") == aside; }));
  }
  std::this_thread::sleep_for(500ms);
  const std::string log = follower.log();
  const auto said = log.find("The last is r1: not today (SQL state P0001)");
  ASSERT_NE(said, log.npos) << log;
  EXPECT_EQ(log.find("The last is", said + 1), log.npos) << log;
}

TEST_F(StoreFollow, all_that_was_set_aside_and_released_is_written_without_a_pause) {
  ASSERT_TRUE(store_.store().read({.sql = "pragma journal_mode = wal"}));
  ASSERT_TRUE(store_.store().apply({{.sql = "create trigger refuses before insert on customer_product begin "
                                            "select raise(abort, 'not today'); end"}}));
  ASSERT_EQ(shop().reserve("r", "cup", 1).status, 201);
  catch_up();
  store_.execute(
      "drop trigger refuses;"
      "insert into holdfast_aside with recursive n (i) as (select 1 union all select i + 1 from n where i < "
      "2499) select region, subject || i, position, event, replace(data, '\"id\":\"r\"', '\"id\":\"r' || i "
      "|| '\"'), at, sqlstate, detail, 0 from holdfast_aside, n;"
      "update holdfast_aside set again = 1;");
  catch_up();
  EXPECT_EQ(store_.ask("select count(*) from holdfast_aside"), "0");
  EXPECT_EQ(store_.ask("select count(*), count(distinct reservation) from customer_product"), "2500|2500");
}

TEST_F(StoreFollow, a_daemon_of_another_region_than_it_is_called_writes_nothing) {
  ASSERT_EQ(shop().reserve("cart-1", "cup", 1).status, 201);
  const std::string address = "=http://" + daemon().http();
  for (const std::vector<std::string>& regions :
       {std::vector{"us" + address}, std::vector{"eu" + address, "us" + address}}) {
    StoreFile other(full_tables + "insert into product values (1, 'cup', 0);");
    std::vector<std::string> words{
        test::bin_dir() + "/holdfast", "follow",      "--store", other.url(), "--tables",
        dir_ / "tables.toml",          "--until-idle"};
    for (const std::string& region : regions) words.insert(words.end(), {"--region", region});
    const auto ran = e2e::run(words, 20s);
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.printed.find(" is region eu, not us"), std::string::npos) << ran.printed;
    EXPECT_EQ(other.ask("select count(*) from holdfast_position where region = 'us'"), "0");
    EXPECT_EQ(other.ask("select count(*) from customer_product where reservation <> 'cart-1'"), "0");
  }
}

TEST_F(StoreFollow, an_event_of_another_region_is_not_written) {
  FakeDaemon daemon([](const FakeRequest& request) {
    if (request.target == "/v1/status") return FakeAnswer{.body = R"({"region":"eu"})"};
    return FakeAnswer{.body =
                          "id: c1\nevent: stock.adjusted\n"
                          "data: {\"region\":\"us\",\"at\":\"\",\"sku\":\"cup\",\"delta\":5}\n\n",
                      .content_type = "text/event-stream"};
  });
  std::atomic<bool> stop = false;
  const Schema schema = full_schema();
  Follower follower({.store = store_.url(), .region = "eu", .endpoint = daemon.endpoint(), .home = "eu"},
                    schema, [&](const std::string& line) { stop = line.contains("is region us, not eu"); });
  EXPECT_TRUE(follower.run(stop));
  EXPECT_EQ(store_.ask("select count(*) from holdfast_position"), "0");
  EXPECT_EQ(store_.ask("select inventory from product"), "0");
}

TEST_F(StoreFollow, the_daemon_is_told_where_a_store_is_when_a_stream_ends) {
  std::vector<std::string> asked;
  FakeDaemon daemon([&](const FakeRequest& request) {
    if (request.target == "/v1/status") return FakeAnswer{.body = R"({"region":"eu"})"};
    const auto after = request.headers.find("last-event-id");
    asked.push_back(request.method + " " + (after == request.headers.end() ? "" : after->second));
    if (request.method == "HEAD") return FakeAnswer{.body = {}};
    return FakeAnswer{.body =
                          "id: c1\nevent: stock.adjusted\n"
                          "data: {\"region\":\"eu\",\"at\":\"\",\"sku\":\"cup\",\"delta\":5}\n\n",
                      .content_type = "text/event-stream"};
  });
  std::atomic<bool> stop = false;
  const Schema schema = full_schema();
  Follower follower(
      {.store = store_.url(), .region = "eu", .endpoint = daemon.endpoint(), .home = "eu", .name = "shop"},
      schema, [&](const std::string&) { stop = true; });  // that the stream has ended
  EXPECT_TRUE(follower.run(stop));
  EXPECT_EQ(asked, (std::vector<std::string>{"GET ", "HEAD c1"}));
}

TEST_F(StoreFollow, a_store_goes_by_the_plain_ids_of_one_region_for_good) {
  catch_up();
  EXPECT_EQ(store_.ask("select region from holdfast_home"), "eu");
  ASSERT_TRUE(store_.store().apply({{.sql = "update holdfast_home set region = 'us'"}}));
  ASSERT_EQ(shop().reserve("cart-1", "cup", 1).status, 201);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"follow"},
                                                {"migrate", "run"},
                                                {"migrate", "verify"},
                                                {"migrate", "shadow"}}) {
    auto all = command();
    all.erase(all.begin() + 1);
    all.insert(all.begin() + 1, words.begin(), words.end());
    all.erase(all.end() - 2, all.end());  // --region, which not all of them take
    all.insert(all.end(), {"--endpoint", "http://" + daemon().http()});
    const auto ran = e2e::run(all, 20s);
    EXPECT_EQ(ran.code, 1);
    EXPECT_NE(ran.printed.find("name us first"), std::string::npos) << ran.printed;
  }
  EXPECT_EQ(rows(), "");
}

TEST_F(StoreFollow, a_region_is_named_once) {
  const auto ran = e2e::run(command({"--region", "eu=http://127.0.0.1:1"}), 20s);
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.printed.find("eu is named twice"), std::string::npos) << ran.printed;
}

}  // namespace
}  // namespace holdfast::store
