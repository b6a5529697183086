// docs/hazards.md names tests that exist.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "support/paths.h"

namespace holdfast::tidy {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> all(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), pattern); it != std::sregex_iterator(); ++it)
    found.insert((*it)[1].str() + "." + (*it)[2].str());
  return found;
}

std::set<std::string> tests_of_the_sources() {
  const std::regex test(R"(TEST(?:_F|_P)?\((\w+),\s*(\w+)\))");
  std::set<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(test::source_dir()) / "tests"))
    if (entry.path().extension() == ".cpp") found.merge(all(text_of(entry.path()), test));
  return found;
}

TEST(Hazards, each_is_shown_by_tests_that_exist) {
  const std::string page = text_of(fs::path(test::source_dir()) / "docs" / "hazards.md");
  const auto there = tests_of_the_sources();
  const auto named = all(page, std::regex(R"(`(\w+)\.(\w+)`)"));
  EXPECT_GT(named.size(), 30u);
  for (const std::string& name : named)
    EXPECT_TRUE(there.contains(name)) << name << " is in no test's source";
}

TEST(Hazards, none_stands_without_a_test) {
  const std::string page = text_of(fs::path(test::source_dir()) / "docs" / "hazards.md");
  const std::regex row(R"(\n\| ([A-Z][^|]*) \| ([^|\n]*)\|)");
  for (auto it = std::sregex_iterator(page.begin(), page.end(), row); it != std::sregex_iterator(); ++it)
    EXPECT_NE((*it)[2].str().find('`'), std::string::npos) << (*it)[1].str();
}

}  // namespace
}  // namespace holdfast::tidy
