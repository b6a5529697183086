// "Starting it": the configuration, the exit codes, a stop, and what a daemon refuses to start on.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "support/ephemeral_daemon.h"
#include "support/one_daemon.h"
#include "support/raw_connection.h"

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
    const std::string status = shop().get("/v1/status").text;
    EXPECT_NE(status.find(R"("state":"degraded","reasons":["alarm:fenced","fenced"])"), std::string::npos)
        << status;
    EXPECT_NE(status.find(R"("alarms":[{"code":"fenced","since":")"), std::string::npos) << status;
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
  const Ran no_such = run({holdfastd(), "sell"});
  EXPECT_EQ(no_such.code, 2);
  EXPECT_NE(no_such.printed.find("unknown command: sell"), std::string::npos) << no_such.printed;
  EXPECT_EQ(run({holdfastd(), "run"}).code, 2);
  EXPECT_EQ(run({holdfastd(), "run", "--config", (dir_ / "none.toml").string()}).code, 2);
  const Ran ran = run_on("cluster = \"c\"\nregion = \"eu\"\n[http]\nlisen = \"127.0.0.1:0\"\n");
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.printed.find("other.toml:4: http.lisen: "), std::string::npos) << ran.printed;
  EXPECT_NE(ran.printed.find("did you mean http.listen"), std::string::npos) << ran.printed;
}

TEST_F(Start, a_region_beside_a_configuration_is_not_ignored) {
  const Ran ran = run({holdfastd(), "run", "--config", daemon().config_file().string(), "--region", "us"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_NE(ran.printed.find("--set region=us"), std::string::npos) << ran.printed;
}

TEST_F(Start, words_that_are_wrong_are_told_in_one_line_of_the_program) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"run", "--confg", "x"},
                                                {"run", "--config"},
                                                {"validate"},
                                                {"init"},
                                                {"rum"},
                                                {}}) {
    std::vector<std::string> command{holdfastd()};
    command.insert(command.end(), words.begin(), words.end());
    const Ran ran = run(command);
    EXPECT_EQ(ran.code, 2) << ran.printed;
    EXPECT_TRUE(ran.printed.starts_with("holdfastd: ")) << ran.printed;
    EXPECT_TRUE(ran.printed.ends_with("; see holdfastd --help\n")) << ran.printed;
    EXPECT_EQ(std::ranges::count(ran.printed, '\n'), 1) << ran.printed;
  }
  const Ran ran = run({holdfastd(), "init", (dir_ / "none" / "eu.toml").string()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_TRUE(ran.printed.ends_with(": No such file or directory\n")) << ran.printed;
}

// `holdfastd run 2>&1 | less`, and less is quit.
TEST_F(Start, a_daemon_whose_log_nobody_reads_any_more_sells_on) {
  EXPECT_EQ(daemon().stop(), 0);
  fs::remove(daemon().data_dir() / "addresses.json");
  const std::string ended = (dir_ / "ended").string();
  Process process({"/bin/sh", "-c",
                   "(" + holdfastd() + " run --config " + daemon().config_file().string() + "; echo $? > " +
                       ended + ") 2>&1 | true"},
                  dir_ / "pipe.log");
  ASSERT_TRUE(eventually([&] { return !daemon().http().empty() || fs::exists(ended); }));
  ASSERT_FALSE(fs::exists(ended)) << read_file(ended);
  const Reply addresses{200, {}, {}, boost::json::parse(read_file(daemon().data_dir() / "addresses.json"))};
  const auto pid = static_cast<pid_t>(addresses.number("pid"));
  ::kill(pid, SIGHUP);  // which is logged
  shop_.emplace(daemon().shop());
  EXPECT_EQ(shop().adjust("cup", 1).status, 201);
  ::kill(pid, SIGTERM);
  ASSERT_TRUE(eventually([&] { return fs::exists(ended) && !read_file(ended).empty(); }));
  EXPECT_EQ(read_file(ended), "0\n");
}

// A pipe that takes nothing until somebody reads it.
class FullPipe {
 public:
  explicit FullPipe(const fs::path& path) {
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    end_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    EXPECT_GE(end_, 0);
    fill();
  }
  ~FullPipe() { ::close(end_); }
  void fill() {
    const std::string much(4096, '.');
    while (::write(end_, much.data(), much.size()) > 0) {
    }
  }
  std::string take() {
    std::string text(1 << 20, '\0');
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(end_, text.data(), text.size()))));
    return text;
  }

 private:
  int end_ = -1;
};

// `holdfastd run 2>&1 | less`, and less waits for a key; or Ctrl-S in the terminal.
TEST_F(Start, a_daemon_whose_log_is_not_taken_sells_on_and_says_later_how_much_was_lost) {
  EXPECT_EQ(daemon().stop(), 0);
  fs::remove(daemon().data_dir() / "addresses.json");
  FullPipe pipe(dir_ / "pipe");
  Process process({"/bin/sh", "-c",
                   "exec " + holdfastd() + " run --config " + daemon().config_file().string() + " 2>" +
                       (dir_ / "pipe").string()},
                  dir_ / "pipe.log");
  ASSERT_TRUE(eventually([&] { return fs::exists(daemon().data_dir() / "addresses.json"); }));
  const Reply addresses{200, {}, {}, boost::json::parse(read_file(daemon().data_dir() / "addresses.json"))};
  shop_.emplace("http://" + addresses.at("http"), 5s);
  EXPECT_EQ(shop().post("/v1/config/reload").status, 200);
  EXPECT_EQ(shop().adjust("cup", 1).status, 201);
  EXPECT_FALSE(pipe.take().contains("holdfastd"));
  EXPECT_TRUE(eventually([&] {
    process.signal(SIGHUP);
    return pipe.take().contains(" lines of log were lost");
  }));
  pipe.fill();
  process.signal(SIGTERM);
  EXPECT_EQ(process.exit_code(10s), 0);
}

TEST_F(Start, the_addresses_of_an_earlier_run_are_gone_before_it_serves) {
  EXPECT_EQ(daemon().stop(), 0);
  const fs::path addresses = daemon().data_dir() / "addresses.json";
  write_file(addresses, R"({"http":"127.0.0.1:1","gossip":"127.0.0.1:2","pid":3})");
  EphemeralDaemon other;
  EXPECT_EQ(run({holdfastd(), "run", "--config", daemon().config_file().string(), "--set",
                 "http.listen=" + other.http()})
                .code,
            3);
  EXPECT_FALSE(fs::exists(addresses));
}

TEST_F(Start, an_address_in_use_leaves_with_3_and_makes_nothing) {
  DaemonConfig config{.region = "us"};
  std::string text = toml(config);
  text.replace(text.find("\"data\""), 6, "\"us\"");
  for (const char* key : {"http.listen", "gossip.listen", "native.listen"}) {
    write_file(dir_ / "other.toml", text);
    const Ran ran = run({holdfastd(), "run", "--config", (dir_ / "other.toml").string(), "--set",
                         std::string(key) + "=" + daemon().http()});
    EXPECT_EQ(ran.code, 3) << ran.printed;
    EXPECT_FALSE(fs::exists(dir_ / "us"));
    EXPECT_FALSE(fs::exists(dir_ / "us.mark"));
  }
}

TEST_F(Start, a_directory_in_use_or_of_another_region_or_cluster_leaves_with_4) {
  EXPECT_EQ(run_on(config_for("eu", "test")).code, 4);
  EXPECT_EQ(shop().get("/readyz").status, 200);
  EXPECT_EQ(daemon().stop(), 0);
  EXPECT_EQ(run_on(config_for("us", "test")).code, 4);
  EXPECT_EQ(run_on(config_for("eu", "else")).code, 4);
  restart();
}

// cp -r of the folder that holds configuration, ledger and mark; the ports are changed.
TEST_F(Start, a_copy_with_its_mark_beside_the_daemon_that_sells_leaves_with_4) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  fs::copy(dir_ / "eu", dir_ / "copy", fs::copy_options::recursive);
  const Ran ran = run({holdfastd(), "run", "--config", (dir_ / "copy" / "holdfast.toml").string()});
  EXPECT_EQ(ran.code, 4);
  EXPECT_NE(ran.printed.find("in use by process " + std::to_string(daemon().pid())), std::string::npos)
      << ran.printed;
  EXPECT_EQ(shop().reserve("a", "cup", 10).status, 201);
  daemon().kill();
  restart();
}

// Where an SQLite database says its user's version: the four bytes from 60 on, the highest first.
TEST_F(Start, a_directory_of_a_newer_schema_leaves_with_4_and_is_left_as_it_was) {
  ASSERT_EQ(shop().adjust("cup", 10).status, 201);
  EXPECT_EQ(daemon().stop(), 0);
  const fs::path database = daemon().data_dir() / "ledger.db";
  const std::string before = read_file(database);
  std::string newer = before;
  ++newer[63];
  write_file(database, newer);
  const Ran ran = run({holdfastd(), "run", "--config", daemon().config_file().string()});
  EXPECT_EQ(ran.code, 4);
  EXPECT_NE(ran.printed.find("start the later version"), std::string::npos) << ran.printed;
  EXPECT_EQ(read_file(database), newer);
  write_file(database, before);
  restart();
  EXPECT_EQ(shop().sku("cup").number("available_here"), 10);
}

TEST_F(Start, a_disk_that_cannot_hold_the_ledger_leaves_with_5) {
  write_file(dir_ / "file", "");
  const Ran ran = run({holdfastd(), "run", "--config", daemon().config_file().string(), "--data-dir",
                       (dir_ / "file" / "data").string()});
  EXPECT_EQ(ran.code, 5) << ran.printed;
}

TEST_F(Start, the_data_directory_is_made_if_it_is_missing_and_a_mark_lies_beside_it) {
  EXPECT_TRUE(fs::exists(daemon().data_dir() / "ledger.db"));
  EXPECT_TRUE(fs::exists(daemon().data_dir().string() + ".mark"));
  DaemonProcess nested(dir_ / "nested", {.more = ""});
  ASSERT_TRUE(nested.start({"--set", "log.level=warn"})) << nested.log();
  const std::string deep = (dir_ / "a" / "b" / "c").string();
  Process process({holdfastd(), "run", "--config", daemon().config_file().string(), "--data-dir", deep},
                  dir_ / "deep.log");
  EXPECT_TRUE(eventually([&] { return fs::exists(deep + "/addresses.json"); })) << process.log();
}

TEST_F(Start, addresses_json_says_where_and_who) {
  const Reply addresses{200, {}, {}, boost::json::parse(read_file(daemon().data_dir() / "addresses.json"))};
  EXPECT_EQ(addresses.names(), "http gossip pid");
  EXPECT_EQ(Shop(addresses.at("http")).get("/readyz").status, 200);
  EXPECT_TRUE(addresses.at("gossip").starts_with("127.0.0.1:"));
  EXPECT_GT(addresses.number("pid"), 1);
}

TEST_F(Start, flag_is_over_environment_over_file_over_default) {
  const auto origin = [&](const std::string& key) {
    const Reply config = shop().get("/v1/config");
    const auto at = config.text.find("{\"key\":\"" + key + "\"");
    return config.text.substr(at, config.text.find('}', at) - at + 1);
  };
  EXPECT_EQ(origin("gossip.heartbeat_ms"), R"({"key":"gossip.heartbeat_ms","value":100,"origin":")" +
                                               daemon().config_file().string() + R"(:8"})");
  EXPECT_EQ(origin("log.level"), R"({"key":"log.level","value":"info","origin":"default"})");
  const auto with = [&](const std::vector<std::string>& words) {
    daemon_->stop();
    std::vector<std::string> command{"/usr/bin/env", "HOLDFAST_GOSSIP_HEARTBEAT_MS=200", holdfastd(), "run",
                                     "--config",     daemon().config_file().string()};
    command.insert(command.end(), words.begin(), words.end());
    fs::remove(daemon().data_dir() / "addresses.json");
    Process process(command, dir_ / "other.log");
    EXPECT_TRUE(eventually([&] { return !daemon().http().empty(); })) << process.log();
    shop_.emplace(daemon().shop());
    const std::string found = origin("gossip.heartbeat_ms");
    process.signal(SIGTERM);
    EXPECT_EQ(process.exit_code(10s), 0);
    return found;
  };
  EXPECT_EQ(with({}), R"({"key":"gossip.heartbeat_ms","value":200,"origin":"HOLDFAST_GOSSIP_HEARTBEAT_MS"})");
  EXPECT_EQ(with({"--set", "gossip.heartbeat_ms=300"}),
            R"({"key":"gossip.heartbeat_ms","value":300,"origin":"--set"})");
}

TEST_F(Start, lists_are_only_in_the_file) {
  EXPECT_EQ(
      run({holdfastd(), "run", "--config", daemon().config_file().string(), "--set", "peer.region=us"}).code,
      2);
}

TEST_F(Start, it_listens_on_a_name_too) {
  const std::string config = daemon().config_file().string();
  Process process({holdfastd(), "run", "--config", config, "--set", "http.listen=localhost:0", "--data-dir",
                   (dir_ / "named").string()},
                  dir_ / "named.log");
  EXPECT_TRUE(eventually([&] { return fs::exists(dir_ / "named" / "addresses.json"); })) << process.log();
  process.signal(SIGTERM);
  EXPECT_EQ(process.exit_code(10s), 0);
}

TEST_F(Start, listening_beyond_loopback_logs_a_warning) {
  const std::string config = daemon().config_file().string();
  for (const std::string key : {"http.listen", "gossip.listen"}) {
    Process process({holdfastd(), "run", "--config", config, "--set", key + "=0.0.0.0:0", "--data-dir",
                     (dir_ / key).string()},
                    dir_ / (key + ".log"));
    EXPECT_TRUE(eventually([&] {
      const std::string log = process.log();
      return log.contains(key + " is 0.0.0.0:0: ") && log.contains("no tokens yet");
    })) << process.log();
  }
}

TEST_F(Start, validate_prints_one_line_per_fault) {
  const std::string file = (dir_ / "faulty.toml").string();
  write_file(file, "cluster = \"c\"\nregoin = \"eu\"\n[http]\nlisten = 8420\n[rights]\nmove = \"fast\"\n");
  const Ran ran = run({"/bin/sh", "-c", holdfastd() + " validate " + file + " 2>/dev/null"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(std::ranges::count(ran.printed, '\n'), 4) << ran.printed;
  for (const char* line :
       {":2: regoin: ", ", did you mean region\n", ":4: http.listen: ", ":6: rights.move: "})
    EXPECT_NE(ran.printed.find(line), std::string::npos) << line << " is not in\n" << ran.printed;
  write_file(file, toml({}));
  const Ran fine = run({"/bin/sh", "-c", holdfastd() + " validate " + file + " 2>/dev/null"});
  EXPECT_EQ(fine.code, 0);
  EXPECT_EQ(fine.printed, "") << "no fault, no line";
}

TEST_F(Start, a_stop_takes_no_new_requests_and_finishes_what_is_under_way) {
  ASSERT_EQ(shop().adjust("cup", 1).status, 201);
  const std::string body = R"({"lines":[{"sku":"cup","quantity":1}]})";
  const std::string head =
      "PUT /v1/reservations/late HTTP/1.1\r\nHost: s\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  RawConnection sending(daemon().http());
  sending.send(head);
  RawConnection reading(daemon().http());
  reading.send("GET /v1/skus/cup HTTP/1.1\r\n");
  RawConnection idle(daemon().http());
  ASSERT_EQ(shop().get("/readyz").status, 200) << "what was sent before has arrived";
  daemon().signal(SIGTERM);
  ASSERT_TRUE(daemon().logged("stopping: "));
  EXPECT_TRUE(idle.closes());
  RawConnection late(daemon().http());
  late.send("GET /readyz HTTP/1.1\r\nHost: s\r\n\r\n");
  const Reply probe = late.next();
  EXPECT_EQ(probe.status, 503) << probe.text;
  EXPECT_EQ(probe.code(), "draining");
  EXPECT_NE(probe.header("Retry-After"), "");
  EXPECT_TRUE(late.closes());
  sending.send(body);
  EXPECT_EQ(sending.next().code(), "draining");
  reading.send("Host: s\r\n\r\n");
  EXPECT_EQ(reading.next().status, 200) << "reading goes on to the end";
  EXPECT_EQ(daemon().exit_code(10s), 0);
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

TEST(Ephemeral, serves_once_it_has_printed_its_addresses) {
  EphemeralDaemon daemon;
  const Reply ready = daemon.shop().get("/readyz");
  EXPECT_EQ(ready.status, 200) << ready.text;
  EXPECT_NE(daemon.process().log().find("\"gossip\":\"127.0.0.1:"), std::string::npos);
  EXPECT_NE(daemon.process().log().find("\"pid\":" + std::to_string(daemon.process().pid()) + "}\n"),
            std::string::npos);
  EXPECT_EQ(daemon.shop().get("/v1/status").at("region"), "eu");
  EXPECT_EQ(daemon.shop().adjust("cup", 3).status, 201);
  EXPECT_EQ(daemon.shop().reserve("a", "cup", 3).status, 201);
  daemon.process().signal(SIGTERM);
  EXPECT_EQ(daemon.process().exit_code(10s), 0);
}

TEST(Ephemeral, needs_a_region) { EXPECT_EQ(run({holdfastd(), "run", "--ephemeral"}).code, 2); }

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

TEST_F(Start, a_directory_whose_mark_is_gone_is_fenced_until_a_person_says_so) {
  ASSERT_EQ(shop().adjust("cup", 5).status, 201);
  ASSERT_EQ(daemon().stop(), 0);
  fs::remove(daemon().data_dir().string() + ".mark");
  launch_fenced();
  expect_fenced();
  EXPECT_EQ(daemon().stop(), 0);
  ASSERT_TRUE(daemon().start({"--moved"})) << daemon().log();
  shop_.emplace(daemon().shop());
  EXPECT_EQ(shop().reserve("a", "cup", 1).status, 201);
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
