// The peers of the file, checked: names, addresses, one entry for a region, never this region itself.
#pragma once

#include "daemon/config_file.h"

namespace holdfast {

// Fills config.peers and adds their values; what is wrong goes to faults. config.region is set before, if it
// can be.
void take_peers(const std::vector<FileEntry>& peers, Config& config, std::vector<ConfigFault>& faults);

}  // namespace holdfast
