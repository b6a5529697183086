#include "ledger/gathering_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <new>

#include "base/bytes.h"

namespace holdfast::ledger::sql {
namespace {

constexpr std::size_t other_run_max = 256 << 10;  // nothing of it is read again
constexpr std::size_t call_bytes = 64 << 10;      // SQLite's own file system takes less than 128 KiB in one

// One file: what was last written to it without a gap, of which the front is in the file below already.
class GatheredFile {
 public:
  GatheredFile(sqlite3_file* below, std::size_t run_max) : below_(below), run_max_(run_max) {}

  [[nodiscard]] sqlite3_file* below() const { return below_; }

  [[nodiscard]] int read(void* to, int size, sqlite3_int64 at) {
    if (at >= start_ && at + size <= end()) {
      std::memcpy(to, run_.data() + (at - start_), static_cast<std::size_t>(size));
      return SQLITE_OK;
    }
    if (at < end() && at + size > start_) {
      if (const int code = write_out(); code != SQLITE_OK) return code;
    }
    return below_->pMethods->xRead(below_, to, size, at);
  }

  [[nodiscard]] int write(const void* from, int size, sqlite3_int64 at) {
    const auto bytes = static_cast<std::size_t>(size);
    if (at != end() || run_.size() + bytes > run_max_) {
      if (const int code = write_out(); code != SQLITE_OK) return code;
      begin_run(at);
    }
    const auto* first = static_cast<const std::byte*>(from);
    run_.insert(run_.end(), first, first + bytes);
    return SQLITE_OK;
  }

  [[nodiscard]] int truncate(sqlite3_int64 size) {
    if (const int code = write_out(); code != SQLITE_OK) return code;
    begin_run(0);
    is_synced_ = false;
    return below_->pMethods->xTruncate(below_, size);
  }

  [[nodiscard]] int tell_size(sqlite3_int64* size) {
    const int code = below_->pMethods->xFileSize(below_, size);
    if (written_ < run_.size()) *size = std::max(*size, end());
    return code;
  }

  // What another process left in it, before, may be in need of one.
  [[nodiscard]] int sync(int flags) {
    if (const int code = write_out(); code != SQLITE_OK) return code;
    if (is_synced_) return SQLITE_OK;
    const int code = below_->pMethods->xSync(below_, flags);
    is_synced_ = code == SQLITE_OK;
    return code;
  }

 private:
  // All that waits.
  [[nodiscard]] int write_out() {
    while (written_ < run_.size()) {
      is_synced_ = false;
      const sqlite3_int64 at = start_ + static_cast<sqlite3_int64>(written_);
      const std::size_t bytes =
          std::min(run_.size() - written_, call_bytes - static_cast<std::size_t>(at) % call_bytes);
      const int code = below_->pMethods->xWrite(below_, run_.data() + written_, static_cast<int>(bytes), at);
      if (code != SQLITE_OK) {
        begin_run(0);
        return code;
      }
      written_ += bytes;
    }
    return SQLITE_OK;
  }

  [[nodiscard]] sqlite3_int64 end() const { return start_ + static_cast<sqlite3_int64>(run_.size()); }

  void begin_run(sqlite3_int64 at) {
    run_.clear();
    start_ = at;
    written_ = 0;
  }

  sqlite3_file* below_;
  std::size_t run_max_;
  Bytes run_;
  sqlite3_int64 start_ = 0;
  std::size_t written_ = 0;
  bool is_synced_ = false;  // and nothing was asked of the file below since
};

// What SQLite holds; the file below stands right behind it.
struct Opened {
  sqlite3_file base;
  GatheredFile file;
};
static_assert(sizeof(Opened) % 8 == 0 && alignof(Opened) == 8, "as SQLite aligns files");

GatheredFile& ours(sqlite3_file* file) { return reinterpret_cast<Opened*>(file)->file; }
sqlite3_file* below(sqlite3_file* file) { return ours(file).below(); }
sqlite3_vfs* below(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

int close_file(sqlite3_file* file) {
  const int code = below(file)->pMethods->xClose(below(file));
  reinterpret_cast<Opened*>(file)->~Opened();
  return code;
}

// Nothing is written out where SQLite may not look at what comes of it, as with hints (xFileControl).
constexpr sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) { return ours(f).read(to, size, at); },
    .xWrite = [](sqlite3_file* f, const void* from, int size,
                 sqlite3_int64 at) { return ours(f).write(from, size, at); },
    .xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return ours(f).truncate(size); },
    .xSync = [](sqlite3_file* f, int flags) { return ours(f).sync(flags); },
    .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return ours(f).tell_size(size); },
    .xLock = [](sqlite3_file* f, int level) { return below(f)->pMethods->xLock(below(f), level); },
    .xUnlock = [](sqlite3_file* f, int level) { return below(f)->pMethods->xUnlock(below(f), level); },
    .xCheckReservedLock = [](sqlite3_file* f,
                             int* out) { return below(f)->pMethods->xCheckReservedLock(below(f), out); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* arg) { return below(f)->pMethods->xFileControl(below(f), op, arg); },
    .xSectorSize = [](sqlite3_file* f) { return below(f)->pMethods->xSectorSize(below(f)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return below(f)->pMethods->xDeviceCharacteristics(below(f)); },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* opened = reinterpret_cast<Opened*>(file);
  auto* real = reinterpret_cast<sqlite3_file*>(opened + 1);
  std::memset(real, 0, static_cast<std::size_t>(below(vfs)->szOsFile));
  file->pMethods = nullptr;
  const int code = below(vfs)->xOpen(below(vfs), name, real, flags, out_flags);
  if (real->pMethods == nullptr) return code;
  const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
  new (opened) Opened{.base = {.pMethods = &methods},
                      .file = GatheredFile(real, is_log ? log_bytes_kept : other_run_max)};
  return code;
}

// All that takes a file system is asked of the one below as itself: it finds what is its own in its pAppData.
void forward_all(sqlite3_vfs& vfs) {
  vfs.xOpen = open_file;
  vfs.xDelete = [](sqlite3_vfs* v, const char* name, int sync_names) {
    return below(v)->xDelete(below(v), name, sync_names);
  };
  vfs.xAccess = [](sqlite3_vfs* v, const char* name, int flags, int* out) {
    return below(v)->xAccess(below(v), name, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs* v, const char* name, int size, char* out) {
    return below(v)->xFullPathname(below(v), name, size, out);
  };
  vfs.xRandomness = [](sqlite3_vfs* v, int size, char* out) {
    return below(v)->xRandomness(below(v), size, out);
  };
  vfs.xSleep = [](sqlite3_vfs* v, int us) { return below(v)->xSleep(below(v), us); };
  vfs.xGetLastError = [](sqlite3_vfs* v, int size, char* out) {
    return below(v)->xGetLastError(below(v), size, out);
  };
  vfs.xCurrentTime = [](sqlite3_vfs* v, double* out) { return below(v)->xCurrentTime(below(v), out); };
  vfs.xCurrentTimeInt64 = [](sqlite3_vfs* v, sqlite3_int64* out) {
    return below(v)->xCurrentTimeInt64(below(v), out);
  };
}

std::string new_name() {
  static std::atomic<std::uint64_t> made = 0;
  return "holdfast-gathering-" + std::to_string(++made);
}

}  // namespace

GatheringVfs::GatheringVfs(const std::string& below_name) : name_(new_name()) {
  sqlite3_initialize();
  sqlite3_vfs* const found = sqlite3_vfs_find(below_name.empty() ? nullptr : below_name.c_str());
  if (found == nullptr) return;
  vfs_ = std::make_unique<sqlite3_vfs>(*found);
  vfs_->zName = name_.c_str();
  vfs_->pNext = nullptr;
  vfs_->szOsFile = static_cast<int>(sizeof(Opened)) + found->szOsFile;
  vfs_->pAppData = found;
  forward_all(*vfs_);
  sqlite3_vfs_register(vfs_.get(), 0);
}

GatheringVfs::~GatheringVfs() {
  if (vfs_) sqlite3_vfs_unregister(vfs_.get());
}

}  // namespace holdfast::ledger::sql
