#include "daemon/config.h"

#include <algorithm>
#include <limits>

#include "daemon/config_file.h"
#include "daemon/config_levers.h"
#include "daemon/config_peers.h"
#include "daemon/config_table.h"
#include "daemon/config_values.h"
#include "text/nearest.h"

namespace holdfast {
namespace {

using Faults = std::vector<ConfigFault>;

class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {}

  Result<Config, Faults> load() {
    if (sources_.file && !read_file()) return failure(std::move(faults_));
    for (const auto& key : config_keys()) take(key);
    check_environment();
    check_flags();
    check_together();
    take_peers(file_.lists["peer"], config_, faults_);
    take_levers(file_.lists["rights.sku"], config_, faults_);
    if (faults_.empty()) return std::move(config_);
    sort_by_line();
    return failure(std::move(faults_));
  }

 private:
  bool read_file() {
    const auto content = read_config_file(*sources_.file);
    if (!content) {
      faults_.push_back(content.error());
      return false;
    }
    file_ = parse_config_file(*content, sources_.file->string());
    faults_ = file_.faults;
    // After a syntax error nothing else of the file is known, so nothing else can be said.
    return faults_.empty() || !faults_.front().key.empty();
  }

  // Weakest source first, each overriding the one before, so that each is checked.
  void take(const ConfigKey& key) {
    const std::string name(key.name);
    std::string origin;
    if (!key.fallback.empty()) apply(key, key.fallback, "default", origin);
    if (const auto found = file_.values.find(name); found != file_.values.end()) {
      apply(key, found->second.text, found->second.where, origin);
      if (name == "data_dir") config_.data_dir = sources_.file->parent_path() / config_.data_dir;
    }
    if (const auto found = sources_.environment.find(key.variable()); found != sources_.environment.end())
      apply(key, found->second, found->first, origin);
    for (const auto& flag : sources_.flags)
      if (flag.key == name) apply(key, flag.text, flag.flag, origin);
    if (origin.empty()) missing(key);
    if (name == "data_dir") config_.data_dir = resolved(config_.data_dir);
    config_.values.push_back({name, shown(config_, key), origin});
    origins_[name] = origin;
  }

  void apply(const ConfigKey& key, std::string_view text, const std::string& where, std::string& origin) {
    if (const auto assigned = assign(config_, key, text); !assigned)
      faults_.push_back({where, std::string(key.name), assigned.error()});
    origin = where;
  }

  // The daemon may change its working directory; a path that names the same place from anywhere is also what
  // an operator wants to read. A trailing slash would put the mark inside the folder instead of beside it.
  static std::filesystem::path resolved(const std::filesystem::path& path) {
    const auto whole = std::filesystem::absolute(path).lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
  }

  void missing(const ConfigKey& key) {
    // A key that is there with a wrong type is not missing as well.
    if (std::ranges::find(faults_, key.name, &ConfigFault::key) != faults_.end()) return;
    faults_.push_back(
        {sources_.file ? sources_.file->string() + ":1" : "configuration", std::string(key.name),
         "is required, for example " + std::string(key.name) + " = \"" + std::string(key.sample) + '"'});
  }

  void check_environment() {
    std::vector<std::string> variables;
    for (const auto& key : config_keys()) variables.push_back(key.variable());
    for (const auto& [name, text] : sources_.environment)
      if (names_a_list(name))
        faults_.push_back({name, "", "lists can only be given in the file"});
      else
        for (const auto& variable : variables)
          if (name.starts_with("HOLDFAST_") && name != variable && edit_distance(name, variable) <= 2 &&
              std::ranges::find(variables, name) == variables.end())
            faults_.push_back({name, "", "unknown variable" + did_you_mean(variable)});
  }

  // A list's variable, or one of its members': nobody reads it. Others may be somebody else's, such as
  // Kubernetes' HOLDFAST_PEER_PORT.
  static bool names_a_list(const std::string& variable) {
    return std::ranges::any_of(config_lists(), [&](const ConfigList& list) {
      const std::string name(list.name);
      return variable == variable_of(name) || variable == variable_of(name + "s") ||
             std::ranges::any_of(list.members, [&](const ConfigList::Member& member) {
               return variable == variable_of(name + "." + std::string(member.name));
             });
    });
  }

  static bool is_of_a_list(const std::string& key) {
    for (auto end = key.find_first_of(".[");; end = key.find_first_of(".[", end + 1)) {
      if (find_config_list(key.substr(0, end))) return true;
      if (end == std::string::npos) return false;
    }
  }

  void check_flags() {
    for (const auto& flag : sources_.flags)
      if (is_of_a_list(flag.key))
        faults_.push_back({flag.flag, flag.key, "lists can only be given in the file"});
      else if (!find_config_key(flag.key))
        faults_.push_back({flag.flag, flag.key, "unknown key" + did_you_mean(nearest_config_key(flag.key))});
  }

  bool faulty(const std::string& key) const {
    return std::ranges::find(faults_, key, &ConfigFault::key) != faults_.end();
  }

  // Where two values do not fit together, the one that somebody wrote is at fault, not a default.
  void clash(const std::string& first, const std::string& second, const std::string& what) {
    if (faulty(first) || faulty(second)) return;
    const auto& at = origins_[second] == "default" ? first : second;
    faults_.push_back({origins_[at], at, what});
  }

  void check_together() {
    if (config_.heartbeat >= config_.cut_off_after)
      clash("gossip.heartbeat_ms", "gossip.cut_off_after_ms",
            "the heartbeat (" + std::to_string(config_.heartbeat.count()) +
                " ms) must be shorter than the cut-off (" + std::to_string(config_.cut_off_after.count()) +
                " ms), or every link is cut off");
    check_apart("http.listen", config_.http_listen, "gossip.listen", config_.gossip_listen);
    if (!config_.native_listen) return;
    check_apart("http.listen", config_.http_listen, "native.listen", *config_.native_listen);
    check_apart("gossip.listen", config_.gossip_listen, "native.listen", *config_.native_listen);
  }

  void check_apart(const std::string& first, const Address& one, const std::string& second,
                   const Address& other) {
    if (one != other || one.port == 0) return;
    clash(first, second, first + " and " + second + " are both " + text_of(one) + ", they must differ");
  }

  // Faults of the file first, in its order: `validate` is read beside the file.
  void sort_by_line() {
    const auto line = [this](const ConfigFault& fault) {
      const auto prefix = sources_.file ? sources_.file->string() + ":" : std::string();
      if (prefix.empty() || !fault.where.starts_with(prefix)) return std::numeric_limits<long>::max();
      return std::stol(fault.where.substr(prefix.size()));
    };
    std::ranges::stable_sort(faults_, {}, line);
  }

  const ConfigSources& sources_;
  ConfigFile file_;
  Config config_;
  std::map<std::string, std::string> origins_;
  Faults faults_;
};

}  // namespace

std::string text_of(const ConfigFault& fault) {
  std::string line = fault.where + ": ";
  if (!fault.key.empty()) line += fault.key + ": ";
  line += fault.what;
  std::ranges::replace_if(
      line, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  return line;
}

Result<Config, std::vector<ConfigFault>> load_config(const ConfigSources& sources) {
  return Loader(sources).load();
}

Result<ConfigFlag, ConfigFault> set_flag(std::string_view argument) {
  const auto equals = argument.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return failure(
        ConfigFault{"--set", std::string(argument), "is not KEY=VALUE, for example http.listen=127.0.0.1:0"});
  return ConfigFlag{"--set", std::string(argument.substr(0, equals)),
                    std::string(argument.substr(equals + 1))};
}

}  // namespace holdfast
