#include <algorithm>

#include "sim/check/audit.h"

namespace holdfast::sim {

namespace {

using Newest = std::map<std::string, Version>;

std::string in_digits(Version version) { return std::to_string(version.value()); }

// Follows one holder through its journal, and beside it what the writer had written by then: a row cannot be
// held before it is on its writer's disk.
class GapCheck {
 public:
  GapCheck(const AuditInput& input, std::size_t holder, std::size_t writer)
      : holder_(input.books[holder]),
        writer_(input.books[writer]),
        holder_times_(*input.timelines[holder]),
        writer_times_(*input.timelines[writer]) {}

  void run(Verdict& verdict) {
    const auto found = holder_.taken().find(writer_.own());
    if (found == holder_.taken().end()) return;
    for (const TakenRows& taken : found->second) {
      for (const auto& [sku, version] : taken.rows) held_[sku] = std::max(held_[sku], version);
      known_ = std::max(known_, taken.known_to.value_or(Version{}));
      write_until(durable_at(holder_times_, taken.position));
      if (const auto gap = find_gap()) return verdict.violated("O2", *gap);
    }
  }

 private:
  void write_until(SimTime time) {
    const Position last = durable_by(writer_times_, time);
    for (; next_ < writer_.written().size() && writer_.written()[next_].position <= last; ++next_)
      written_[writer_.written()[next_].sku] = writer_.written()[next_].version;
  }

  [[nodiscard]] std::optional<std::string> find_gap() const {
    for (const auto& [sku, version] : written_) {
      if (version > known_) continue;
      if (const auto held = held_.find(sku); held != held_.end() && held->second == version) continue;
      return holder_.own().region + " says that it knows " + writer_.own().region + "'s rows up to version " +
             in_digits(known_) + ", but lacks version " + in_digits(version) + ", of " + sku;
    }
    return std::nullopt;
  }

  const Books& holder_;
  const Books& writer_;
  const Timeline& holder_times_;
  const Timeline& writer_times_;
  Newest held_;
  Newest written_;
  Version known_;
  std::size_t next_ = 0;
};

}  // namespace

SimTime durable_at(const Timeline& timeline, Position position) {
  const auto found = std::ranges::lower_bound(timeline, position, {}, &std::pair<Position, SimTime>::first);
  return found == timeline.end() ? SimTime::max() : found->second;
}

Position durable_by(const Timeline& timeline, SimTime time) {
  const auto later = std::ranges::upper_bound(timeline, time, {}, &std::pair<Position, SimTime>::second);
  return later == timeline.begin() ? Position{} : std::prev(later)->first;
}

void audit_gaps(const AuditInput& input, Verdict& verdict) {
  for (std::size_t holder = 0; holder < input.books.size(); ++holder)
    for (std::size_t writer = 0; writer < input.books.size(); ++writer)
      if (holder != writer && !input.forked.contains(holder) && !input.forked.contains(writer))
        GapCheck(input, holder, writer).run(verdict);
}

}  // namespace holdfast::sim
