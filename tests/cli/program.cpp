#include "cli/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "support/paths.h"
#include "support/temp_dir.h"

namespace holdfast {
namespace {

Ran run_words(const std::string& endpoint, std::vector<std::string> words, const std::string& in) {
  const test::TempDir files;  // instead of pipes: nothing can block on a full one
  test::write_file(files / "in", in);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, (files / "in").c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, (files / "out").c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, (files / "err").c_str(), O_WRONLY | O_CREAT, 0600);

  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string variable = "HOLDFAST_ENDPOINT=" + endpoint;
  std::string program = "HOLDFAST=" + test::bin_dir() + "/holdfast";
  char* environment[] = {variable.data(), program.data(), nullptr};

  pid_t child = 0;
  const int error = ::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environment);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return {.code = -1, .out = {}, .err = "cannot start the program"};
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, test::read_file(files / "out"),
          test::read_file(files / "err")};
}

}  // namespace

Ran run_program(const std::string& endpoint, std::vector<std::string> words, const std::string& in) {
  words.insert(words.begin(), test::bin_dir() + "/holdfast");
  return run_words(endpoint, std::move(words), in);
}

Ran run_shell(const std::string& endpoint, const std::string& command) {
  return run_words(endpoint, {"/bin/sh", "-c", command}, {});
}

RanAndAsked ask(FakeAnswer answer, std::vector<std::string> words, const std::string& in) {
  FakeDaemon daemon([&](const FakeRequest&) { return answer; });
  auto ran = run_program(daemon.endpoint(), std::move(words), in);
  return {std::move(ran), daemon.requests()};
}

}  // namespace holdfast
