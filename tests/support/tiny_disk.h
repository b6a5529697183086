// TinyDisk: a file system of a few megabytes in memory, mounted on a directory of the test's, to be filled.
#pragma once

#include <cstdint>
#include <filesystem>

namespace holdfast::test {

class TinyDisk {
 public:
  TinyDisk(std::filesystem::path directory, unsigned megabytes);
  ~TinyDisk();
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

  // Only root can mount one; a test must skip itself otherwise.
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const { return directory_; }
  // Leaves this many bytes free, give or take a page, in a file that free_all() removes.
  void fill(std::uint64_t leave);
  void free_all() { std::filesystem::remove(path() / "filler"); }
  // However many bytes are free.
  void allow_no_new_files();
  void allow_new_files();

 private:
  void limit_files(std::uint64_t count);

  std::filesystem::path directory_;
  bool mounted_ = false;
};

}  // namespace holdfast::test
