#include "cli/machine.h"

#include <fcntl.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <vector>

namespace holdfast::cli {
namespace {

std::string kernel_of_machine() {
  utsname name{};
  if (::uname(&name) != 0) return "unknown";
  return std::string(name.release) + " " + name.version;  // Debian has the true number in the version
}

std::optional<bool> clock_is_synchronized() {
  timex state{};
  if (::adjtimex(&state) < 0) return std::nullopt;
  return (state.status & STA_UNSYNC) == 0;
}

std::string file_system_of(const std::string& directory) {
  struct Known {
    std::uint32_t magic;
    const char* name;
  };
  constexpr Known all[] = {{0xef53, "ext4"},       {0x58465342, "xfs"},   {0x9123683e, "btrfs"},
                           {0x2fc12fc1, "zfs"},    {0x01021994, "tmpfs"}, {0x6969, "nfs"},
                           {0x794c7630, "overlay"}};
  struct statfs system {};
  if (::statfs(directory.c_str(), &system) != 0) return "unknown";
  const auto magic = static_cast<std::uint32_t>(system.f_type);
  const auto* found = std::ranges::find(all, magic, &Known::magic);
  return found == std::end(all) ? "another kind of file system" : found->name;
}

// As the ledger does it: write a block, have it synced. In a file that has no name any more.
std::optional<std::int64_t> median_sync_us(const std::string& directory) {
  constexpr std::size_t tries = 21;
  std::string path = directory + "/doctor-XXXXXX";
  const int file = ::mkstemp(path.data());
  if (file < 0) return std::nullopt;
  ::unlink(path.c_str());
  std::vector<std::int64_t> times;
  const std::array<char, 4096> block{};
  for (std::size_t i = 0; i < tries; ++i) {
    const auto began = std::chrono::steady_clock::now();
    if (::pwrite(file, block.data(), block.size(), static_cast<off_t>(i * block.size())) < 0 ||
        ::fdatasync(file) != 0)
      break;
    const auto taken = std::chrono::steady_clock::now() - began;
    times.push_back(std::chrono::duration_cast<std::chrono::microseconds>(taken).count());
  }
  ::close(file);
  if (times.size() < tries) return std::nullopt;
  std::ranges::nth_element(times, times.begin() + tries / 2);
  return times[tries / 2];
}

}  // namespace

MachineEvidence look_at_machine(const std::string& data_dir) {
  MachineEvidence machine{.kernel = kernel_of_machine(), .clock_is_synchronized = clock_is_synchronized()};
  if (!data_dir.empty() && ::access(data_dir.c_str(), F_OK) == 0)
    machine.disk = DiskEvidence{file_system_of(data_dir), median_sync_us(data_dir)};
  return machine;
}

}  // namespace holdfast::cli
