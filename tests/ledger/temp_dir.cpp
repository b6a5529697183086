#include "ledger/temp_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "ledger/files.h"

namespace holdfast::ledger {

TempDir::TempDir() {
  // In memory where possible: what a killed process leaves is the same there, and thousands of syncs cost
  // nothing.
  const std::filesystem::path memory = "/dev/shm";
  const auto base = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  std::string name = (base / "holdfast-ledger-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "no temporary directory";
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TinyDisk::TinyDisk(unsigned megabytes) {
  const std::string size = "size=" + std::to_string(megabytes) + "m";
  mounted_ = ::mount("tmpfs", path().c_str(), "tmpfs", 0, size.c_str()) == 0;
}

TinyDisk::~TinyDisk() {
  if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
}

void TinyDisk::fill(std::uint64_t leave) {
  const std::uint64_t free = free_bytes(path());
  ASSERT_GT(free, leave);
  auto file = open_file(path() / "filler", O_RDWR | O_CREAT | O_APPEND);
  ASSERT_TRUE(file);
  const std::string junk(free - leave, 'x');
  ASSERT_EQ(::write(file->get(), junk.data(), junk.size()), static_cast<ssize_t>(junk.size()));
}

void write_file(const std::filesystem::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

}  // namespace holdfast::ledger
