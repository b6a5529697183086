#include "sim/disk/disk_vfs.h"

#include <sqlite3.h>

#include <cstring>
#include <new>
#include <tuple>
#include <utility>

#include "base/assert.h"

namespace holdfast::sim {
namespace {

struct OpenFile {
  sqlite3_file base;
  Disk* disk;
  std::string* name;
  bool removes_itself;
  bool syncs_names;  // at its next sync: SQLite's unix file system does so for logs that it may make
};

OpenFile& ours(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
Disk& disk_of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

int code_of(DiskAnswer answer, int io_error) {
  switch (answer) {
    case DiskAnswer::done: return SQLITE_OK;
    case DiskAnswer::short_read: return SQLITE_IOERR_SHORT_READ;
    case DiskAnswer::full: return SQLITE_FULL;
    case DiskAnswer::missing: return SQLITE_IOERR_DELETE_NOENT;
    case DiskAnswer::io_error: return io_error;
  }
  std::unreachable();
}

int close_file(sqlite3_file* file) {
  OpenFile& open = ours(file);
  if (open.removes_itself) std::ignore = open.disk->remove(*open.name);
  delete open.name;
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
  std::memset(to, 0, static_cast<std::size_t>(size));  // what SQLite wants of a short read
  const std::span bytes(static_cast<std::byte*>(to), static_cast<std::size_t>(size));
  return code_of(ours(file).disk->read(*ours(file).name, static_cast<std::uint64_t>(at), bytes),
                 SQLITE_IOERR_READ);
}

int write_file(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  const BytesView bytes(static_cast<const std::byte*>(from), static_cast<std::size_t>(size));
  return code_of(ours(file).disk->write(*ours(file).name, static_cast<std::uint64_t>(at), bytes),
                 SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return code_of(ours(file).disk->truncate(*ours(file).name, static_cast<std::uint64_t>(size)),
                 SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int) {
  OpenFile& open = ours(file);
  const int code = code_of(open.disk->sync(*open.name), SQLITE_IOERR_FSYNC);
  if (code != SQLITE_OK || !open.syncs_names) return code;
  open.syncs_names = false;
  return code_of(open.disk->sync_names(), SQLITE_IOERR_DIR_FSYNC);
}

constexpr sqlite3_io_methods methods = {
    .iVersion = 1,  // no shared memory, no mapping
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize =
        [](sqlite3_file* file, sqlite3_int64* size) {
          *size = static_cast<sqlite3_int64>(ours(file).disk->size(*ours(file).name));
          return SQLITE_OK;
        },
    .xLock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xCheckReservedLock =
        [](sqlite3_file*, int* held) {
          *held = 0;
          return SQLITE_OK;
        },
    .xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; },
    .xSectorSize = [](sqlite3_file*) { return 4096; },  // as the unix one says
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },  // the same
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  HF_ASSERT(name != nullptr);  // nameless temporary files: the ledger keeps those in memory
  Disk& disk = disk_of(vfs);
  const bool may_make = (flags & SQLITE_OPEN_CREATE) != 0;
  if (!disk.exists(name) && !may_make) return SQLITE_CANTOPEN;
  if (const int code = code_of(disk.make(name), SQLITE_CANTOPEN); code != SQLITE_OK) return code;
  const bool is_log = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  new (file) OpenFile{.base = {.pMethods = &methods},
                      .disk = &disk,
                      .name = new std::string(name),
                      .removes_itself = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0,
                      .syncs_names = may_make&& is_log};
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_names) {
  const int code = code_of(disk_of(vfs).remove(name), SQLITE_IOERR_DELETE);
  if (code != SQLITE_OK || sync_names == 0) return code;
  return code_of(disk_of(vfs).sync_names(), SQLITE_IOERR_DIR_FSYNC);
}

// As in SQLite's unix file system, an empty file is none.
int look(sqlite3_vfs* vfs, const char* name, int what, int* found) {
  Disk& disk = disk_of(vfs);
  *found = disk.exists(name) && (what != SQLITE_ACCESS_EXISTS || disk.size(name) > 0);
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}

int draw(sqlite3_vfs* vfs, int size, char* out) {
  for (int i = 0; i < size; ++i) out[i] = static_cast<char>(disk_of(vfs).draw());
  return size;
}

int tell_time(sqlite3_vfs*, sqlite3_int64* julian_ms) {
  *julian_ms = 0;  // the ledger asks for none
  return SQLITE_OK;
}

}  // namespace

DiskVfs::DiskVfs(Disk& disk) : vfs_(std::make_unique<sqlite3_vfs>()) {
  char address[24];
  sqlite3_snprintf(sizeof address, address, "disk-%p", static_cast<void*>(this));
  name_ = address;
  sqlite3_initialize();
  *vfs_ = {.iVersion = 2,
           .szOsFile = sizeof(OpenFile),
           .mxPathname = 512,
           .pNext = nullptr,
           .zName = name_.c_str(),
           .pAppData = &disk,
           .xOpen = open_file,
           .xDelete = remove_file,
           .xAccess = look,
           .xFullPathname = full_name,
           .xDlOpen = nullptr,
           .xDlError = nullptr,
           .xDlSym = nullptr,
           .xDlClose = nullptr,
           .xRandomness = draw,
           .xSleep = [](sqlite3_vfs*, int microseconds) { return microseconds; },
           .xCurrentTime = nullptr,
           .xGetLastError = [](sqlite3_vfs*, int, char*) { return 0; },
           .xCurrentTimeInt64 = tell_time,
           .xSetSystemCall = nullptr,
           .xGetSystemCall = nullptr,
           .xNextSystemCall = nullptr};
  sqlite3_vfs_register(vfs_.get(), 0);
  // SQLite's own generator is the process's: what it draws must not depend on who used it before.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(disk.draw()), nullptr);
}

DiskVfs::~DiskVfs() { sqlite3_vfs_unregister(vfs_.get()); }

}  // namespace holdfast::sim
