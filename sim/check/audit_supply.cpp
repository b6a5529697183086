#include <algorithm>

#include "sim/check/window.h"

namespace holdfast::sim {

namespace {

using Lines = std::map<std::string, Units>;

// What it takes from here; nothing of what it gives up itself is counted on.
Lines lines_of(const Request& request) {
  Lines lines;
  if (const auto* reserve = std::get_if<request::Reserve>(&request))
    for (const Line& line : reserve->lines) lines[line.sku] += line.quantity;
  if (const auto* adjust = std::get_if<request::Adjust>(&request); adjust && adjust->delta < no_units)
    lines[adjust->sku] -= adjust->delta;
  return lines;
}

void check_unknown(const Operation& operation, const Window& window, Verdict& verdict) {
  const auto* reserve = std::get_if<request::Reserve>(&operation.request);
  if (reserve == nullptr) return;
  for (const Line& line : reserve->lines)
    if (!window.at(line.sku, window.first())) return;
  verdict.violated("O8", said(operation) + ", but it was known when it was asked for, by its disk");
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
      const Supply* supply = window.at(line.first, position);
      return supply == nullptr || supply->available < line.second;
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
    if (operation.refused() && operation.answer->error().code == RefusalCode::sku_unknown)
      check_unknown(operation, window, verdict);
  }
}

}  // namespace holdfast::sim
