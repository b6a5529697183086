#include "ledger/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "ledger/try.h"

namespace holdfast::ledger {

File::~File() {
  if (is_open()) ::close(descriptor_);
}

Error system_error(std::string_view what, const std::filesystem::path& path) {
  const std::string reason = std::generic_category().message(errno);
  return {Trouble::failed, "cannot " + std::string(what) + " " + path.string() + ": " + reason};
}

Result<File, Error> open_file(const std::filesystem::path& path, int flags) {
  constexpr mode_t mode = 0640;
  File file(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!file.is_open()) return failure(system_error("open", path));
  return file;
}

Result<void, Error> sync_directory(const std::filesystem::path& path) {
  HF_LET(directory, open_file(path, O_RDONLY | O_DIRECTORY));
  if (::fsync(directory.get()) != 0) return failure(system_error("sync", path));
  return {};
}

Result<void, Error> make_directory(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return {};
  HF_TRY(make_directory(path.parent_path()));
  constexpr mode_t mode = 0750;
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return failure(system_error("make", path));
  if (!std::filesystem::is_directory(path, ignored))
    return failure(Error{Trouble::failed, path.string() + " is there, but it is not a directory"});
  return sync_directory(path.parent_path());
}

Result<std::uint64_t, Error> free_bytes(const std::filesystem::path& path) {
  struct statvfs found {};
  if (::statvfs(path.c_str(), &found) != 0) return failure(system_error("ask what is free in", path));
  return std::uint64_t{found.f_bavail} * found.f_frsize;
}

Result<std::optional<FileId>, Error> file_at(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) return FileId{found.st_dev, found.st_ino};
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  return failure(system_error("look at", path));
}

}  // namespace holdfast::ledger
