// ProcessLock: one process per data directory, and per ledger on a machine. A file is held with flock(2) as
// long as this object lives, and names the process that holds it; the kernel lets go when a process dies,
// however it dies.
#pragma once

#include <filesystem>
#include <string>

#include "ledger/files.h"

namespace holdfast::ledger {

class ProcessLock {
 public:
  // "IN_USE by process N: TO_DO".
  struct Words {
    std::string in_use;
    std::string to_do;
  };
  // Trouble::locked if another has it.
  [[nodiscard]] static Result<ProcessLock, Error> take(const std::filesystem::path& path, const Words& words);

 private:
  explicit ProcessLock(File file) : file_(std::move(file)) {}
  File file_;
};

}  // namespace holdfast::ledger
