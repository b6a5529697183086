// TempDir: a directory that is gone when the test is. TinyDisk: the same on a file system of a few megabytes.
#pragma once

#include <filesystem>
#include <string>

namespace holdfast::ledger {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class TinyDisk {
 public:
  explicit TinyDisk(unsigned megabytes);
  ~TinyDisk();
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  // Only root can mount one.
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }
  // Leaves this many bytes free, give or take a page, in a file that free_all() removes.
  void fill(std::uint64_t leave);
  void free_all() { std::filesystem::remove(path() / "filler"); }

 private:
  TempDir directory_;
  bool mounted_ = false;
};

void write_file(const std::filesystem::path& path, const std::string& content);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace holdfast::ledger
