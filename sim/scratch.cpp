#include "sim/scratch.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/assert.h"

namespace holdfast::sim {

namespace {

std::filesystem::path base() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

std::string prefix(pid_t process) { return "holdfast-sim-" + std::to_string(process) + "-"; }

}  // namespace

Scratch::Scratch() {
  std::string name = (base() / (prefix(::getpid()) + "XXXXXX")).string();
  HF_ASSERT(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Scratch::remove_those_of(pid_t process) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(base(), ignored))
    if (entry.path().filename().string().starts_with(prefix(process)))
      std::filesystem::remove_all(entry.path(), ignored);
}

}  // namespace holdfast::sim
