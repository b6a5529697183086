// BackupFile: a backup that lies somewhere, opened to be looked at. Nothing of it is changed, no lock is
// taken, and no mark is asked: it is only read. Threads: one at a time.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "ledger/journal_table.h"
#include "ledger/ledger.h"
#include "ledger/meta_table.h"
#include "ledger/slice_table.h"
#include "ledger/sqlite.h"

namespace holdfast::ledger {

class BackupFile {
 public:
  [[nodiscard]] static Result<BackupFile, Error> open(const std::filesystem::path& file);

  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] Position first() const { return meta_.base.last.next(); }  // of the records that are kept
  [[nodiscard]] Position last() const { return end_.last; }
  [[nodiscard]] bool is_backup() const { return backup_.has_value(); }

  // What is wrong with the file as a whole, in one line; empty: nothing. SQLite looks at its pages; and one
  // that is a backup has kept how far it went.
  [[nodiscard]] Result<std::string, Error> damage();
  // As a Ledger's. Every checksum and the chain of them are looked at.
  [[nodiscard]] Result<void, Error> load(const LoadSink& sink);
  [[nodiscard]] Result<void, Error> every_batch(const std::function<void(const JournalBatch&)>& sink);

 private:
  BackupFile(std::filesystem::path file, sql::Connection connection, JournalTable journal, SliceTable slices)
      : file_(std::move(file)),
        connection_(std::move(connection)),
        journal_(std::move(journal)),
        slices_(std::move(slices)) {}

  std::filesystem::path file_;
  sql::Connection connection_;
  JournalTable journal_;
  SliceTable slices_;
  Identity identity_;
  JournalMeta meta_;
  JournalEnd end_;
  std::optional<Position> backup_;  // the newest record when it was made
};

}  // namespace holdfast::ledger
