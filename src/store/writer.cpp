#include "store/writer.h"

#include <algorithm>

namespace holdfast::store {
namespace {

bool is_of_a_row(const Trouble& trouble) {
  return trouble.kind == TroubleKind::data || trouble.kind == TroubleKind::rows;
}

}  // namespace

Result<Writer, Trouble> Writer::open(StoreDatabase& store, const Schema& schema, std::string region,
                                     std::string_view home) {
  Writer writer(store, schema, std::move(region), home);
  auto position = read_position(store, writer.region_);
  if (!position) return failure(std::move(position.error()));
  writer.position_ = *std::move(position);
  if (auto read = writer.read_subjects(); !read) return failure(std::move(read.error()));
  return writer;
}

Result<void, Trouble> Writer::read_subjects() {
  auto subjects = subjects_aside(*store_, region_);
  if (!subjects) return failure(std::move(subjects.error()));
  aside_.clear();
  for (Row& row : *subjects) aside_.insert(row[0].value_or(""));
  return {};
}

Result<void, Trouble> Writer::write(std::span<const Change> changes) {
  std::size_t limit = changes.size();
  while (!changes.empty()) {
    const auto part = up_to_hopeless(changes.first(std::min(limit, changes.size())));
    Batch batch;
    if (!rows_.hopeless(part.front()))
      for (const Change& change : part) add(change, Way::quick, batch);
    const auto ends = batch.ends;
    auto done = ends.empty() ? write_alone(part.front()) : apply(std::move(batch), part);
    if (!done && !is_of_a_row(done.error())) return done;
    if (!done && part.size() > 1) {  // what is before it, then it alone
      const auto bad = std::ranges::upper_bound(ends, done.error().statement) - ends.begin();
      limit = std::clamp<std::size_t>(static_cast<std::size_t>(bad), 1, part.size() / 2);
      continue;
    }
    if (!done) done = write_alone(part.front());
    if (!done) return done;
    limit *= 2;
    changes = changes.subspan(part.size());
  }
  return {};
}

Result<void, Trouble> Writer::skip_to(const std::string& cursor) {
  const Position to{cursor, {}, position_ ? position_->written : 0};
  auto done = store_->apply(
      {position_ ? move_position(region_, position_->cursor, to) : first_position(region_, to)});
  if (done) position_ = to;
  return done;
}

Result<std::size_t, Trouble> Writer::try_released() {
  auto asides = released_asides(*store_, region_);
  if (!asides) return failure(std::move(asides.error()));
  std::size_t written = 0;
  for (const Aside& aside : *asides) {
    const auto change = read_change(aside.cursor, aside.event, aside.data);
    if (!change) continue;
    Batch batch{.statements = {take_aside(region_, aside)}, .ends = {}};
    aside_.insert(aside.subject);  // another may have set it aside
    add(*change, Way::afresh, batch);
    auto done = store_->apply(batch.statements, Durability::soon);
    if (done)
      ++written;
    else if (is_of_a_row(done.error()) && done.error().statement > 0)
      done = store_->apply({leave_aside(region_, aside, done.error())});
    else if (is_of_a_row(done.error()))
      done = {};  // whoever follows the same was before us
    if (!done) return failure(std::move(done.error()));
  }
  if (auto read = read_subjects(); !read) return failure(std::move(read.error()));
  return written;
}

std::span<const Change> Writer::up_to_hopeless(std::span<const Change> changes) const {
  const auto found =
      std::ranges::find_if(changes, [&](const Change& change) { return rows_.hopeless(change).has_value(); });
  return changes.first(std::max<std::size_t>(static_cast<std::size_t>(found - changes.begin()), 1));
}

std::string Writer::key_of(const Change& change) const {
  const auto* reservation = std::get_if<Reservation>(&change.what);
  return reservation ? store::key_of(region_, home_, reservation->id) : std::string();
}

bool Writer::begins(const Change& change) const {
  return change.event == "reservation.pending" && position_ && change.at >= position_->at &&
         !subject_of(change).starts_with(adopted_prefix);
}

// By the id and when the next one of it began from now on, which no id can be:
// cart-1@2026-11-25T10:00:00.000Z.
void Writer::keep_earlier(const Change& change, Batch& batch) const {
  const std::string until = '@' + change.at;
  const std::string id = subject_of(change), key = key_of(change);
  batch.statements.push_back(rename_aside(region_, id, id + until));
  rows_.keep_sold(key, key + until, batch.statements);
}

void Writer::add(const Change& change, Way way, Batch& batch) const {
  const std::string key = key_of(change);
  const bool was_aside = !aside_.empty() && aside_.contains(subject_of(change));
  if (was_aside) way = Way::afresh;
  if (way == Way::afresh && begins(change)) keep_earlier(change, batch);
  // Early, so that who tries it again at the same moment has either written it before this, or waits.
  if (was_aside) batch.statements.push_back(drop_aside(region_, subject_of(change)));
  if (way == Way::quick)
    rows_.quick(change, key, batch.statements);
  else
    rows_.afresh(change, key, was_aside ? Before::set_aside : Before::written, batch.statements);
  batch.ends.push_back(batch.statements.size());
}

// The position first: of two who follow the same, the second waits here, and then finds that it has lost.
Result<void, Trouble> Writer::apply(Batch batch, std::span<const Change> changes) {
  const Position to{changes.back().cursor, changes.back().at,
                    (position_ ? position_->written : 0) + static_cast<std::int64_t>(changes.size())};
  auto& statements = batch.statements;
  statements.insert(statements.begin(),
                    position_ ? move_position(region_, position_->cursor, to) : first_position(region_, to));
  auto done = store_->apply(statements, Durability::soon);
  if (!done && done.error().statement == 0 && is_of_a_row(done.error()))
    return failure(Trouble{TroubleKind::unavailable, done.error().state,
                           "the position in the store is not where it was left", 0});
  if (!done) {
    --done.error().statement;
    return done;
  }
  position_ = to;
  if (!aside_.empty())
    for (const Change& change : changes) aside_.erase(subject_of(change));
  return {};
}

Result<void, Trouble> Writer::write_alone(const Change& change) {
  auto why = rows_.hopeless(change);
  if (!why) {
    Batch batch;
    add(change, Way::afresh, batch);
    auto done = apply(std::move(batch), {&change, 1});
    if (done || !is_of_a_row(done.error())) return done;
    why = std::move(done.error());
    if (why->kind == TroubleKind::rows)
      why->detail = "no such product, or several, or a trigger kept the row back";
  }
  const Statement aside = set_aside(region_, change, *why);
  Batch batch;
  if (begins(change)) keep_earlier(change, batch);
  batch.statements.push_back(aside);
  batch.ends.push_back(batch.statements.size());
  auto done = apply(std::move(batch), {&change, 1});
  if (!done && is_of_a_row(done.error())) done = apply({{aside}, {1}}, {&change, 1});
  if (!done) return done;
  aside_.insert(subject_of(change));
  newest_aside_ = {subject_of(change), *std::move(why)};
  return {};
}

}  // namespace holdfast::store
