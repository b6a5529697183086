#include "support/tiny_disk.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>

namespace holdfast::test {

TinyDisk::TinyDisk(std::filesystem::path directory, unsigned megabytes) : directory_(std::move(directory)) {
  const std::string size = "size=" + std::to_string(megabytes) + "m";
  mounted_ = ::mount("tmpfs", path().c_str(), "tmpfs", 0, size.c_str()) == 0;
}

TinyDisk::~TinyDisk() {
  if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
}

void TinyDisk::fill(std::uint64_t leave) {
  const std::uint64_t free = std::filesystem::space(path()).available;
  std::ofstream filler(path() / "filler", std::ios::binary | std::ios::app);
  filler << std::string(free - std::min(free, leave), 'x');
}

void TinyDisk::allow_no_new_files() {
  struct statvfs found {};
  ASSERT_EQ(::statvfs(path().c_str(), &found), 0);
  limit_files(found.f_files - found.f_ffree);
}

void TinyDisk::allow_new_files() { limit_files(1'000); }

void TinyDisk::limit_files(std::uint64_t count) {
  const std::string limit = "nr_inodes=" + std::to_string(count);
  ASSERT_EQ(::mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT, limit.c_str()), 0);
}

}  // namespace holdfast::test
