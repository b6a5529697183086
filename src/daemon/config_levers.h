// What the file decides about the rights of SKUs by patterns of their names, checked.
#pragma once

#include "daemon/config_file.h"

namespace holdfast {

// Fills config.rights_rules and adds their values; what is wrong goes to faults. The keys of `rights` are set
// before: what a rule leaves out is as they say.
void take_levers(const std::vector<FileEntry>& rules, Config& config, std::vector<ConfigFault>& faults);

}  // namespace holdfast
