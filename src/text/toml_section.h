// TomlSection: one table of a TOML file, read key by key. What is missing is told apart from what is wrong;
// wrong are values of another type or out of range, and at the end every key that nobody asked for.
//
//   FILE:LINE: key: what is wrong, did you mean X
//
// Only files that read TOML include this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/toml.h"

namespace holdfast {

// What a value is, in words: "a list".
[[nodiscard]] std::string_view described(const toml::node& node);

// The faults of one file, told in the order of its lines.
class TomlFaults {
 public:
  explicit TomlFaults(std::string file) : file_(std::move(file)) {}
  void add(const toml::node& node, const std::string& key, const std::string& what);
  // Of the file as a whole, or where a key is missing.
  void add(const std::string& key, const std::string& what);
  [[nodiscard]] bool none() const { return faults_.empty(); }
  [[nodiscard]] std::vector<std::string> told() const;

 private:
  struct Fault {
    std::uint32_t line = 0;
    std::string text;
  };
  std::string file_;
  std::vector<Fault> faults_;
};

class TomlSection {
 public:
  TomlSection(const toml::table& table, std::string name, TomlFaults& faults)
      : table_(table), name_(std::move(name)), faults_(faults) {}

  // Each is nothing where the key is missing, or wrong and has been told as a fault.
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<double> number(std::string_view key, double least, double most);
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, std::int64_t least,
                                                  std::int64_t most);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  // [least, most], or one number that is both.
  [[nodiscard]] std::optional<std::pair<double, double>> range(std::string_view key, double least,
                                                               double most);
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view key);
  [[nodiscard]] std::optional<TomlSection> section(std::string_view key);
  [[nodiscard]] std::vector<TomlSection> sections(std::string_view key);  // [[key]]

  // For values of several types. Null: missing.
  [[nodiscard]] const toml::node* node(std::string_view key);
  [[nodiscard]] std::vector<std::string> keys() const;
  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }

  void fault(std::string_view key, const std::string& what);
  // When all keys have been asked for: the others are faults.
  void finish();

 private:
  [[nodiscard]] std::string named(std::string_view key) const;
  void wrong_type(const toml::node& node, std::string_view key, std::string_view wanted);
  [[nodiscard]] std::optional<double> in_range(const toml::node& node, std::string_view key, double least,
                                               double most);

  const toml::table& table_;
  std::string name_;  // empty: the file itself
  TomlFaults& faults_;
  std::vector<std::string> asked_;
};

}  // namespace holdfast
