#include "support/temp_dir.h"

#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace holdfast::test {

namespace {

std::filesystem::path base_of(TempDir::Where where) {
  const std::filesystem::path memory = "/dev/shm";
  const bool in_memory = where == TempDir::Where::memory && ::access(memory.c_str(), W_OK) == 0;
  return in_memory ? memory : std::filesystem::temp_directory_path();
}

}  // namespace

TempDir::TempDir(Where where) {
  std::string name = base_of(where) / "holdfast-test-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (::getenv("HOLDFAST_KEEP") == nullptr) std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& file, const std::string& content) {
  std::ofstream out(file, std::ios::trunc | std::ios::binary);
  out << content;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace holdfast::test
