// DiskVfs: a simulated disk as a file system of SQLite's, to be named in SqliteOptions::vfs.
//
// Registered under name() while it lives, each with a name of its own. Directories are one: making and
// removing files is durable when the directory is synced, which SQLite does after it has made a log and after
// it has removed one. There is no shared memory: connections must be exclusive, as the ledger's is.
#pragma once

#include <memory>
#include <string>

#include "sim/disk/disk.h"

struct sqlite3_vfs;

namespace holdfast::sim {

class DiskVfs {
 public:
  // The disk must outlive this, and may be replaced by another value while no file is open.
  explicit DiskVfs(Disk& disk);
  ~DiskVfs();
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace holdfast::sim
