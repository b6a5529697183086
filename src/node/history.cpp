#include "node/history.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace holdfast::node {

bool History::submit(RequestToken token, const Request& request) {
  if (const auto* audit = std::get_if<request::Audit>(&request)) {
    if (audits_.size() >= limits_.audits_max) return false;
    audits_.push_back({token, audit->sku, {}, {}});
    return true;
  }
  if (lists_.size() >= limits_.lists_max) return false;
  lists_.push_back({token, std::get<request::ListReservations>(request), {}, {}});
  return true;
}

bool History::cancel(RequestToken token) {
  return std::erase_if(audits_, [&](const Audit& audit) { return audit.token == token; }) +
             std::erase_if(lists_, [&](const List& list) { return list.token == token; }) >
         0;
}

bool History::reads(Position asked) const {
  const auto reads_it = [&](const auto& one) { return one.reading == asked; };
  return std::ranges::any_of(audits_, reads_it) || std::ranges::any_of(lists_, reads_it) ||
         trimmer_.reads(asked);
}

void History::read(Position asked, Position first, std::span<const Record> records) {
  for (Audit& audit : audits_) {
    if (audit.reading != asked) continue;
    audit.reading.reset();
    for (const Record& record : records.subspan(asked.value() - first.value()))
      audit.counted->feed(replica_.state(), record);
  }
  for (List& list : lists_) {
    if (list.reading != asked) continue;
    list.reading.reset();
    list.gathered->take(replica_.state(), first, records);
  }
  trimmer_.read(replica_.state(), first, records);
}

// Trimming deletes nothing that an audit still has to read: if it is gone, the audit must say so.
void History::lost(Position asked) {
  for (Audit& audit : audits_)
    if (audit.reading == asked) {
      audit.reading.reset();
      audit.counted->lost();
    }
  for (List& list : lists_)
    if (list.reading == asked) {
      list.reading.reset();
      list.gathered->lost(replica_.state(), asked);
    }
}

std::optional<Input> History::next_ready() {
  if (!audits_.empty())
    if (auto ready = go_on(audits_.front())) {
      audits_.pop_front();
      return ready;
    }
  for (std::size_t i = 0; i < std::min(lists_.size(), lists_at_once); ++i)
    if (auto ready = go_on(lists_[i])) {
      lists_.erase(lists_.begin() + static_cast<std::ptrdiff_t>(i));
      return ready;
    }
  return std::nullopt;
}

std::optional<Input> History::go_on(Audit& audit) {
  if (audit.reading) return std::nullopt;
  if (!audit.counted) audit.counted.emplace(replica_.state(), audit.sku);
  Recount& counted = *audit.counted;
  if (!counted.is_lost() && counted.last() < outbox_.durable()) {
    ask(audit.reading, counted.last().next());
    return std::nullopt;
  }
  feed_newest(counted);
  if (!counted.compare(replica_.state(), compared_at_once)) return std::nullopt;
  return input::Recounted{audit.token, std::make_shared<const Recount>(std::move(counted))};
}

void History::feed_newest(Recount& counted) const {
  while (!counted.is_lost() && counted.last() < outbox_.last())
    for (const Record& record : outbox_.from(counted.last().next())) counted.feed(replica_.state(), record);
}

bool History::goes_on() const {
  return !audits_.empty() && audits_.front().counted && !audits_.front().reading;
}

void History::keep_up() {
  if (goes_on()) feed_newest(*audits_.front().counted);
}

std::optional<Input> History::go_on(List& list) {
  if (list.reading) return std::nullopt;
  if (!list.gathered) list.gathered.emplace(list.request, replica_.state());
  while (const auto wanted = list.gathered->wants(replica_.state())) {
    if (*wanted <= outbox_.durable()) {
      ask(list.reading, *wanted);
      return std::nullopt;
    }
    list.gathered->take(replica_.state(), *wanted, outbox_.from(*wanted));
  }
  return input::Listed{list.token, std::make_shared<const Listing>(*std::move(list.gathered))};
}

bool History::look_for_old(const Checkpointer& checkpointer, std::optional<Position> followed_from) {
  const State& state = replica_.state();
  Position needed = checkpointer.complete().next();
  if (const auto remembered = state.memories().oldest()) needed = std::min(needed, *remembered);
  if (!audits_.empty() && audits_.front().counted)
    needed = std::min(needed, audits_.front().counted->last().next());
  if (const auto wanted = trimmer_.wants(state, needed, followed_from)) ledger_.read(*wanted);
  const bool waits = trimmer_.waits_for_follower(state);
  return !std::exchange(waits_for_follower_, waits) && waits;
}

}  // namespace holdfast::node
