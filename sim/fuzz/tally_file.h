// The tally of fuzz runs: which seeds passed with which commit, one line a range, so that nights add up.
//
//   commit <tab> first seed <tab> seeds <tab> options         '#' begins a remark
//
// A commit of a tree with changes ends with "-dirty": two such may differ.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "sim/fuzz/workers.h"

namespace holdfast::sim {

// Of the sources beside the running program; "unknown" where there is no repository.
[[nodiscard]] std::string commit_of_this_build();

// What was left out, as it is typed; "-": nothing.
[[nodiscard]] std::string in_words(const Restriction& restriction);

class TallyFile {
 public:
  explicit TallyFile(std::string path) : path_(std::move(path)) {}

  // Notes what passed. Why it could not, in words; empty: it is noted.
  [[nodiscard]] std::string add(const std::string& commit, const std::string& options,
                                const std::set<std::uint64_t>& passed) const;
  // Seeds that passed with this commit and these options, each counted once.
  [[nodiscard]] std::uint64_t total(const std::string& commit, const std::string& options) const;

 private:
  std::string path_;
};

}  // namespace holdfast::sim
