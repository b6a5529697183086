#include "sim/fuzz/tally_file.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "sim/fuzz/report.h"

namespace holdfast::sim {

namespace {

// From the first to one past the last.
using Ranges = std::map<std::uint64_t, std::uint64_t>;

Ranges ranges_of(const std::set<std::uint64_t>& seeds) {
  Ranges ranges;
  for (const std::uint64_t seed : seeds) {
    if (!ranges.empty() && ranges.rbegin()->second == seed)
      ranges.rbegin()->second = seed + 1;
    else
      ranges.emplace(seed, seed + 1);
  }
  return ranges;
}

}  // namespace

std::string commit_of_this_build() {
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::string command =
      "git -C '" + program.parent_path().string() + "' describe --always --dirty --abbrev=12 2>/dev/null";
  std::FILE* said = ::popen(command.c_str(), "r");
  if (said == nullptr) return "unknown";
  std::array<char, 128> line{};
  std::string commit = std::fgets(line.data(), line.size(), said) != nullptr ? line.data() : "";
  ::pclose(said);
  while (commit.ends_with('\n')) commit.pop_back();
  return commit.empty() ? "unknown" : commit;
}

std::string in_words(const Restriction& restriction) {
  const std::string words = options_text(restriction);
  return words.empty() ? "-" : words.substr(1);
}

std::string TallyFile::add(const std::string& commit, const std::string& options,
                           const std::set<std::uint64_t>& passed) const {
  std::ofstream file(path_, std::ios::app);
  for (const auto& [first, end] : ranges_of(passed))
    file << commit << '\t' << first << '\t' << end - first << '\t' << options << '\n';
  return file.flush() ? "" : "cannot write " + path_;
}

std::uint64_t TallyFile::total(const std::string& commit, const std::string& options) const {
  std::ifstream file(path_);
  Ranges passed;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string of_commit;
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::string with;
    if (!std::getline(fields, of_commit, '\t') || !(fields >> first >> count)) continue;
    std::getline(fields >> std::ws, with);
    if (of_commit != commit || with != options) continue;
    std::uint64_t& end = passed[first];
    end = std::max(end, first + count);
  }
  std::uint64_t total = 0;
  std::uint64_t counted_to = 0;
  for (const auto& [first, end] : passed) {
    const std::uint64_t from = std::max(first, counted_to);
    if (end > from) total += end - from;
    counted_to = std::max(counted_to, end);
  }
  return total;
}

}  // namespace holdfast::sim
