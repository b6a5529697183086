#include "sim/trace.h"

namespace holdfast::sim {

void Trace::line(SimTime at, const std::string& who, const std::string& what) {
  if (lines_ == nullptr) return;
  const auto us = at.time_since_epoch().count();
  std::fprintf(lines_, "%5lld.%06lld  %-6s %s\n", static_cast<long long>(us / 1'000'000),
               static_cast<long long>(us % 1'000'000), who.c_str(), what.c_str());
}

}  // namespace holdfast::sim
