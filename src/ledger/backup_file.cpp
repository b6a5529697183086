#include "ledger/backup_file.h"

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
  HF_LET(schema, of_file(file, find_schema(connection)));
  if (schema == SchemaState::ours) return {};
  if (schema == SchemaState::newer)
    return failure(Error{Trouble::newer_schema, file.string() + " was made by a later version of holdfastd"});
  return failure(Error{Trouble::damaged, file.string() + " is not a ledger"});
}

}  // namespace

Result<BackupFile, Error> BackupFile::open(const std::filesystem::path& file) {
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
  opened.is_backup_ = backup.has_value();
  return opened;
}

Result<std::string, Error> BackupFile::damage() {
  HF_LET(found, of_file(file_, connection_.ask("PRAGMA integrity_check(1)")));
  return found == "ok" ? std::string() : found;
}

Result<void, Error> BackupFile::load(const LoadSink& sink) {
  HF_TRY(of_file(file_, slices_.scan(meta_.slices_sum, sink.slice)));
  return of_file(file_, journal_.scan(meta_.base, end_, meta_.checkpoint_began, sink.batch));
}

Result<void, Error> BackupFile::every_batch(const std::function<void(const JournalBatch&)>& sink) {
  return of_file(file_, journal_.scan(meta_.base, end_, meta_.base.last, sink));
}

}  // namespace holdfast::ledger
