#include "support/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>
#include <utility>

namespace holdfast::e2e {

namespace {

bool can_bind(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return bound;
}

// Between fork and exec: calls that are safe there, and no others.
[[noreturn]] void become(char* const* words, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(words[0], words);
  ::_exit(127);
}

}  // namespace

bool eventually(const std::function<bool()>& holds, milliseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

std::uint16_t free_port() {
  static std::mt19937 random{std::random_device{}()};
  std::uniform_int_distribution<int> ports(11'000, 31'000);
  for (;;)
    if (const auto port = static_cast<std::uint16_t>(ports(random)); can_bind(port)) return port;
}

Process::Process(const std::vector<std::string>& command, std::filesystem::path log) : log_(std::move(log)) {
  std::vector<std::string> words = command;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int fd = ::open(log_.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644);
  pid_ = ::fork();
  if (pid_ == 0) become(pointers.data(), fd);
  ::close(fd);
  if (pid_ < 0) throw std::runtime_error("cannot fork");
}

Process::Process(Process&& other) noexcept
    : log_(std::move(other.log_)), pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

Process::~Process() {
  if (pid_ < 0 || exit_code_) return;
  signal(SIGKILL);
  static_cast<void>(exit_code(10s));
}

void Process::signal(int number) const {
  if (pid_ > 0 && !exit_code_) ::kill(pid_, number);
}

std::optional<int> Process::exit_code(milliseconds within) {
  const auto ended = [&] {
    int status = 0;
    if (exit_code_) return true;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
  };
  static_cast<void>(eventually(ended, within));
  return exit_code_;
}

Ran run(const std::vector<std::string>& command, milliseconds within) {
  const TempDir dir;
  Process process(command, dir / "log");
  const auto code = process.exit_code(within);
  if (!code) process.signal(SIGKILL);
  return {code ? *code : *process.exit_code(10s), process.log()};
}

}  // namespace holdfast::e2e
