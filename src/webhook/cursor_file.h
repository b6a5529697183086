// Where a receiver is, in a file of one line. Replaced whole: after a crash it is the old or the new one, and
// an old one means that a webhook is sent again, under the same id.
#pragma once

#include <optional>
#include <string>

namespace holdfast::webhook {

class CursorFile {
 public:
  explicit CursorFile(std::string path) : path_(std::move(path)) {}

  // Nothing: there is none yet.
  [[nodiscard]] std::optional<std::string> read() const;
  [[nodiscard]] bool write(const std::string& cursor) const;

 private:
  std::string path_;
};

}  // namespace holdfast::webhook
