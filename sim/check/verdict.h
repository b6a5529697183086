// Verdict: what a checker found. The first violation of a run ends it.
#pragma once

#include <string>
#include <vector>

namespace holdfast::sim {

struct Violation {
  std::string oracle;  // O1 to O9
  std::string what;    // in words
};

class Verdict {
 public:
  void violated(std::string oracle, std::string what) {
    if (violations_.size() < 20) violations_.push_back({std::move(oracle), std::move(what)});
  }
  [[nodiscard]] bool sound() const { return violations_.empty(); }
  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }

 private:
  std::vector<Violation> violations_;
};

}  // namespace holdfast::sim
