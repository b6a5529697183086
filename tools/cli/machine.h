// What can be learned of the machine that this program runs on. The one file that asks it, for doctor.
#pragma once

#include <string>

#include "cli/doctor.h"

namespace holdfast::cli {

// data_dir is the daemon's; where it is not on this machine, nothing is said of a disk.
[[nodiscard]] MachineEvidence look_at_machine(const std::string& data_dir);

}  // namespace holdfast::cli
