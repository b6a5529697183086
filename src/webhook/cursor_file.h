// Where a receiver is, in a file of one line. Replaced whole, and synced: after a crash or a power cut it is
// the old or the new one, and an old one means that a webhook is sent again, under the same id.
//
// One process at a time has it: FILE.lock is locked for as long as this lives.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace holdfast::webhook {

class CursorFile {
 public:
  explicit CursorFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~CursorFile();
  CursorFile(CursorFile&&) = delete;

  // Once, and before any write(). No cursor: there is no such file yet. What fails is said in words, also
  // that the file holds none: nobody knows then where the receiver is.
  [[nodiscard]] Result<std::optional<std::string>, std::string> open();
  [[nodiscard]] Result<void, std::string> write(const std::string& cursor) const;

 private:
  [[nodiscard]] Result<void, std::string> lock();

  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace holdfast::webhook
