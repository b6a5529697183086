#include "webhook/cursor_file.h"

#include <cstdio>
#include <fstream>

namespace holdfast::webhook {

std::optional<std::string> CursorFile::read() const {
  std::ifstream in(path_);
  std::string cursor;
  if (!std::getline(in, cursor) || cursor.empty()) return std::nullopt;
  return cursor;
}

bool CursorFile::write(const std::string& cursor) const {
  const std::string next = path_ + ".next";
  std::ofstream out(next, std::ios::trunc);
  out << cursor << '\n';
  out.close();
  return out.good() && std::rename(next.c_str(), path_.c_str()) == 0;
}

}  // namespace holdfast::webhook
