// The checks behind rules.h: each takes one file and says what is wrong with it. Pure: files are read by
// tree.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::tidy {

struct Complaint {
  std::string path;
  std::size_t line;
  std::string rule;  // as exceptions name it
  std::string text;
  bool operator==(const Complaint&) const = default;
};
using Complaints = std::vector<Complaint>;

struct File {
  std::string path;  // from the root of the repository
  std::string text;
};

// Rules layer and library.
[[nodiscard]] Complaints check_includes(const File& file);
// Rule banned.
[[nodiscard]] Complaints check_banned_words(const File& file);
// Rules file-size and function-size. Functions are found by their braces: good enough for code that
// clang-format has laid out.
[[nodiscard]] Complaints check_sizes(const File& file);
// Rules forbidden and todo.
[[nodiscard]] Complaints check_text(const File& file);
// Rule header-comment.
[[nodiscard]] Complaints check_header_comment(const File& file);
// Rule readme, over all files of the tree.
[[nodiscard]] Complaints check_readmes(const std::vector<File>& files);
// Rule one-definition, over all files: no two define a class of one name in one namespace, which no compiler
// sees, and of which a linker takes one.
[[nodiscard]] Complaints check_definitions(const std::vector<File>& files);

[[nodiscard]] bool is_code(std::string_view path);                            // *.h and *.cpp
[[nodiscard]] bool is_below(std::string_view path, std::string_view folder);  // or is it
// Comments blanked out, and strings and characters if so wished; the lines stay where they are.
enum class Strings { keep, blank };
[[nodiscard]] std::string without_comments(std::string_view text, Strings strings);

}  // namespace holdfast::tidy
