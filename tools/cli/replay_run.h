// A plan carried out: stock brought in, every lane a thread with a connection of its own, and at the end what
// the regions' ledgers say.
#pragma once

#include <functional>

#include "cli/exit_code.h"
#include "cli/replay_seller.h"

namespace holdfast::cli::replay {

struct Region {
  std::string name;
  std::string url;
};

struct Progress {
  std::size_t done = 0, tasks = 0;
  std::chrono::milliseconds elapsed{0};
};

struct Conduct {
  std::vector<Region> regions;            // in the map's order
  std::size_t lanes = 8;                  // connections in each
  std::chrono::milliseconds duration{0};  // of the whole history; 0: as fast as it goes
  std::chrono::milliseconds patience{60'000};
  Manner manner;
  std::function<void(const Progress&)> progress;  // a few times a second, on the caller's thread
};

struct Result {
  std::vector<Tally> tallies;  // of each region
  std::chrono::milliseconds took{0};
};

struct Fault {
  std::string text;
  ExitCode code = ExitCode::failed;  // unavailable: a region does not answer
};

// Why the replay cannot begin: a region that does not answer, is another one, or has stock already.
[[nodiscard]] std::optional<Fault> fault_before(const Conduct& conduct);

// Why the stock is not there.
[[nodiscard]] std::optional<Fault> bring_in(const Plan& plan, const Conduct& conduct, AnswerLog& log);

[[nodiscard]] Result carry_out(const Plan& plan, const Conduct& conduct, AnswerLog& log);

// Why there are none, if a region does not answer.
[[nodiscard]] std::optional<Fault> read_ledgers(const Conduct& conduct, Ledgers& ledgers);

}  // namespace holdfast::cli::replay
