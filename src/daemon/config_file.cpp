#include "daemon/config_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "daemon/config_table.h"
#include "text/nearest.h"
#include "text/toml.h"
#include "text/toml_section.h"

namespace holdfast {
namespace {

// A file's lines as faults are to be reported: by line, although tables are kept by name.
struct LineFault {
  std::uint32_t line;
  ConfigFault fault;
};

class Reader {
 public:
  explicit Reader(const std::string& name) : name_(name) {}

  ConfigFile read(const toml::table& root) {
    read_table(root, "");
    std::ranges::stable_sort(faults_, {}, &LineFault::line);
    for (auto& at : faults_) file_.faults.push_back(std::move(at.fault));
    return std::move(file_);
  }

 private:
  std::string where(const toml::node& node) const {
    return name_ + ":" + std::to_string(node.source().begin.line);
  }

  void fault(const toml::node& node, const std::string& key, std::string what) {
    faults_.push_back({node.source().begin.line, {where(node), key, std::move(what)}});
  }

  void read_table(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const auto name = prefix + std::string(key.str());
      if (const auto* list = find_config_list(name))
        read_list(*list, node);
      else if (const auto* known = find_config_key(name))
        read_value(*known, node);
      else if (const auto near = nearest_list(name); !near.empty() && (node.is_table() || node.is_array()))
        fault(node, name, "unknown key" + did_you_mean("[[" + std::string(near) + "]]"));
      else if (const auto* inner = node.as_table(); inner && !(inner->empty() && !is_section(name)))
        read_table(*inner, name + ".");
      else
        read_unknown(name, node);
    }
  }

  static bool is_section(const std::string& name) {
    return std::ranges::any_of(config_keys(),
                               [&](const ConfigKey& key) { return key.name.starts_with(name + "."); });
  }

  // [[peers]] is not [[peer]].
  static std::string_view nearest_list(const std::string& name) {
    return is_section(name) ? std::string_view() : nearest_config_list(name);
  }

  void read_unknown(const std::string& name, const toml::node& node) {
    if (is_section(name))
      fault(node, name,
            "must be a section, not " + std::string(described(node)) + did_you_mean("[" + name + "]"));
    else
      fault(node, name, "unknown key" + did_you_mean(nearest_config_key(name)));
  }

  void read_value(const ConfigKey& key, const toml::node& node) {
    if (key.number() && node.is_integer())
      file_.values.insert({std::string(key.name), {std::to_string(node.as_integer()->get()), where(node)}});
    else if (!key.number() && node.is_string())
      file_.values.insert({std::string(key.name), {node.as_string()->get(), where(node)}});
    else
      fault(node, std::string(key.name), wrong_type(node, key.number(), key.address()));
  }

  static std::string wrong_type(const toml::node& node, bool number, bool address = false) {
    std::string suggestion;
    if (const auto* text = node.as_string(); number && text && !text->get().empty() &&
                                             text->get().find_first_not_of("0123456789") == std::string::npos)
      suggestion = text->get();
    if (const auto* integer = node.as_integer(); !number && integer)
      suggestion = (address ? "\"127.0.0.1:" : "\"") + std::to_string(integer->get()) + '"';
    return std::string("must be ") + (number ? "a whole number" : "a string") + ", not " +
           std::string(described(node)) + did_you_mean(suggestion);
  }

  void read_list(const ConfigList& list, const toml::node& node) {
    const std::string name(list.name);
    const auto* array = node.as_array();
    if (node.is_table() || !array) {
      fault(node, name,
            "must be a list of sections, not " + std::string(described(node)) +
                did_you_mean("[[" + name + "]]"));
      return;
    }
    for (std::size_t i = 0; i < array->size(); ++i)
      read_entry(list, *array->get(i), name + "[" + std::to_string(i) + "]");
  }

  void read_entry(const ConfigList& list, const toml::node& node, const std::string& name) {
    const auto* table = node.as_table();
    if (!table)
      return fault(node, name,
                   "must be a section, not " + std::string(described(node)) +
                       did_you_mean("[[" + std::string(list.name) + "]]"));
    FileEntry entry;
    entry.where = where(node);
    for (const auto& [key, value] : *table)
      if (!read_member(list, std::string(key.str()), value, name, entry)) entry.faulty = true;
    file_.lists[std::string(list.name)].push_back(std::move(entry));
  }

  bool read_member(const ConfigList& list, const std::string& member, const toml::node& value,
                   const std::string& name, FileEntry& entry) {
    const auto known = std::ranges::find(list.members, member, &ConfigList::Member::name);
    if (known == list.members.end()) {
      std::vector<std::string_view> names;
      for (const auto& each : list.members) names.push_back(each.name);
      fault(value, name + "." + member, "unknown key" + did_you_mean(nearest(member, names)));
    } else if (known->number && value.is_integer()) {
      entry.members[member] = {std::to_string(value.as_integer()->get()), where(value)};
      return true;
    } else if (!known->number && value.is_string()) {
      entry.members[member] = {value.as_string()->get(), where(value)};
      return true;
    } else {
      fault(value, name + "." + member, wrong_type(value, known->number));
    }
    return false;
  }

  const std::string& name_;
  ConfigFile file_;
  std::vector<LineFault> faults_;
};

// What the parser says, and what people mostly did.
std::string explained(std::string_view description) {
  std::string text(description);
  if (description.find("could not determine value type") != std::string_view::npos)
    text += "; text stands in quotes";
  if (description.find("expected a comment or whitespace") != std::string_view::npos)
    text += "; each KEY = VALUE has a line of its own";
  return text;
}

}  // namespace

ConfigFile parse_config_file(std::string_view content, const std::string& name) {
  try {
    const toml::table root = toml::parse(content);
    return Reader(name).read(root);
  } catch (const toml::parse_error& error) {
    const auto where = name + ":" + std::to_string(error.source().begin.line);
    return {.values = {}, .lists = {}, .faults = {{where, "", explained(error.description())}}};
  }
}

Result<std::string, ConfigFault> read_config_file(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return failure(ConfigFault{path.string(), "", "cannot read it: it is a folder"});
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  if (stream && stream.peek() != std::ifstream::traits_type::eof()) content << stream.rdbuf();
  if (!stream.is_open() || stream.bad())
    return failure(ConfigFault{path.string(), "", std::string("cannot read it: ") + std::strerror(errno)});
  return std::move(content).str();
}

}  // namespace holdfast
