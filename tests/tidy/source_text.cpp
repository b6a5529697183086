// C++ seen as text: where comments and strings are.
#include <algorithm>
#include <cctype>

#include "tidy/checks.h"

namespace holdfast::tidy {

namespace {

bool is_word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where the comment or literal that begins at `at` ends; `at` itself if there is none.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t end = at;
  if (rest.starts_with("//")) end = text.find('\n', at);
  if (rest.starts_with("/*")) {
    end = text.find("*/", at + 2);
    if (end != std::string_view::npos) end += 2;
  }
  return std::min(end, text.size());
}

std::size_t end_of_raw_string(std::string_view text, std::size_t quote) {
  const std::size_t open = text.find('(', quote);
  if (open == std::string_view::npos) return text.size();
  const std::string close = ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"";
  const std::size_t end = text.find(close, open);
  return end == std::string_view::npos ? text.size() : end + close.size();
}

std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return at;
  const char before = at > 0 ? text[at - 1] : ' ';
  if (quote == '"' && before == 'R') return end_of_raw_string(text, at);
  if (quote == '\'' && is_word_char(before)) return at;  // 1'000
  for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == quote)
      return i + 1;
  }
  return at + 1;
}

}  // namespace

std::string without_comments(std::string_view text, Strings strings) {
  std::string out(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comment = end_of_comment(text, at);
    const std::size_t literal = comment == at ? end_of_literal(text, at) : at;
    const bool blank = comment != at || strings == Strings::blank;
    for (std::size_t i = at; blank && i < std::max(comment, literal); ++i)
      if (out[i] != '\n') out[i] = ' ';
    at = std::max({comment, literal, at + 1});
  }
  return out;
}

}  // namespace holdfast::tidy
