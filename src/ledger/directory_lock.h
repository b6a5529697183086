// DirectoryLock: one process per data directory. DATA_DIR/lock is held with flock(2) as long as this object
// lives, and names the process that holds it; the kernel lets go when a process dies, however it dies.
#pragma once

#include <filesystem>

#include "ledger/files.h"

namespace holdfast::ledger {

class DirectoryLock {
 public:
  // Trouble::locked, with the pid of the other process, if it is held.
  [[nodiscard]] static Result<DirectoryLock, Error> take(const std::filesystem::path& directory);

 private:
  explicit DirectoryLock(File file) : file_(std::move(file)) {}
  File file_;
};

}  // namespace holdfast::ledger
