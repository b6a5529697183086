#include "webhook/cursor_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace holdfast::webhook {
namespace {

constexpr mode_t mode = 0666;  // less what the process leaves out
constexpr std::size_t file_bytes_max = 1024;

// Closed with the scope.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

auto cannot(const char* what, const std::filesystem::path& path) {
  return failure(std::string("cannot ") + what + " " + path.string() + ": " +
                 std::generic_category().message(errno));
}

bool write_synced(const std::filesystem::path& path, const std::string& text) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
  if (file.number < 0) return false;
  const auto written = ::write(file.number, text.data(), text.size());
  if (written >= 0 && written < static_cast<ssize_t>(text.size())) errno = ENOSPC;
  return written == static_cast<ssize_t>(text.size()) && ::fsync(file.number) == 0;
}

bool sync_directory(const std::filesystem::path& path) {
  const Descriptor directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return directory.number >= 0 && ::fsync(directory.number) == 0;
}

// Without the end of its line, as any editor writes it.
std::string line_of(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

bool is_cursor(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

CursorFile::~CursorFile() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::optional<std::string>, std::string> CursorFile::open() {
  if (auto locked = lock(); !locked) return failure(locked.error());
  const Descriptor file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number < 0 && errno == ENOENT) return std::nullopt;
  std::array<char, file_bytes_max> bytes{};
  const auto size = file.number < 0 ? -1 : ::read(file.number, bytes.data(), bytes.size());
  if (size < 0) return cannot("read", path_);
  std::string cursor = line_of({bytes.data(), static_cast<std::size_t>(size)});
  if (is_cursor(cursor)) return cursor;
  return failure(path_.string() +
                 " holds no event's id: put the last one that was taken back into it, or remove the file to "
                 "begin from now, or with --all from the beginning");
}

Result<void, std::string> CursorFile::lock() {
  const std::filesystem::path path = path_.string() + ".lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode);
  if (lock_ < 0) return cannot("write", path);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno == EWOULDBLOCK) return failure(path_.string() + " is in use by another process");
  return cannot("lock", path);
}

Result<void, std::string> CursorFile::write(const std::string& cursor) const {
  const std::filesystem::path next = path_.string() + ".next";
  const auto directory = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
  if (!write_synced(next, cursor + '\n')) return cannot("write", next);
  if (std::rename(next.c_str(), path_.c_str()) != 0 || !sync_directory(directory))
    return cannot("write", path_);
  return {};
}

}  // namespace holdfast::webhook
