// The program itself: what it prints, its exit codes, its control over HTTP.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "support/paths.h"

namespace {

struct Outcome {
  int code;
  std::string printed;  // stdout and stderr
};

Outcome run(const std::string& command) {
  FILE* pipe = popen(("{ " + command + "; } 2>&1").c_str(), "r");
  std::string printed;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) printed += static_cast<char>(c);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, printed};
}

const std::string proxy = holdfast::test::bin_dir() + "/holdfast-proxy";

// Runs the program in the background of a script that finds its addresses in $control and $link.
Outcome run_beside(const std::string& script) {
  const std::string file =
      std::filesystem::temp_directory_path() / ("holdfast-proxy-test-" + std::to_string(getpid()) + ".json");
  const Outcome outcome =
      run("rm -f " + file + "; " + proxy + " --link 'a=127.0.0.1:0->127.0.0.1:1' --addresses " + file +
          " & proxy=$!; for i in $(seq 500); do [ -s " + file + " ] && break; sleep 0.01; done; " +
          "control=$(jq -r .control " + file + "); link=$(jq -r .links.a " + file + "); " + script +
          "; kill -TERM $proxy; wait $proxy");
  std::filesystem::remove(file);
  return outcome;
}

TEST(Program, says_where_it_listens_and_stops_cleanly_when_asked) {
  const Outcome outcome = run_beside("true");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(outcome.printed.starts_with(R"({"control":"127.0.0.1:)")) << outcome.printed;
  EXPECT_NE(outcome.printed.find(R"("links":{"a":"127.0.0.1:)"), std::string::npos) << outcome.printed;
}

TEST(Program, takes_faults_over_http) {
  const Outcome outcome = run_beside(
      "curl -s -X PUT http://$control/links/a -d '{\"delay_ms\":80}' | jq .delay_ms; "
      "curl -s http://$control/ | jq -r .links.a.target; "
      "curl -s -o /dev/null -w '%{http_code}' -X PUT http://$control/links/a -d nonsense");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.printed.find("80\n127.0.0.1:1\n400"), std::string::npos) << outcome.printed;
}

TEST(Program, leaves_with_3_when_an_address_is_in_use) {
  const Outcome outcome = run_beside(proxy + " --link \"b=$link->127.0.0.1:1\"; echo exit $?");
  EXPECT_NE(outcome.printed.find("cannot listen on 127.0.0.1:"), std::string::npos) << outcome.printed;
  EXPECT_NE(outcome.printed.find("exit 3\n"), std::string::npos) << outcome.printed;
}

TEST(Program, leaves_with_2_and_one_line_when_it_is_called_wrongly) {
  for (const char* arguments : {"", "--link nonsense", "--link a=b", "--bogus", "--link 'a=:1->:2'",
                                "--link 'a=127.0.0.1:0->127.0.0.1:1' --link 'a=127.0.0.1:0->127.0.0.1:1'"}) {
    const Outcome outcome = run(proxy + " " + arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_EQ(std::ranges::count(outcome.printed, '\n'), 1) << outcome.printed;
  }
}

TEST(Program, help_shows_examples) {
  const Outcome outcome = run(proxy + " --help");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.printed.find("curl -s -X PUT"), std::string::npos);
}

}  // namespace
