// follow and migrate, where something is wrong: one line, and the code that scripts go by.
#include "cli/program.h"
#include "support/process.h"

namespace holdfast {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class StoreProgram : public testing::Test {
 protected:
  StoreProgram() { e2e::write_file(dir_ / "shop.db", ""); }
  [[nodiscard]] std::vector<std::string> with_store(std::vector<std::string> words,
                                                    const std::vector<std::string>& more = {}) const {
    words.insert(words.end(), {"--store", "sqlite:" + std::string(dir_ / "shop.db")});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  e2e::TempDir dir_;
};

TEST_F(StoreProgram, nobody_listening_is_exit_code_five) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"follow"},
                                                {"migrate", "run"},
                                                {"migrate", "shadow"},
                                                {"migrate", "verify"}}) {
    const auto ran = run_program(unused_endpoint(), with_store(words));
    EXPECT_EQ(ran.code, 5) << words.back();
    EXPECT_THAT(ran.err, StartsWith("holdfast: cannot reach "));
  }
}

TEST_F(StoreProgram, a_daemon_that_does_not_answer_in_time_is_exit_code_eight) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.then = FakeAnswer::Then::never_answer}; });
  EXPECT_EQ(run_program(daemon.endpoint(), with_store({"migrate", "run"}, {"--timeout", "200ms"})).code, 8);
}

TEST_F(StoreProgram, a_daemon_that_refuses_is_told_by_its_own_code) {
  FakeDaemon daemon([](const FakeRequest&) { return FakeAnswer{.status = 422, .body = "{}"}; });
  const auto ran = run_program(daemon.endpoint(),
                               with_store({"migrate", "verify"}, {"--region", "eu=" + daemon.endpoint()}));
  EXPECT_EQ(ran.code, 2);
}

TEST_F(StoreProgram, an_address_that_is_none_is_exit_code_two) {
  const auto ran = run_program({}, with_store({"follow"}, {"--region", "eu=ftp://x"}));
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--region: ftp://x is no endpoint"));
}

TEST_F(StoreProgram, tables_that_cannot_be_read_are_told_of) {
  const auto ran = run_program({}, with_store({"migrate", "plan"}, {"--tables", "/tmp"}));
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "holdfast: cannot read /tmp: Is a directory\n");
}

}  // namespace
}  // namespace holdfast
