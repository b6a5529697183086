#include "sim/trace.h"

#include <algorithm>

namespace holdfast::sim {

void Trace::print(std::FILE* to, const Line& line) {
  const auto us = line.at.time_since_epoch().count();
  std::fprintf(to, "%8lld.%06lld  %-8s %s\n", static_cast<long long>(us / 1'000'000),
               static_cast<long long>(us % 1'000'000), line.who.c_str(), line.what.c_str());
}

void Trace::line(SimTime at, const std::string& who, const std::string& what) {
  if (lines_ == Lines::none) return;
  const Line line{at, lines_made_++, who, what};
  if (lines_ == Lines::print) return print(stdout, line);
  auto found = std::ranges::find(kept_, who, &std::pair<std::string, std::deque<Line>>::first);
  if (found == kept_.end()) found = kept_.insert(kept_.end(), {who, {}});
  found->second.push_back(line);
  if (found->second.size() > kept_each) found->second.pop_front();
}

void Trace::print_last(std::FILE* to) const {
  std::vector<Line> all;
  for (const auto& [who, lines] : kept_) all.insert(all.end(), lines.begin(), lines.end());
  std::ranges::sort(all, {}, &Line::number);
  for (const Line& line : all) print(to, line);
}

}  // namespace holdfast::sim
