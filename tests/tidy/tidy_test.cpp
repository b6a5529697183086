// Walks the tree: the architecture as rules.h states it is the architecture that is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/paths.h"
#include "tidy/checks.h"
#include "tidy/rules.h"

namespace holdfast::tidy {
namespace {

namespace fs = std::filesystem;

const fs::path root = test::source_dir();

std::string in_quotes(const fs::path& path) { return "'" + path.string() + "'"; }

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
  pclose(pipe);
  return output;
}

// What git tracks or would, or all there is where the sources came without git.
std::vector<std::string> paths_of_tree() {
  std::vector<std::string> paths;
  std::istringstream listed(
      output_of("git -C " + in_quotes(root) + " ls-files --cached --others --exclude-standard 2>/dev/null"));
  for (std::string path; std::getline(listed, path);)
    if (fs::is_regular_file(root / path)) paths.push_back(path);
  if (!paths.empty()) return paths;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    const std::string name = entry->path().filename();
    if (name == "build" || name == ".git" || name == ".cache") entry.disable_recursion_pending();
    if (entry->is_regular_file()) paths.push_back(fs::relative(entry->path(), root));
  }
  return paths;
}

const std::vector<File>& tree() {
  static const std::vector<File> files = [] {
    std::vector<File> all;
    for (const std::string& path : paths_of_tree()) {
      std::ifstream in(root / path, std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(in), {}};
      if (text.find('\0') == std::string::npos) all.push_back({path, std::move(text)});
    }
    return all;
  }();
  return files;
}

bool is_excepted(const Complaint& complaint) {
  return std::ranges::any_of(exceptions, [&](const Exception& exception) {
    return exception.path == complaint.path && exception.rule == complaint.rule;
  });
}

void expect_none(const Complaints& complaints) {
  for (const Complaint& complaint : complaints)
    if (!is_excepted(complaint))
      ADD_FAILURE() << complaint.path << ":" << complaint.line << ": " << complaint.rule << ": "
                    << complaint.text;
}

void expect_none_in_code(Complaints (*check)(const File&)) {
  std::size_t checked = 0;
  for (const File& file : tree()) {
    if (!is_code(file.path)) continue;
    expect_none(check(file));
    ++checked;
  }
  EXPECT_GT(checked, 10u) << "the tree was not found";
}

TEST(Tidy, each_folder_includes_only_what_its_layer_may) { expect_none_in_code(check_includes); }
TEST(Tidy, what_is_pure_has_no_clock_no_chance_no_threads) { expect_none_in_code(check_banned_words); }
TEST(Tidy, files_and_functions_stay_small) { expect_none_in_code(check_sizes); }
TEST(Tidy, every_header_begins_with_a_comment) { expect_none_in_code(check_header_comment); }
TEST(Tidy, a_class_is_defined_once) { expect_none(check_definitions(tree())); }
TEST(Tidy, every_folder_says_what_it_is_for) { expect_none(check_readmes(tree())); }

TEST(Tidy, no_file_holds_what_belongs_to_one_machine) {
  for (const File& file : tree()) expect_none(check_text(file));
}

TEST(Tidy, every_folder_of_src_is_a_layer) {
  for (const File& file : tree()) {
    if (!is_code(file.path) || !is_below(file.path, "src")) continue;
    EXPECT_TRUE(
        std::ranges::any_of(layers, [&](const Layer& layer) { return is_below(file.path, layer.folder); }))
        << file.path << ": name its folder in tests/tidy/rules.h";
  }
}

TEST(Tidy, every_exception_is_still_needed) {
  for (const Exception& exception : exceptions) {
    EXPECT_FALSE(exception.reason.empty()) << exception.path;
    bool needed = false;
    for (const File& file : tree()) {
      if (file.path != exception.path) continue;
      for (const auto& check :
           {check_includes, check_banned_words, check_sizes, check_header_comment, check_text})
        for (const Complaint& complaint : check(file)) needed |= complaint.rule == exception.rule;
    }
    EXPECT_TRUE(needed) << exception.path << " no longer breaks rule " << exception.rule;
  }
}

TEST(Tidy, clang_format_has_nothing_to_change) {
  if (output_of("command -v clang-format").empty()) GTEST_SKIP() << "clang-format is not installed";
  std::string files;
  for (const File& file : tree())
    if (is_code(file.path)) files += " " + in_quotes(file.path);
  const std::string output =
      output_of("cd " + in_quotes(root) + " && clang-format --dry-run -Werror" + files + " 2>&1");
  std::string ill;  // each once, ready to paste
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const std::string path = line.substr(0, line.find(':'));
    if (line.find(": error:") != std::string::npos && ill.find(" " + path + " ") == std::string::npos)
      ill += " " + path + " ";
  }
  EXPECT_TRUE(output.empty()) << (ill.empty() ? output : "to mend it: clang-format -i" + ill);
}

TEST(Tidy, clang_format_would_see_ill_formatted_code) {
  if (output_of("command -v clang-format").empty()) GTEST_SKIP() << "clang-format is not installed";
  EXPECT_NE(output_of("cd " + in_quotes(root) +
                      " && echo 'int  a;' | clang-format --dry-run -Werror --assume-filename=src/a.cpp 2>&1"),
            "");
}

}  // namespace
}  // namespace holdfast::tidy
