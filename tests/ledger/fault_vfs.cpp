#include "ledger/fault_vfs.h"

#include <sqlite3.h>

#include <array>
#include <cstring>
#include <optional>

namespace holdfast::ledger {
namespace {

// SQLite calls back without a context of ours, and only one FaultVfs lives at a time.
struct Faults {
  std::optional<FaultPlan> plan;
  std::array<std::uint64_t, 4> calls{};
};
Faults faults;

bool fails(FaultPlan::Call call) {
  const std::uint64_t before = faults.calls[static_cast<std::size_t>(call)]++;
  if (!faults.plan || faults.plan->call != call) return false;
  return faults.plan->for_ever ? before >= faults.plan->after : before == faults.plan->after;
}

// Ours first, SQLite's own right behind it.
struct FaultFile {
  sqlite3_file base;
  sqlite3_file* real;
};
sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file)->real; }

constexpr sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
    .xRead =
        [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
          if (fails(FaultPlan::Call::read)) return SQLITE_IOERR_READ;
          return real(f)->pMethods->xRead(real(f), to, size, at);
        },
    .xWrite =
        [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
          if (fails(FaultPlan::Call::write)) return SQLITE_IOERR_WRITE;
          return real(f)->pMethods->xWrite(real(f), from, size, at);
        },
    .xTruncate =
        [](sqlite3_file* f, sqlite3_int64 size) {
          if (fails(FaultPlan::Call::truncate)) return SQLITE_IOERR_TRUNCATE;
          return real(f)->pMethods->xTruncate(real(f), size);
        },
    .xSync =
        [](sqlite3_file* f, int flags) {
          if (fails(FaultPlan::Call::sync)) return SQLITE_IOERR_FSYNC;
          return real(f)->pMethods->xSync(real(f), flags);
        },
    .xFileSize = [](sqlite3_file* f,
                    sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
    .xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); },
    .xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
    .xCheckReservedLock = [](sqlite3_file* f,
                             int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); },
    .xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

sqlite3_vfs vfs;

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* platform = static_cast<sqlite3_vfs*>(vfs.pAppData);
  auto* ours = reinterpret_cast<FaultFile*>(file);
  ours->real = reinterpret_cast<sqlite3_file*>(ours + 1);
  std::memset(ours->real, 0, static_cast<std::size_t>(platform->szOsFile));
  const int code = platform->xOpen(platform, name, ours->real, flags, out_flags);
  file->pMethods = ours->real->pMethods != nullptr ? &methods : nullptr;
  return code;
}

}  // namespace

FaultVfs::FaultVfs() {
  sqlite3_initialize();
  sqlite3_vfs* platform = sqlite3_vfs_find(nullptr);
  vfs = *platform;
  vfs.zName = "holdfast-fault";
  vfs.szOsFile = platform->szOsFile + static_cast<int>(sizeof(FaultFile));
  vfs.pAppData = platform;
  vfs.xOpen = open_file;
  // The unix VFS finds its way of locking in its own pAppData.
  vfs.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
    auto* under = static_cast<sqlite3_vfs*>(vfs.pAppData);
    return under->xFullPathname(under, name, size, out);
  };
  heal();
  sqlite3_vfs_register(&vfs, 0);
}

FaultVfs::~FaultVfs() { sqlite3_vfs_unregister(&vfs); }

void FaultVfs::fail(FaultPlan plan) { faults = {.plan = plan, .calls = {}}; }
void FaultVfs::heal() { faults = {}; }
std::uint64_t FaultVfs::calls(FaultPlan::Call call) const {
  return faults.calls[static_cast<std::size_t>(call)];
}

}  // namespace holdfast::ledger
