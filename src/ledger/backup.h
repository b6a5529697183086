// Backup: a copy of a ledger's database in the making, and what makes it one.
//
//   begin --piece--> copying … --the last page--> marked as a backup, synced, and given its name
//
// Until then it is FILE.part, which is worth nothing and is removed. It holds every record that the ledger
// had when it became whole. Owner: SqliteLedger, which it must not outlive. Threads: as its owner.
#pragma once

#include <filesystem>

#include "ledger/ledger.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

class Backup {
 public:
  [[nodiscard]] static Result<Backup, Error> begin(sql::Connection& from, const std::filesystem::path& file);
  Backup(Backup&&) = default;

  // A piece of it. `last`: the newest record of the ledger now.
  [[nodiscard]] Result<Copied, Error> go_on(Position last);

  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  Backup(std::filesystem::path file, sql::Backup copy) : file_(std::move(file)), copy_(std::move(copy)) {}
  [[nodiscard]] Result<Copied, Error> finish(Position last);

  std::filesystem::path file_;
  std::optional<sql::Backup> copy_;
};

// Why a ledger that says it is a backup is fenced, and what to do, in one line.
[[nodiscard]] std::string fenced_as_backup(Position last);

}  // namespace holdfast::ledger
