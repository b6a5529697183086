// Workers: processes that live through seeds, one after another. Processes and not threads, since a seed that
// breaks a promise ends the process that runs it, and the rest must go on.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/fuzz/life.h"

namespace holdfast::sim {

struct Seeds {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
};

// Each life is handed to `take`, in no order, until it says false, all are done, the time is up, or somebody
// interrupts (SIGINT, SIGTERM). A seed whose process died is a life that is not sound. False: interrupted.
[[nodiscard]] bool run_seeds(const Seeds& seeds, const Restriction& restriction, std::size_t jobs,
                             std::optional<double> seconds_max, const std::function<bool(const Life&)>& take);

// The same seed in a process of its own, which may die of it; each line that it writes is handed on. Whether
// it was sound.
[[nodiscard]] bool live_apart(std::uint64_t seed, const Restriction& restriction,
                              const std::function<void(std::string)>& take_line);

// Seconds of a clock that never goes back.
[[nodiscard]] double wall_seconds();

}  // namespace holdfast::sim
