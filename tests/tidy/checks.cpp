#include "tidy/checks.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "tidy/rules.h"

namespace holdfast::tidy {

namespace {

bool is_name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_below_any(std::string_view path, const Names& folders) {
  return std::ranges::any_of(folders, [&](std::string_view folder) { return is_below(path, folder); });
}

const Layer* layer_of(std::string_view path) {
  const Layer* found = nullptr;
  for (const Layer& layer : layers)
    if (is_below(path, layer.folder) && (!found || layer.folder.size() > found->folder.size()))
      found = &layer;
  return found;
}

// What stands between the quotes or brackets of an include.
std::optional<std::string> included(const std::string& line) {
  std::size_t at = line.find_first_not_of(" \t");
  if (at == std::string::npos || line[at] != '#') return std::nullopt;
  at = line.find_first_not_of(" \t", at + 1);
  if (at == std::string::npos || line.compare(at, 7, "include") != 0) return std::nullopt;
  const std::size_t open = line.find_first_of("<\"", at);
  const std::size_t close = open == std::string::npos ? open : line.find_first_of(">\"", open + 1);
  if (close == std::string::npos) return std::nullopt;
  return line.substr(open + 1, close - open - 1);
}

std::optional<std::string> wrong_layer(const std::string& path, const std::string& header) {
  const Layer* from = layer_of(path);
  const std::string name = header.substr(0, header.find('/'));
  const auto to = std::ranges::find(layers, name, &Layer::name);
  if (!from || to == layers.end() || name.size() == header.size() || to->name == from->name)
    return std::nullopt;
  if (std::ranges::count(from->may_include, to->name) > 0) return std::nullopt;
  return std::string(from->folder) + " must not include " + header;
}

bool is_of(const std::string& header, const Library& library) {
  if (library.header == "asio") return header == "asio.hpp" || header.starts_with("asio/");
  return header.starts_with(library.header) || header.ends_with(library.header);
}

std::optional<std::string> wrong_library(const std::string& path, const std::string& header) {
  for (const Library& library : libraries)
    if (is_of(header, library) && !is_below_any(path, library.allowed)) return "must not include " + header;
  return std::nullopt;
}

// Not as the end of a longer name, nor (but for words that begin with a scope) as a member.
bool holds_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const char before = at > 0 ? line[at - 1] : ' ';
    const std::size_t end = at + word.size();
    const bool open_ended = !is_name_char(word.back()) || word.back() == '_';
    const bool ends = open_ended || end == line.size() || !is_name_char(line[end]);
    if (!is_name_char(before) && before != '.' && before != '>' && ends) return true;
  }
  return false;
}

// What stands before a brace: does a function begin there?
bool begins_function(std::string head) {
  for (std::size_t open = head.rfind('<'); open != std::string::npos; open = head.rfind('<')) {
    const std::size_t close = head.find('>', open);
    head.erase(open, close == std::string::npos ? std::string::npos : close - open + 1);
  }
  if (head.find('(') == std::string::npos) return false;
  return std::ranges::none_of(Names{"class", "struct", "union", "enum", "namespace"},
                              [&](std::string_view word) { return holds_word(head, word); });
}

struct Function {
  std::size_t first_line;
  std::size_t lines;
};

std::vector<Function> functions_of(const std::string& text) {
  const std::string code = without_comments(text, Strings::blank);
  std::vector<Function> functions;
  std::size_t line = 1, depth = 0, first_line = 0;
  std::optional<std::size_t> function_depth;
  std::string head;
  bool directive = false;
  for (const char c : code) {
    if (c == '#' && head.find_first_not_of(" \n") == std::string::npos) directive = true;
    if (c == '\n') {
      ++line;
      directive = false;
    }
    if (directive) continue;
    if (c == '{') {
      if (!function_depth && begins_function(head)) {
        function_depth = depth;
        first_line = line;
      }
      ++depth;
    }
    if (c == '}' && depth > 0 && --depth == function_depth) {
      functions.push_back({first_line, line - first_line + 1});
      function_depth.reset();
    }
    if (c == '{' || c == '}' || c == ';')
      head.clear();
    else
      head += c;
  }
  return functions;
}

bool holds_forbidden(std::string_view line, const Forbidden& rule) {
  if (!rule.is_absolute_path) return line.find(rule.text) != std::string_view::npos;
  for (std::size_t at = line.find(rule.text); at != std::string_view::npos;
       at = line.find(rule.text, at + 1)) {
    const char before = at > 0 ? line[at - 1] : ' ';
    const std::size_t end = at + rule.text.size();
    const bool begins =
        !is_name_char(before) && std::string_view("./-}*>").find(before) == std::string_view::npos;
    if (begins && (end == line.size() || (!is_name_char(line[end]) && line[end] != '-'))) return true;
  }
  return false;
}

bool holds_bare_todo(const std::string& line) {
  constexpr std::string_view todo =
      "TO"
      "DO";
  const std::size_t at = line.find(todo);
  if (at == std::string::npos || !holds_word(line, todo)) return false;
  std::istringstream rest(line.substr(at + todo.size()));
  std::size_t words = 0;
  for (std::string word; rest >> word;) words += is_name_char(word.front());
  return words < todo_words_min;
}

}  // namespace

bool is_code(std::string_view path) { return path.ends_with(".h") || path.ends_with(".cpp"); }

bool is_below(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

Complaints check_includes(const File& file) {
  Complaints complaints;
  const auto lines = lines_of(without_comments(file.text, Strings::keep));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto header = included(lines[i]);
    if (!header) continue;
    if (const auto wrong = wrong_layer(file.path, *header))
      complaints.push_back({file.path, i + 1, "layer", *wrong});
    if (const auto wrong = wrong_library(file.path, *header))
      complaints.push_back({file.path, i + 1, "library", *wrong});
  }
  return complaints;
}

Complaints check_banned_words(const File& file) {
  Complaints complaints;
  const auto lines = lines_of(without_comments(file.text, Strings::blank));
  for (const Banned& rule : banned) {
    if (!is_below_any(file.path, rule.folders)) continue;
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (holds_word(lines[i], rule.word))
        complaints.push_back(
            {file.path, i + 1, "banned",
             std::string(rule.word) + " has no place here; use: " + std::string(rule.instead)});
  }
  return complaints;
}

Complaints check_sizes(const File& file) {
  Complaints complaints;
  const std::size_t lines = lines_of(file.text).size();
  if (lines > file_lines_max)
    complaints.push_back({file.path, lines, "file-size",
                          std::to_string(lines) + " lines, at most " + std::to_string(file_lines_max)});
  for (const Function& function : functions_of(file.text))
    if (function.lines > function_lines_max)
      complaints.push_back({file.path, function.first_line, "function-size",
                            "a function of " + std::to_string(function.lines) + " lines, at most " +
                                std::to_string(function_lines_max)});
  return complaints;
}

Complaints check_text(const File& file) {
  Complaints complaints;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const Forbidden& rule : forbidden)
      if (holds_forbidden(lines[i], rule) && !is_below_any(file.path, rule.allowed))
        complaints.push_back(
            {file.path, i + 1, "forbidden", "'" + std::string(rule.text) + "': " + std::string(rule.why)});
    if (holds_bare_todo(lines[i]))
      complaints.push_back({file.path, i + 1, "todo", "say what is to be done, and why not now"});
  }
  return complaints;
}

Complaints check_header_comment(const File& file) {
  if (!file.path.ends_with(".h") || file.text.starts_with("//")) return {};
  return {{file.path, 1, "header-comment", "a header begins with a comment: what it is for, who owns it"}};
}

Complaints check_readmes(const std::vector<File>& files) {
  std::map<std::string, const File*> by_path;
  std::set<std::string> folders;
  for (const File& file : files) {
    by_path[file.path] = &file;
    if (is_code(file.path) && (is_below(file.path, "src") || is_below(file.path, "tools")))
      folders.insert(file.path.substr(0, file.path.rfind('/')));
  }
  Complaints complaints;
  for (const std::string& folder : folders) {
    const std::string path = folder + "/README.md";
    const auto readme = by_path.find(path);
    if (readme == by_path.end()) {
      complaints.push_back({path, 1, "readme", "missing: a folder says what it is for"});
      continue;
    }
    const std::size_t lines = lines_of(readme->second->text).size();
    if (lines > readme_lines_max)
      complaints.push_back(
          {path, lines, "readme", "more than a screen: " + std::to_string(lines) + " lines"});
  }
  return complaints;
}

}  // namespace holdfast::tidy
