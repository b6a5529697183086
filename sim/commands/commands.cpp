#include "sim/commands/commands.h"

namespace holdfast::sim {

std::span<const Command> commands() {
  static constexpr Command table[] = {
      {"list", "the scenarios and the ways of sharing stock", list_command},
      {"run", "one scenario under one policy; with a page to look at if so wished", run_command},
      {"compare", "policies side by side on scenarios", compare_command},
      {"orders", "a real order history: how would my shop have done?", orders_command},
      {"speed", "how much faster than time the scenarios run", speed_command},
      {"fuzz", "worlds drawn from seeds, in which anything may break; what must hold is checked",
       fuzz_command},
      {"replay", "one seed of fuzz again, in words", replay_command},
      {"shrink", "a smaller world and fewer faults that fail in the same way", shrink_command},
  };
  return table;
}

}  // namespace holdfast::sim
