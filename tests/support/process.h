// Process: a child of this test, and nothing that outlives it: killed when the value ends, or when the test
// dies.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace holdfast::e2e {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// Asks again and again until it is so, or the time is over: then false.
[[nodiscard]] bool eventually(const std::function<bool()>& holds, milliseconds within = 10s);

// A port of the loopback that nobody has at this moment; outside the range from which the system draws.
[[nodiscard]] std::uint16_t free_port();

using test::read_file;
using test::TempDir;
using test::write_file;

class Process {
 public:
  // stdout and stderr are appended to the log.
  Process(const std::vector<std::string>& command, std::filesystem::path log);
  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;

  void signal(int number) const;
  // The exit code, or minus the signal that ended it; nothing: it still runs.
  [[nodiscard]] std::optional<int> exit_code(milliseconds within = 0ms);
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string log() const { return read_file(log_); }

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

struct Ran {
  int code = 0;
  std::string printed;
};
// To its end; killed if that does not come.
[[nodiscard]] Ran run(const std::vector<std::string>& command, milliseconds within = 20s);

}  // namespace holdfast::e2e
