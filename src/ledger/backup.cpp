#include "ledger/backup.h"

#include <fcntl.h>

#include <cerrno>

#include "ledger/files.h"
#include "ledger/meta_table.h"
#include "ledger/schema.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

constexpr int pages_a_piece =
    64;  // 256 KiB: a commit that comes in between waits for less than a millisecond

std::filesystem::path part_of(const std::filesystem::path& file) { return file.string() + ".part"; }

Error copy_error(const std::filesystem::path& file, const sql::Error& error) {
  return {error.kind == sql::Kind::damaged ? Trouble::damaged : Trouble::failed,
          "the backup " + file.string() + " was not made: " + error.detail};
}

void remove_parts(const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::remove(part_of(file), ignored);
  std::filesystem::remove(part_of(file).string() + "-wal", ignored);
}

// Of copies that a crash broke off: nobody else knows of them, and each is as large as the ledger.
void remove_leftovers(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".part") || name.ends_with(".part-wal"))
      std::filesystem::remove(entry.path(), ignored);
  }
}

// So that little is left to write when it is synced, and the ledger's own syncs do not wait behind it all.
void begin_writing_back(const std::filesystem::path& file) {
  if (const auto opened = open_file(part_of(file), O_RDWR | O_CLOEXEC))
    ::sync_file_range(opened->get(), 0, 0, SYNC_FILE_RANGE_WRITE);
}

// The checkpoint syncs all of the file, not only what this adds.
Result<void, sql::Error> mark_as_backup(const std::filesystem::path& part, Position last) {
  HF_LET(connection, sql::Connection::open(part.string(), {}));
  HF_TRY(configure(connection));
  {
    HF_LET(meta, MetaTable::open(connection));
    HF_TRY(meta.put_backup(last));
  }
  return connection.checkpoint(sql::Checkpoint::truncate);
}

}  // namespace

Result<Backup, Error> Backup::begin(sql::Connection& from, const std::filesystem::path& file) {
  HF_TRY(make_directory(file.parent_path()));
  remove_leftovers(file.parent_path());
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored))
    return failure(Error{Trouble::failed, file.string() + " is there already, and is left as it is"});
  auto copy = sql::Backup::begin(from, part_of(file).string());
  if (!copy) return failure(copy_error(file, copy.error()));
  return Backup(file, *std::move(copy));
}

Result<Copied, Error> Backup::go_on(Position last) {
  if (!copy_)
    return failure(Error{Trouble::failed, "the backup " + file_.string() +
                                              " was not made: the disk is full, and sales come first"});
  const auto whole = copy_->copy(pages_a_piece);
  if (whole && *whole) {
    copy_.reset();
    return finish(last);
  }
  if (!whole) {
    give_way();
    return failure(copy_error(file_, whole.error()));
  }
  begin_writing_back(file_);
  return Copied{
      static_cast<std::uint64_t>(copy_->pages()), static_cast<std::uint64_t>(copy_->left()), {}, false};
}

bool Backup::give_way() {
  if (!copy_) return false;
  copy_.reset();
  remove_parts(file_);
  return true;
}

Result<Copied, Error> Backup::finish(Position last) {
  if (const auto marked = mark_as_backup(part_of(file_), last); !marked) {
    remove_parts(file_);
    return failure(copy_error(file_, marked.error()));
  }
  std::error_code failed;
  std::filesystem::rename(part_of(file_), file_, failed);
  remove_parts(file_);
  if (failed)
    return failure(Error{Trouble::failed, "cannot name " + file_.string() + ": " + failed.message()});
  HF_TRY(sync_directory(file_.parent_path()));
  return Copied{.pages = 0, .left = 0, .last = last, .whole = true};
}

std::string fenced_as_backup(Position last) {
  return "this is a backup, made at record " + std::to_string(last.value()) +
         ": what its region sold since is unknown here, and would be sold again; it may be read; put the newest "
         "directory back, or start this region anew with an empty data_dir";
}

}  // namespace holdfast::ledger
