#include <cstdio>

#include "cli/program.h"
#include "support/paths.h"
#include "support/temp_dir.h"

namespace holdfast {
namespace {

using testing::HasSubstr;
using testing::Not;

FakeAnswer answer_of_a_daemon(const FakeRequest& request) {
  if (request.target.starts_with("/v1/status")) return {.body = canned::degraded};
  if (request.target.starts_with("/v1/config")) return {.body = canned::config};
  if (request.target.starts_with("/v1/rights")) return {.body = canned::rights};
  if (request.target == "/readyz") return {.body = R"({"status":"ready"})"};
  return {.body = "holdfast_audit_mismatches 0\n"};
}

TEST(DoctorCommand, SaysWhatIsBadAndEndsSo) {
  FakeDaemon daemon(answer_of_a_daemon);
  const auto ran = run_program(daemon.endpoint(), {"doctor"});
  EXPECT_EQ(ran.code, 6);
  EXPECT_THAT(ran.out, HasSubstr("BAD   region ap"));
  EXPECT_THAT(ran.out, HasSubstr("was never heard"));
  EXPECT_THAT(ran.out, HasSubstr("kernel"));
}

TEST(DoctorCommand, NobodyListeningIsSaidAsAlways) {
  EXPECT_EQ(run_program(unused_endpoint(), {"doctor"}).code, 5);
}

TEST(DebugBundle, HoldsWhatHelpsAndNoShopper) {
  FakeDaemon daemon(answer_of_a_daemon);
  const auto ran = run_program(daemon.endpoint(), {"debug", "bundle", "-"});
  EXPECT_EQ(ran.code, 0);
  for (const auto* part :
       {R"("status":{)", R"("config":{)", R"("doctor":[)", R"("rights":{)", "holdfast_audit_mismatches"})
    EXPECT_THAT(ran.out, HasSubstr(part));
  for (const auto& request : daemon.requests()) EXPECT_THAT(request.target, Not(HasSubstr("reservations")));
}

TEST(DebugBundle, ThatCannotBeWrittenIsSaid) {
  FakeDaemon daemon(answer_of_a_daemon);
  const auto ran = run_program(daemon.endpoint(), {"debug", "bundle", "/nowhere/bundle.json"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("cannot write /nowhere/bundle.json: No such file or directory"));
  const auto not_even_looked_at =
      run_program(daemon.endpoint(), {"debug", "bundle", "/" + std::string(300, 'x')});
  EXPECT_EQ(not_even_looked_at.code, 1);
  EXPECT_THAT(not_even_looked_at.err, HasSubstr("x: File name too long"));
}

// `holdfast debug bundle eu.toml` must not cost a configuration.
TEST(DebugBundle, ReplacesNoFile) {
  FakeDaemon daemon(answer_of_a_daemon);
  const test::TempDir folder;
  const std::string file = folder / "eu.toml";
  test::write_file(file, "region");
  const auto ran = run_program(daemon.endpoint(), {"debug", "bundle", file});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "holdfast: " + file + " exists: it is left as it is; name another file\n");
  EXPECT_EQ(test::read_file(file), "region");
}

// What man says of the page: its text on stdout, what it does not understand on stderr.
std::string man(const std::string& redirection) {
  const std::string command =
      test::bin_dir() + "/holdfast man | MANWIDTH=100 man --warnings -E UTF-8 -l - " + redirection;
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  ::pclose(pipe);
  return text;
}

TEST(ManualPage, HasEveryCommandAndIsGoodRoff) {
  if (std::system("command -v man >/dev/null") != 0) GTEST_SKIP() << "no man here";
  EXPECT_EQ(man("2>&1 >/dev/null"), "");
  const std::string page = man("2>/dev/null | col -b");
  for (const auto* words :
       {"reserve create", "--line SKU=N", "EXIT STATUS", "holdfast rights move 85123A --from eu --to us 200"})
    EXPECT_THAT(page, HasSubstr(words));
}

}  // namespace
}  // namespace holdfast
