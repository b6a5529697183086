#include "ledger/machine.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace holdfast::ledger {
namespace {

bool is_usable(const std::filesystem::path& directory) {
  constexpr mode_t mode = 0755;
  ::mkdir(directory.c_str(), mode);
  return ::access(directory.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

std::string machine_id() {
  for (const char* path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    std::ifstream file(path);
    if (std::string id; file >> id) return id.substr(0, 63);
  }
  return {};
}

std::filesystem::path run_directory() {
  const std::filesystem::path ours = "/run/holdfast";
  if (is_usable(ours)) return ours;
  const char* users = std::getenv("XDG_RUNTIME_DIR");
  if (users == nullptr || *users == '\0') return ours;
  const auto theirs = std::filesystem::path(users) / "holdfast";
  return is_usable(theirs) ? theirs : ours;
}

}  // namespace holdfast::ledger
