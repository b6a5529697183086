#include "ledger/process_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "ledger/try.h"

namespace holdfast::ledger {
namespace {

std::string holder(const File& file) {
  std::array<char, 32> pid{};
  const ssize_t size = ::pread(file.get(), pid.data(), pid.size(), 0);
  std::string text(pid.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  text.resize(text.find_last_not_of('\n') + 1);
  return text.empty() ? "unknown" : text;
}

}  // namespace

Result<ProcessLock, Error> ProcessLock::take(const std::filesystem::path& path, const Words& words) {
  HF_LET(file, open_file(path, O_RDWR | O_CREAT));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failure(system_error("lock", path));
    return failure(Error{Trouble::locked, words.in_use + " by process " + holder(file) + ": " + words.to_do});
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  // The pid is only for people: a disk that is too full to hold it is no reason not to start.
  if (::ftruncate(file.get(), 0) == 0) std::ignore = ::pwrite(file.get(), pid.data(), pid.size(), 0);
  return ProcessLock(std::move(file));
}

}  // namespace holdfast::ledger
