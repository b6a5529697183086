#include "store/lag.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <thread>

#include "store/own_tables.h"
#include "store/rows.h"

namespace holdfast::store {
namespace {

constexpr std::chrono::milliseconds follower_writes_within{1'000};

}  // namespace

void Lags::pass_over(const Region& region, const Change& change) {
  if (const auto* reservation = std::get_if<Reservation>(&change.what)) {
    reservations_.insert(key_of(region.name(), regions_.front().name(), reservation->id));
    for (const Line& line : reservation->lines) products_.insert(line.sku);
  } else if (const auto* adjusted = std::get_if<StockAdjusted>(&change.what)) {
    products_.insert(adjusted->sku);
  } else if (const auto body = parse_json(change.data)) {  // units that went to another region, or came
    products_.insert(string_at(*body, "sku").value_or(""));
  }
}

Result<void, std::string> Lags::begin(std::vector<Difference>& differences) {
  for (Region& region : regions_)
    if (auto begun = begin(region, differences); !begun) return begun;
  return {};
}

Result<void, std::string> Lags::begin(Region& region, std::vector<Difference>& differences) {
  const auto behind = [&](std::string detail) {
    differences.push_back({DifferenceKind::position_behind, region.name(), std::move(detail)});
  };
  const auto position = read_position(store_, region.name());
  if (!position && position.error().kind == TroubleKind::schema)
    return failure("nothing was moved in or followed yet: " + told(position.error()));
  if (!position) return failure(told(position.error()));
  if (!*position) {
    behind("it was never followed");
    return {};
  }
  Lag lag{.position = (*position)->cursor, .read_up_to = (*position)->cursor};
  const auto goes_on = region.check_cursor(lag.position);
  if (!goes_on && !region.has_no_such_history()) return goes_on;
  if (!goes_on) {
    behind("what is yet to be written is in no event there: " + goes_on.error());
    const auto newest = region.newest_cursor();
    if (!newest) return failure(newest.error());
    lag.read_up_to = *newest;
  }
  lags_.emplace(region.name(), std::move(lag));
  return {};
}

Result<void, std::string> Lags::read_events() {
  for (Region& region : regions_) {
    const auto found = lags_.find(region.name());
    if (found == lags_.end()) continue;
    Lag& lag = found->second;
    const auto read = region.events_after(lag.read_up_to, [&](const StreamEvent& event) {
      lag.read_up_to = event.id;
      const auto change = read_change(event.id, event.type, event.data);
      lag.events.push_back({event.id, change && change->what.index() != 0});
      if (change) pass_over(region, *change);
    });
    if (!read) return failure(read.error());
    if (!lag.at_first) lag.at_first = lag.events.size();
  }
  return {};
}

Result<void, std::string> Lags::tell(std::vector<Difference>& differences) {
  const auto until = std::chrono::steady_clock::now() + follower_writes_within;
  for (const auto& [name, lag] : lags_) {
    auto behind = yet_to_be_written(name, lag);
    while (behind && *behind > 0 && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(follower_writes_within / 10);
      behind = yet_to_be_written(name, lag);
    }
    if (!behind) return failure(told(behind.error()));
    if (*behind > 0)
      differences.push_back(
          {DifferenceKind::position_behind, name,
           std::to_string(*behind) + " events are yet to be written; compare again when they are"});
  }
  return {};
}

Result<std::int64_t, Trouble> Lags::yet_to_be_written(const std::string& region, const Lag& lag) {
  const auto position = read_position(store_, region);
  if (!position) return failure(position.error());
  auto left = std::span(lag.events).first(lag.at_first.value_or(0));
  const std::string reached = *position ? (*position)->cursor : std::string();
  if (reached != lag.position) {  // it may be further than all of them
    const auto written = std::ranges::find(left, reached, &Lag::Event::cursor) - left.begin();
    left = left.subspan(std::min(left.size(), static_cast<std::size_t>(written) + 1));
  }
  return std::ranges::count(left, true, &Lag::Event::is_of_interest);
}

}  // namespace holdfast::store
