// ShortText: a text that is mostly as short as an id, and then stands in the value itself and costs no
// allocation. One that is longer does. Otherwise as std::string, as far as that is needed.
#pragma once

#include <boost/container/small_vector.hpp>
#include <compare>
#include <concepts>
#include <ostream>
#include <string>
#include <string_view>

namespace holdfast {

class ShortText {
 public:
  static constexpr std::size_t inline_bytes = 40;  // a UUID, and a little more

  ShortText() = default;
  ShortText(std::string_view text) : characters_(text.begin(), text.end()) {}
  ShortText(const std::string& text) : ShortText(std::string_view(text)) {}
  ShortText(const char* text) : ShortText(std::string_view(text)) {}
  ShortText& operator=(std::string_view text) {
    characters_.assign(text.begin(), text.end());
    return *this;
  }
  ShortText& operator=(const std::string& text) { return *this = std::string_view(text); }
  ShortText& operator=(const char* text) { return *this = std::string_view(text); }

  operator std::string_view() const { return {characters_.data(), characters_.size()}; }
  operator std::string() const { return std::string(std::string_view(*this)); }

  void clear() { characters_.clear(); }
  [[nodiscard]] bool empty() const { return characters_.empty(); }
  [[nodiscard]] std::size_t size() const { return characters_.size(); }
  [[nodiscard]] const char* data() const { return characters_.data(); }

  template <std::convertible_to<std::string_view> Other>
  friend bool operator==(const ShortText& a, const Other& b) {
    return std::string_view(a) == std::string_view(b);
  }
  template <std::convertible_to<std::string_view> Other>
  friend auto operator<=>(const ShortText& a, const Other& b) {
    return std::string_view(a) <=> std::string_view(b);
  }
  friend std::string operator+(std::string before, const ShortText& text) { return before.append(text); }
  friend std::ostream& operator<<(std::ostream& out, const ShortText& text) {
    return out << std::string_view(text);
  }

 private:
  boost::container::small_vector<char, inline_bytes> characters_;
};

}  // namespace holdfast
