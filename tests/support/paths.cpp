#include "support/paths.h"

namespace holdfast::test {

std::string source_dir() { return HOLDFAST_SOURCE_DIR; }
std::string bin_dir() { return HOLDFAST_BIN_DIR; }

}  // namespace holdfast::test
