#include <algorithm>

#include "base/overloaded.h"
#include "sim/check/audit.h"
#include "sim/words.h"

namespace holdfast::sim {

namespace {

using Lines = std::map<std::string, Units>;

// Between asking and hearing the region decided, on the state after some record: not one before what was on
// its disk when it was asked, and none beyond what was there when the answer came (I4).
class Window {
 public:
  Window(const Books& books, const Timeline& timeline, const Operation& operation)
      : books_(books),
        first_(durable_by(timeline, operation.asked)),
        last_(durable_by(timeline, operation.ended)) {}

  // Whether it was so after one of these records, of which those count that touch these SKUs.
  template <class IsSo>
  [[nodiscard]] bool ever(const Lines& lines, IsSo is_so) const {
    if (is_so(first_)) return true;
    for (const auto& [sku, units] : lines) {
      const auto found = books_.supplies().find(sku);
      if (found == books_.supplies().end()) continue;
      const std::vector<Supply>& all = found->second;
      for (auto it = std::ranges::upper_bound(all, first_, {}, &Supply::since);
           it != all.end() && it->since <= last_; ++it)
        if (is_so(it->since)) return true;
    }
    return false;
  }

  // Nothing: the SKU had not been heard of.
  [[nodiscard]] std::optional<Supply> at(const std::string& sku, Position position) const {
    const auto found = books_.supplies().find(sku);
    if (found == books_.supplies().end()) return std::nullopt;
    const auto later = std::ranges::upper_bound(found->second, position, {}, &Supply::since);
    if (later == found->second.begin()) return std::nullopt;
    return *std::prev(later);
  }
  [[nodiscard]] Position first() const { return first_; }

 private:
  const Books& books_;
  Position first_;
  Position last_;
};

// What it takes from here; nothing of what it gives up itself is counted on.
Lines lines_of(const Request& request) {
  Lines lines;
  if (const auto* reserve = std::get_if<request::Reserve>(&request))
    for (const Line& line : reserve->lines) lines[line.sku] += line.quantity;
  if (const auto* adjust = std::get_if<request::Adjust>(&request); adjust && adjust->delta < no_units)
    lines[adjust->sku] -= adjust->delta;
  return lines;
}

bool is_shortage(RefusalCode code) {
  return code == RefusalCode::sold_out || code == RefusalCode::not_enough ||
         code == RefusalCode::rights_unreachable || code == RefusalCode::all_reserved ||
         code == RefusalCode::insufficient_here;
}

// Whether such a shortage of a SKU is one of this kind, as far as a disk knows: whom the region can reach
// stands on none.
bool fits(RefusalCode code, Units requested, const Supply& supply) {
  const Units all = supply.available + supply.reserved + supply.elsewhere;
  switch (code) {
    case RefusalCode::sold_out: return all == no_units;
    case RefusalCode::not_enough: return all > no_units && requested > all;
    case RefusalCode::all_reserved: return requested <= all;
    default: return true;
  }
}

// A basket that takes the place of another, or a change of one, may count on what that one holds.
bool counts_on_a_basket(const Request& request) {
  const auto* reserve = std::get_if<request::Reserve>(&request);
  return std::holds_alternative<request::Change>(request) || (reserve && !reserve->replaces.empty());
}

// O4 and O8: what was short was short at some moment, of all of it at once, and of the worst of it that is
// so which was said.
void check_shortage(const Operation& operation, const Window& window, Verdict& verdict) {
  const Refusal& refusal = operation.answer->error();
  Lines lines;
  for (const ShortLine& line : refusal.shortage) lines[line.sku] = line.requested;
  if (lines.empty()) return;
  const bool exact = !counts_on_a_basket(operation.request);
  bool was_short = false;
  bool was_so = false;
  (void)window.ever(lines, [&](Position position) {
    bool all_short = true;
    bool as_said = true;
    bool fitting = false;
    for (const ShortLine& line : refusal.shortage) {
      const Supply supply = window.at(line.sku, position).value_or(Supply{});
      all_short &= supply.available < line.requested;
      as_said &= !exact || supply.available == line.available_here;
      fitting |= fits(refusal.code, line.requested, supply);
    }
    was_short |= all_short;
    was_so |= all_short && as_said && fitting;
    return was_so;
  });
  if (!was_short)
    verdict.violated("O4", said(operation) + ", but all of it was there all the time, by its disk");
  else if (!was_so)
    verdict.violated("O8", said(operation) + ", which was so at no moment in between, by its disk");
}

void check_unknown(const Operation& operation, const Window& window, Verdict& verdict) {
  const auto* reserve = std::get_if<request::Reserve>(&operation.request);
  if (reserve == nullptr) return;
  for (const Line& line : reserve->lines)
    if (!window.at(line.sku, window.first())) return;
  verdict.violated("O8", said(operation) + ", but it was known when it was asked for, by its disk");
}

void check_view(const Operation& operation, const answer::SkuView& view, const Window& window,
                Verdict& verdict) {
  const bool was_so = window.ever({{view.sku, no_units}}, [&](Position position) {
    const Supply supply = window.at(view.sku, position).value_or(Supply{});
    return supply.available == view.available_here && supply.reserved == view.reserved_here;
  });
  if (!was_so)
    verdict.violated("O8", said(operation) + ", which was so at no moment in between, by its disk");
}

// Through history, from its beginning: as long as that takes.
bool reads_history(const Request& request) {
  return std::holds_alternative<request::Audit>(request) ||
         std::holds_alternative<request::ListReservations>(request);
}

// Within what its own disk takes, but for one that may wait, and is short.
void check_latency(const Operation& operation, const Window& window, const Patience& patience,
                   Verdict& verdict) {
  if (!patience.local || reads_history(operation.request)) return;
  const Lines lines = lines_of(operation.request);
  const bool waits = wait_of(operation.request) > Millis(0) && window.ever(lines, [&](Position position) {
    return std::ranges::any_of(lines, [&](const auto& line) {
      return window.at(line.first, position).value_or(Supply{}).available < line.second;
    });
  });
  if (waits && !patience.clocks_run) return;
  const Micros longest = *patience.local + (waits ? wait_of(operation.request) : Millis(0));
  if (operation.ended - operation.asked > longest)
    verdict.violated("O4", said(operation) + " after " +
                               std::to_string((operation.ended - operation.asked).count() / 1'000) +
                               " ms, although it needed nothing of anybody else");
}

}  // namespace

void audit_supply(const AuditInput& input, Verdict& verdict) {
  for (const Operation& operation : input.told.all()) {
    if (operation.end != Operation::End::answered || input.forked.contains(operation.region)) continue;
    const Window window(input.books[operation.region], *input.timelines[operation.region], operation);
    check_latency(operation, window, input.patience, verdict);
    if (operation.refused() && is_shortage(operation.answer->error().code))
      check_shortage(operation, window, verdict);
    if (operation.refused() && operation.answer->error().code == RefusalCode::sku_unknown)
      check_unknown(operation, window, verdict);
    if (!operation.succeeded()) continue;
    if (const auto* view = std::get_if<answer::SkuView>(&**operation.answer))
      check_view(operation, *view, window, verdict);
  }
}

}  // namespace holdfast::sim
