#include "text/toml_section.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "text/nearest.h"

namespace holdfast {
namespace {

std::string plain(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

}  // namespace

std::string_view described(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a section";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "a whole number";
    case toml::node_type::floating_point: return "a number with a fraction";
    case toml::node_type::boolean: return "true or false";
    default: return "a date or time";
  }
}

void TomlFaults::add(const toml::node& node, const std::string& key, const std::string& what) {
  const auto line = node.source().begin.line;
  faults_.push_back({line, file_ + ":" + std::to_string(line) + ": " + key + ": " + what});
}

void TomlFaults::add(const std::string& key, const std::string& what) {
  faults_.push_back({0, file_ + ": " + (key.empty() ? "" : key + ": ") + what});
}

std::vector<std::string> TomlFaults::told() const {
  auto sorted = faults_;
  std::ranges::stable_sort(sorted, {}, &Fault::line);
  std::vector<std::string> texts;
  for (auto& fault : sorted) texts.push_back(std::move(fault.text));
  return texts;
}

std::string TomlSection::named(std::string_view key) const {
  return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

const toml::node* TomlSection::node(std::string_view key) {
  asked_.emplace_back(key);
  return table_.get(key);
}

void TomlSection::fault(std::string_view key, const std::string& what) {
  const auto* at = table_.get(key);
  if (at)
    faults_.add(*at, named(key), what);
  else if (table_.source().begin.line > 0)
    faults_.add(table_, named(key), what);
  else
    faults_.add(named(key), what);
}

void TomlSection::wrong_type(const toml::node& node, std::string_view key, std::string_view wanted) {
  faults_.add(node, named(key), "must be " + std::string(wanted) + ", not " + std::string(described(node)));
}

std::optional<std::string> TomlSection::text(std::string_view key) {
  const auto* found = node(key);
  if (!found) return std::nullopt;
  if (const auto* text = found->as_string()) return text->get();
  wrong_type(*found, key, "a string");
  return std::nullopt;
}

std::optional<double> TomlSection::in_range(const toml::node& node, std::string_view key, double least,
                                            double most) {
  const auto number = node.value<double>();
  if (!node.is_number() || !number || !std::isfinite(*number)) {
    wrong_type(node, key, "a number");
    return std::nullopt;
  }
  if (*number >= least && *number <= most) return number;
  faults_.add(node, named(key), "must be " + plain(least) + " to " + plain(most));
  return std::nullopt;
}

std::optional<double> TomlSection::number(std::string_view key, double least, double most) {
  const auto* found = node(key);
  return found ? in_range(*found, key, least, most) : std::nullopt;
}

std::optional<std::int64_t> TomlSection::whole(std::string_view key, std::int64_t least, std::int64_t most) {
  const auto* found = node(key);
  if (!found) return std::nullopt;
  if (!found->is_integer()) {
    wrong_type(*found, key, "a whole number");
    return std::nullopt;
  }
  const auto number = found->as_integer()->get();
  if (number >= least && number <= most) return number;
  faults_.add(*found, named(key), "must be " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<bool> TomlSection::flag(std::string_view key) {
  const auto* found = node(key);
  if (!found) return std::nullopt;
  if (const auto* flag = found->as_boolean()) return flag->get();
  wrong_type(*found, key, "true or false");
  return std::nullopt;
}

std::optional<std::pair<double, double>> TomlSection::range(std::string_view key, double least, double most) {
  const auto* found = node(key);
  if (!found) return std::nullopt;
  if (const auto* list = found->as_array()) {
    if (list->size() != 2) {
      faults_.add(*found, named(key), "must be two numbers, least and most");
      return std::nullopt;
    }
    const auto from = in_range(*list->get(0), key, least, most);
    const auto to = in_range(*list->get(1), key, least, most);
    if (from && to && *from > *to) faults_.add(*found, named(key), "the first is greater than the second");
    return from && to ? std::optional(std::pair(*from, *to)) : std::nullopt;
  }
  const auto one = in_range(*found, key, least, most);
  return one ? std::optional(std::pair(*one, *one)) : std::nullopt;
}

std::optional<std::vector<std::string>> TomlSection::texts(std::string_view key) {
  const auto* found = node(key);
  if (!found) return std::nullopt;
  std::vector<std::string> texts;
  if (const auto* list = found->as_array())
    for (const auto& element : *list)
      if (const auto* text = element.as_string()) texts.push_back(text->get());
  if (found->is_array() && texts.size() == found->as_array()->size()) return texts;
  faults_.add(*found, named(key), "must be a list of strings");
  return std::nullopt;
}

std::optional<TomlSection> TomlSection::section(std::string_view key) {
  const auto* found = node(key);
  if (!found) return std::nullopt;
  if (const auto* table = found->as_table()) return TomlSection(*table, named(key), faults_);
  faults_.add(
      *found, named(key),
      "must be a section, not " + std::string(described(*found)) + did_you_mean("[" + named(key) + "]"));
  return std::nullopt;
}

std::vector<TomlSection> TomlSection::sections(std::string_view key) {
  std::vector<TomlSection> sections;
  const auto* found = node(key);
  if (!found) return sections;
  const auto* list = found->as_array();
  if (list)
    for (const auto& element : *list)
      if (const auto* table = element.as_table()) sections.emplace_back(*table, named(key), faults_);
  if (!list || sections.size() != list->size())
    faults_.add(*found, named(key), "must be a list of sections" + did_you_mean("[[" + named(key) + "]]"));
  return sections;
}

std::vector<std::string> TomlSection::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : table_) keys.emplace_back(key.str());
  return keys;
}

void TomlSection::finish() {
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  for (const auto& [key, value] : table_)
    if (std::ranges::find(known, key.str()) == known.end())
      faults_.add(value, named(key.str()), "unknown key" + did_you_mean(nearest(key.str(), known)));
}

}  // namespace holdfast
