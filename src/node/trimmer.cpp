#include "node/trimmer.h"

#include "base/assert.h"

namespace holdfast::node {

std::optional<Position> Trimmer::wants(const State& state, Position needed,
                                       std::optional<Position> followed_from) {
  if (reading_ || piece_is_full()) return std::nullopt;
  needed_ = needed;
  followed_from_ = followed_from;
  const Position next = state.closed().through().next();
  // Once it was read and had to stay, it is read again only when it can go.
  wants_more_ = next < needed && (!oldest_is_known(state) || (may_go(state, needed) && passed()));
  if (!wants_more_) return std::nullopt;
  reading_ = next;
  return reading_;
}

void Trimmer::read(State& state, Position first, std::span<const Record> records) {
  if (!reading_ || first != *reading_) return;
  reading_.reset();
  HF_ASSERT(!records.empty() && first == state.closed().through().next());
  next_end_ = Position(first.value() + records.size() - 1);
  next_end_at_ = records.back().at;
  wants_more_ = may_go(state, needed_) && passed();
  if (!wants_more_) return;
  for (const Record& record : records) state.closed().close(record);
  records_ += records.size();
  ++batches_;
  if (piece_is_full()) wants_more_ = false;
}

void Trimmer::add_to(JournalAppend& append, State& state) {
  HF_ASSERT(has_piece());
  const ClosedSums& closed = state.closed();
  for (const std::uint64_t number : state.closed().take_changed())
    append.slices.emplace_back(SliceId{SliceKind::closed, number}, closed.through(), closed.slice(number));
  append.history_ends_before = closed.through().next();
  records_ = 0;
  batches_ = 0;
}

}  // namespace holdfast::node
