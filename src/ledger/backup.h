// Backup: a copy of a ledger's database in the making, and what makes it one.
//
//   begin --piece--> copying … --the last page--> marked as a backup, synced, and given its name
//                       └──────give_way()───────> gone
//
// Until then it is FILE.part, which is worth nothing: it is removed where the copy fails or gives way, and
// what a crash left of one by the next. It holds every record that the ledger had when it became whole.
// Owner: SqliteLedger, which it must not outlive. Threads: as its owner.
#pragma once

#include <filesystem>

#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

class Backup {
 public:
  // `file` is not there yet, and alone in its directory are backups of this ledger.
  [[nodiscard]] static Result<Backup, Error> begin(sql::Connection& from, const std::filesystem::path& file);
  Backup(Backup&&) = default;

  // A piece of it. `last`: the newest record of the ledger now.
  [[nodiscard]] Result<Copied, Error> go_on(Position last);

  // What it has taken of the disk is given back, and going on is an error. False: that was so already.
  bool give_way();

 private:
  Backup(std::filesystem::path file, sql::Backup copy) : file_(std::move(file)), copy_(std::move(copy)) {}
  [[nodiscard]] Result<Copied, Error> finish(Position last);

  std::filesystem::path file_;
  std::optional<sql::Backup> copy_;  // none: it gave way
};

// Why a ledger that says it is a backup is fenced, and what to do, in one line.
[[nodiscard]] std::string fenced_as_backup(Position last);

}  // namespace holdfast::ledger
