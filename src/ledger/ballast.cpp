#include "ledger/ballast.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "ledger/files.h"
#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

// As long as it should be, and no holes in it: a sparse file reserves nothing.
bool is_whole(const std::filesystem::path& path, std::uint64_t bytes) {
  constexpr std::uint64_t block_bytes = 512;  // of st_blocks, on every Linux file system
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return false;
  return static_cast<std::uint64_t>(found.st_size) == bytes &&
         static_cast<std::uint64_t>(found.st_blocks) * block_bytes >= bytes;
}

// 0, or why not, as errno says it.
int reserve(const std::filesystem::path& path, std::uint64_t bytes) {
  constexpr mode_t mode = 0640;
  const File file(::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file.is_open()) return errno;
  if (const int code = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes)); code != 0) return code;
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

}  // namespace

Result<Ballast, Error> Ballast::find(const std::filesystem::path& directory, std::uint64_t bytes) {
  Ballast ballast(directory, bytes);
  ballast.standing_ = bytes > 0 && is_whole(ballast.path(), bytes);
  if (!ballast.standing_) HF_TRY(ballast.take_down());
  return ballast;
}

Result<bool, Error> Ballast::drop() {
  if (!standing_) return false;
  standing_ = false;
  HF_TRY(take_down());
  return true;
}

Result<void, Error> Ballast::raise() {
  if (stands()) return {};
  HF_LET(free, free_bytes(directory_));
  if (free < bytes_ + bytes_ / 4) return {};
  const int code = reserve(path(), bytes_);
  // Full in what free_bytes() does not count: names of files, or a quota.
  if (code == ENOSPC || code == EDQUOT) return take_down();
  errno = code;
  if (code != 0) return failure(system_error("reserve space in", path()));
  HF_TRY(sync_directory(directory_));
  standing_ = true;
  return {};
}

// The directory is synced because some file systems give space back only with the commit that frees it.
Result<void, Error> Ballast::take_down() {
  if (::unlink(path().c_str()) != 0)
    return errno == ENOENT ? Result<void, Error>{} : failure(system_error("remove", path()));
  return sync_directory(directory_);
}

}  // namespace holdfast::ledger
