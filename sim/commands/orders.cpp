#include "sim/commands/commands.h"

namespace holdfast::sim {

int orders_command(std::span<const std::string>) { return 2; }

}  // namespace holdfast::sim
