// Which classes a file defines at the scope of a namespace. Found by braces, as functions are.
#include <map>
#include <regex>

#include "tidy/checks.h"

namespace holdfast::tidy {

namespace {

struct Definition {
  std::string name;  // with its namespaces
  std::size_t line;
};

// Without what may stand in it that has colons, brackets or class-keys of its own.
std::string plain_head(const std::string& head) {
  static const std::regex directive("#[^\n]*");
  static const std::regex in_angles("<[^<>]*>");
  static const std::regex attribute(R"(\[\[[^\]]*\]\]|alignas\s*\([^)]*\))");
  std::string plain = std::regex_replace(std::regex_replace(head, directive, " "), attribute, " ");
  for (std::string before; before != plain;) {
    before = plain;
    plain = std::regex_replace(before, in_angles, "<>");
  }
  return plain;
}

// What a brace opens, by what stands before it.
struct Opened {
  bool is_namespace = false;
  std::string name;  // of a namespace, or of a class that is defined; neither has one in other scopes
};
Opened opened_by(const std::string& head) {
  static const std::regex a_namespace(R"(\s*(?:inline\s+)?namespace\b\s*([\w:]*)\s*)");
  static const std::regex a_class(
      R"(\s*(?:template\s*<>\s*)?(?:class|struct|union|enum(?:\s+class)?)\s+(\w+)\s*(?:final\s*)?(?::[^:][^()]*)?)");
  const std::string plain = plain_head(head);
  std::smatch found;
  if (std::regex_match(plain, found, a_namespace)) return {true, found[1]};
  if (std::regex_match(plain, found, a_class)) return {false, found[1]};
  return {};
}

class Definitions {
 public:
  explicit Definitions(const File& file) {
    std::string head;
    for (const char c : without_comments(file.text, Strings::blank)) {
      line_ += c == '\n';
      if (c == '{') open(head);
      if (c == '}' && !scopes_.empty()) scopes_.pop_back();
      if (c == '{' || c == '}' || c == ';')
        head.clear();
      else
        head += c;
    }
  }

  std::vector<Definition> all;

 private:
  void open(const std::string& head) {
    const Opened opened = opened_by(head);
    std::string name;
    bool is_seen_elsewhere = true;
    for (const Opened& scope : scopes_) {
      is_seen_elsewhere = is_seen_elsewhere && scope.is_namespace && !scope.name.empty();
      name += scope.name + "::";
    }
    if (is_seen_elsewhere && !opened.is_namespace && !opened.name.empty())
      all.push_back({name + opened.name, line_});
    scopes_.push_back(opened);
  }

  std::vector<Opened> scopes_;
  std::size_t line_ = 1;
};

}  // namespace

Complaints check_definitions(const std::vector<File>& files) {
  Complaints complaints;
  std::map<std::string, std::string> first;  // by name, the path
  for (const File& file : files) {
    if (!is_code(file.path)) continue;
    for (const Definition& found : Definitions(file).all)
      if (const auto [at, is_new] = first.emplace(found.name, file.path); !is_new && at->second != file.path)
        complaints.push_back(
            {file.path, found.line, "one-definition",
             found.name + " is another class in " + at->second + ": a program that has both is undefined"});
  }
  return complaints;
}

}  // namespace holdfast::tidy
