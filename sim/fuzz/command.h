// The commands that look for bugs: `holdfast-sim fuzz`, `replay` and `shrink`.
#pragma once

#include <string>
#include <vector>

namespace holdfast::sim {

inline constexpr const char* fuzz_usage =
    "holdfast-sim fuzz [--seeds N] [--first-seed N] [--minutes M] [--jobs J] [--reached] [--without KIND]...\n"
    "                  [--tally FILE | --no-tally]\n"
    "holdfast-sim replay SEED... [--without KIND]... [--duration-percent P]\n"
    "holdfast-sim shrink SEED\n"
    "    KIND: cuts, wire, kills, power, disk, full, clocks, pauses, sqlite, rot, copies, lies\n";

// Exit codes: 0 sound, 1 something was violated or not reached, 2 usage.
[[nodiscard]] int fuzz_command(const std::vector<std::string>& arguments);
[[nodiscard]] int replay_command(const std::vector<std::string>& arguments);
[[nodiscard]] int shrink_command(const std::vector<std::string>& arguments);

}  // namespace holdfast::sim
