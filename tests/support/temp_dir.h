// TempDir: a directory of one test's own, that is gone when the test is.
#pragma once

#include <filesystem>
#include <string>

namespace holdfast::test {

class TempDir {
 public:
  // In memory, if the machine allows: what a killed process leaves is the same there, and thousands of syncs
  // cost nothing.
  enum class Where { disk, memory };

  explicit TempDir(Where where = Where::disk);
  ~TempDir();  // HOLDFAST_KEEP in the environment: it stays, to be looked at
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Of one that is not there: empty.
[[nodiscard]] std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, const std::string& content);

}  // namespace holdfast::test
