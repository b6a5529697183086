#include "ledger/backup_file.h"

#include <fcntl.h>

#include <algorithm>

#include "ledger/files.h"
#include "ledger/schema.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

Error error_of_file(const std::filesystem::path& file, const sql::Error& error) {
  return {error.kind == sql::Kind::damaged ? Trouble::damaged : Trouble::failed,
          file.string() + ": " + error.detail};
}

template <class T>
Result<T, Error> of_file(const std::filesystem::path& file, Result<T, sql::Error> result) {
  if (!result) return failure(error_of_file(file, result.error()));
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return std::move(*result);
}

Result<void, Error> check_schema(const std::filesystem::path& file, sql::Connection& connection) {
  const auto schema = find_schema(connection);
  if (schema && *schema == SchemaState::ours) return {};
  if (schema && *schema == SchemaState::newer)
    return failure(Error{Trouble::newer_schema, file.string() + " was made by a later version of holdfastd"});
  const std::string why = schema ? "" : ": " + schema.error().detail;
  return failure(Error{Trouble::damaged, file.string() + " is no ledger, and no backup of one" + why});
}

// Before SQLite, which says the same of each of these: "unable to open database file".
Result<void, Error> check_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return failure(Error{Trouble::failed, file.string() + " is a directory: name the backup in it"});
  HF_TRY(open_file(file, O_RDONLY));
  const std::filesystem::path log = file.string() + "-wal";
  if (const auto bytes = std::filesystem::file_size(log, ignored); !ignored && bytes > 0)
    return failure(
        Error{Trouble::failed,
              file.string() +
                  " is a ledger in use, or one that was not closed: its newest "
                  "records are in " +
                  log.filename().string() +
                  ", which is not read here; `holdfast backup create` asks its daemon for a backup"});
  return {};
}

}  // namespace

Result<BackupFile, Error> BackupFile::open(const std::filesystem::path& file) {
  HF_TRY(check_file(file));
  HF_LET(connection, of_file(file, sql::Connection::open_read_only(file.string())));
  HF_TRY(check_schema(file, connection));
  HF_LET(identity, of_file(file, read_identity(connection)));
  HF_LET(notes, of_file(file, MetaTable::open(connection)));
  HF_LET(meta, of_file(file, notes.get_journal()));
  HF_LET(backup, of_file(file, notes.get_backup()));
  HF_LET(journal, of_file(file, JournalTable::open(connection)));
  HF_LET(slices, of_file(file, SliceTable::open(connection)));
  HF_LET(end, of_file(file, journal.end(meta.base)));
  BackupFile opened(file, std::move(connection), std::move(journal), std::move(slices));
  opened.identity_ = identity;
  opened.meta_ = meta;
  opened.end_ = end;
  opened.backup_ = backup;
  return opened;
}

Result<std::string, Error> BackupFile::damage() {
  HF_LET(found, of_file(file_, connection_.ask("PRAGMA integrity_check(1)")));
  std::ranges::replace(found, '\n', ' ');
  if (found != "ok") return found;
  // Of a byte that is missing at its end SQLite reads a zero, and what is behind its end it does not look at.
  HF_LET(pages,
         of_file(file_,
                 connection_.ask("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")));
  std::error_code gone;
  const std::string bytes = std::to_string(std::filesystem::file_size(file_, gone));
  if (bytes != pages) return "it has " + bytes + " bytes, and its pages make " + pages;
  if (backup_ && *backup_ != end_.last)
    return "it was made at record " + std::to_string(backup_->value()) + ", and its records end at " +
           std::to_string(end_.last.value());
  return std::string();
}

Result<void, Error> BackupFile::load(const LoadSink& sink) {
  HF_TRY(of_file(file_, slices_.scan(meta_.slices_sum, sink.slice)));
  return of_file(file_, journal_.scan(meta_.base, end_, meta_.checkpoint_began, sink.batch));
}

Result<void, Error> BackupFile::every_batch(const std::function<void(const JournalBatch&)>& sink) {
  return of_file(file_, journal_.scan(meta_.base, end_, meta_.base.last, sink));
}

}  // namespace holdfast::ledger
