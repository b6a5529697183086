// Reloading: what a configuration that was read anew changes of a daemon that runs.
//
// Each key of the table says whether it takes effect at once; so do the levers of SKUs; all others, and the
// peers, need a restart, and are told so. Where the file is at fault nothing changes. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/config.h"

namespace holdfast {

struct ConfigChange {
  std::string key;
  std::optional<ConfigValue> was;  // none: it was not there, as the next
  std::optional<ConfigValue> now;
  bool applied = false;  // false: it needs a restart
};

// Takes over into `running` what takes effect at once. In the table's order, then the lists.
[[nodiscard]] std::vector<ConfigChange> take_over(Config& running, const Config& read);

// One line for the log: `log.level is now debug (was info)`.
[[nodiscard]] std::string text_of(const ConfigChange& change);

// Reads all sources of the configuration again, as they were named at the start.
using ReadConfig = std::function<Result<Config, std::vector<ConfigFault>>()>;

}  // namespace holdfast
