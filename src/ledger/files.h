// Files and directories that must survive a power cut: a name is durable once its directory is synced.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "ledger/ledger.h"

namespace holdfast::ledger {

// Owns a file descriptor.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File();

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

// "cannot WHAT PATH: the reason in errno".
[[nodiscard]] Error system_error(std::string_view what, const std::filesystem::path& path);

[[nodiscard]] Result<File, Error> open_file(const std::filesystem::path& path, int flags);
[[nodiscard]] Result<void, Error> sync_directory(const std::filesystem::path& path);

// Makes the directory and what is missing above it, each name synced.
[[nodiscard]] Result<void, Error> make_directory(const std::filesystem::path& path);

// What an unprivileged process may still write on the file system that holds `path`.
[[nodiscard]] Result<std::uint64_t, Error> free_bytes(const std::filesystem::path& path);

// Which file it is, whatever its name.
struct FileId {
  dev_t device;
  ino_t number;
  bool operator==(const FileId&) const = default;
};
// Nothing: there is none of that name.
[[nodiscard]] Result<std::optional<FileId>, Error> file_at(const std::filesystem::path& path);

}  // namespace holdfast::ledger
