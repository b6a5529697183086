// Scratch: a folder on the real file system, for what the ledger that ships keeps without SQLite's help:
// lock, ballast and marks. In memory if the machine has such a place, where a sync costs nothing.
#pragma once

#include <sys/types.h>

#include <filesystem>

namespace holdfast::sim {

class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // What a process that broke a promise could not remove itself.
  static void remove_those_of(pid_t process);

 private:
  std::filesystem::path path_;
};

}  // namespace holdfast::sim
