#include "daemon/reload.h"

#include <algorithm>
#include <map>

#include "daemon/config_table.h"

namespace holdfast {

namespace {

using ByKey = std::map<std::string, ConfigValue>;

ByKey by_key(const std::vector<ConfigValue>& values) {
  ByKey found;
  for (const ConfigValue& value : values) found.emplace(value.key, value);
  return found;
}

std::optional<ConfigValue> find(const ByKey& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::string shown(const std::optional<ConfigValue>& value) {
  if (!value) return "nothing";
  const auto* number = std::get_if<std::int64_t>(&value->value);
  return number ? std::to_string(*number) : std::get<std::string>(value->value);
}

bool differ(const std::optional<ConfigValue>& a, const std::optional<ConfigValue>& b) {
  return a.has_value() != b.has_value() || (a && a->value != b->value);
}

// Where it came from is taken over even where it says the same.
void take(Config& running, const Config& read, const ByKey& read_values, const ConfigKey& key) {
  std::visit([&](auto member) { running.*member = read.*member; }, key.member);
  const auto value = std::ranges::find(running.values, key.name, &ConfigValue::key);
  *value = *find(read_values, value->key);
}

// Of the lists these take effect at once.
bool is_lever(const std::string& key) { return key.starts_with("rights.sku["); }

void take_levers_over(Config& running, const Config& read) {
  running.rights_rules = read.rights_rules;
  std::erase_if(running.values, [](const ConfigValue& value) { return is_lever(value.key); });
  std::ranges::copy_if(read.values, std::back_inserter(running.values), is_lever, &ConfigValue::key);
}

}  // namespace

std::vector<ConfigChange> take_over(Config& running, const Config& read) {
  std::vector<ConfigChange> changes;
  const ByKey was = by_key(running.values);
  const ByKey now = by_key(read.values);
  const auto consider = [&](const std::string& key, bool at_once) {
    const ConfigChange change{key, find(was, key), find(now, key), at_once};
    if (differ(change.was, change.now)) changes.push_back(change);
  };
  for (const ConfigKey& key : config_keys()) {
    consider(std::string(key.name), key.effect == Takes::at_once);
    if (key.effect == Takes::at_once) take(running, read, now, key);
  }
  for (const ConfigValue& value : read.values)
    if (!find_config_key(value.key)) consider(value.key, is_lever(value.key));
  for (const ConfigValue& value : running.values)
    if (!find(now, value.key)) consider(value.key, is_lever(value.key));
  take_levers_over(running, read);
  return changes;
}

std::string text_of(const ConfigChange& change) {
  if (change.applied) return change.key + " is now " + shown(change.now) + " (was " + shown(change.was) + ")";
  return change.key + " stays " + shown(change.was) + ": " + shown(change.now) + " needs a restart";
}

}  // namespace holdfast
