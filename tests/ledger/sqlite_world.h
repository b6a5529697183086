// SqliteWorld: a data directory, a run directory and a machine, each of which a test may lose, copy or
// exchange.
#pragma once

#include "ledger/contract.h"
#include "ledger/sqlite_ledger.h"
#include "support/temp_dir.h"

namespace holdfast::ledger {

using test::read_file;
using test::TempDir;
using test::write_file;

class SqliteWorld final : public LedgerWorld {
 public:
  SqliteWorld();
  explicit SqliteWorld(const std::filesystem::path& data_dir);

  Result<OpenLedger, Error> open(const Identity& identity) override;
  // With the identity of all tests; what cannot be opened fails the test, and is an empty OpenLedger.
  OpenLedger open();

  [[nodiscard]] const std::filesystem::path& data_dir() const { return options.data_dir; }
  [[nodiscard]] std::filesystem::path database() const { return data_dir() / "ledger.db"; }
  [[nodiscard]] std::filesystem::path log() const { return data_dir() / "ledger.db-wal"; }
  [[nodiscard]] std::filesystem::path mark() const { return data_dir().string() + ".mark"; }
  [[nodiscard]] std::filesystem::path root() const { return root_.path(); }

  // Copies the data directory, and puts such a copy in its place.
  void keep_copy(const std::filesystem::path& to) const;
  void put_back(const std::filesystem::path& from) const;
  // What a power cut does to the mark in memory.
  void forget_run_marks() const;

  // Changes the database behind the ledger's back; it must not be open.
  void tamper(const std::string& sql) const;

 private:
  TempDir root_{TempDir::Where::memory};

 public:
  SqliteOptions options;
};

[[nodiscard]] bool contains(const std::optional<std::string>& text, std::string_view part);

}  // namespace holdfast::ledger
