#include "core/stock.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "core/name_order.h"

namespace holdfast {

namespace {

// What is left of a SKU by its writer's row alone, had nothing been sent.
Units left_by(const Row& row) { return row.received - row.purchased - row.written_off; }

Units beyond(Units left) { return left < no_units ? -left : no_units; }

SkuId as_sku(std::uint32_t number) { return SkuId(number); }

bool says_the_same(const Row& a, const Row& b) {
  return a.received == b.received && a.purchased == b.purchased && a.written_off == b.written_off &&
         a.sent == b.sent;
}

}  // namespace

// Place{}: there is none of this name.
Stock::Place Stock::find_place(std::string_view name) const {
  const Place* const place = places_.find(hash(name));
  if (place == nullptr) return {};
  if (std::ranges::equal(this->name(SkuId(place->value() - 1)), name)) return *place;
  const auto found = apart_.find(std::string(name));
  return found == apart_.end() ? Place{} : found->second;
}

std::optional<SkuId> Stock::expect_numbers(std::uint64_t hash) const {
  const Place* const place = places_.find(hash);
  if (place == nullptr) return std::nullopt;
  const std::uint32_t sku = place->value() - 1;
  __builtin_prefetch(&skus_[sku]);
  __builtin_prefetch(&names_[sku]);
  return SkuId(sku);
}

// Those that are new go from behind each to its place: names are compared only to find it, and what stands
// between is moved once.
const std::vector<SkuId>& Stock::in_byte_order() const {
  std::vector<std::uint32_t> fresh;
  for (std::size_t i = byte_order_.size(); i < skus_.size(); ++i)
    fresh.push_back(static_cast<std::uint32_t>(i));
  sort_by_name(fresh, [this](std::uint32_t sku) { return std::string_view(names_[sku]); });
  auto sorted_end = static_cast<std::ptrdiff_t>(byte_order_.size());
  byte_order_.resize(skus_.size());
  auto free_end = byte_order_.end();
  for (const SkuId sku : std::views::reverse(fresh) | std::views::transform(as_sku)) {
    const std::ptrdiff_t place = place_in_byte_order(sku, sorted_end);
    free_end = std::move_backward(byte_order_.begin() + place, byte_order_.begin() + sorted_end, free_end);
    *--free_end = sku;
    sorted_end = place;
  }
  return byte_order_;
}

// Among the first of those that are in order; from the last of them on in ever longer strides, since where
// many are new the place is near.
std::ptrdiff_t Stock::place_in_byte_order(SkuId sku, std::ptrdiff_t end) const {
  const auto by_name = [this](SkuId a, SkuId b) { return name(a) < name(b); };
  const auto begin = byte_order_.begin();
  std::ptrdiff_t stride = 1;
  while (stride <= end && by_name(sku, begin[end - stride])) stride *= 2;
  const auto first = begin + std::max<std::ptrdiff_t>(end - stride, 0);
  return std::upper_bound(first, begin + (end - stride / 2), sku, by_name) - begin;
}

Units Stock::rights(ReplicaIx replica, SkuId sku) const {
  Units rights = rights_without_incoming(row(replica, sku));
  for (std::uint16_t from = 0; from < rows_.size(); ++from)
    rights += sent_to(row(ReplicaIx(from), sku), replica);
  return rights;
}

UnitsSum Stock::reserved_total(ReplicaIx replica) const {
  return replica == self ? reserved_total_ : rows_[replica.value()].reserved_total;
}

std::optional<SkuId> Stock::oldest(ReplicaIx replica) const {
  const std::uint32_t sku = rows_[replica.value()].oldest;
  return sku == none ? std::nullopt : std::optional(SkuId(sku));
}

std::optional<SkuId> Stock::newest(ReplicaIx replica) const {
  const std::uint32_t sku = rows_[replica.value()].newest;
  return sku == none ? std::nullopt : std::optional(SkuId(sku));
}

std::optional<SkuId> Stock::newer(ReplicaIx replica, SkuId than) const {
  const std::uint32_t sku = rows_[replica.value()].by_sku[than.value()].newer;
  return sku == none ? std::nullopt : std::optional(SkuId(sku));
}

std::optional<SkuId> Stock::older(ReplicaIx replica, SkuId than) const {
  const std::uint32_t sku = rows_[replica.value()].by_sku[than.value()].older;
  return sku == none ? std::nullopt : std::optional(SkuId(sku));
}

std::optional<SkuId> Stock::with_version(ReplicaIx replica, Version version) const {
  const ReplicaRows& rows = rows_[replica.value()];
  const std::uint32_t sku = last_up_to(rows, version);
  if (sku != rows.newest) rows.found = sku;
  if (sku == none || rows.by_sku[sku].row.version != version) return std::nullopt;
  return SkuId(sku);
}

// Room for many is made at once, and for twice as many as there are, at the least: else each few that come
// would move all.
void Stock::expect_skus(std::size_t count) {
  const std::size_t wanted = skus_.size() + count;
  if (wanted <= skus_.capacity()) return;
  skus_.reserve(std::max(wanted, 2 * skus_.size()));
  left_.reserve(skus_.capacity());
}

void Stock::add_sku(SkuId id, std::string_view name) {
  if (id.value() >= skus_.size()) {
    skus_.resize(id.value() + 1);
    left_.resize(skus_.size());
    names_.grow(skus_.size());
  }
  HF_ASSERT(names_[id.value()].empty());
  names_[id.value()] = name;
  const Place place(id.value() + 1);
  if (Place& first = places_.at(hash(name)); first == Place{})
    first = place;
  else
    apart_.emplace(name, place);
}

void Stock::add_replica(ReplicaIx replica, const ReplicaId& id) {
  make_room(replica);
  tags_[replica.value()] = tag_of(id);
}

void Stock::make_room(ReplicaIx replica) {
  if (replica.value() < rows_.size()) return;
  rows_.resize(replica.value() + 1u);
  tags_.resize(rows_.size());
}

void Stock::change_row(const RowChange& change) {
  Row row = this->row(self, change.sku);
  row.received += change.received;
  row.purchased += change.purchased;
  row.written_off += change.written_off;
  if (change.sent != no_units) add_sent(row, change.to, change.sent);
  row.version = change.version;
  row.reserved = reserved(change.sku);
  row.rate = change.rate;
  put(self, change.sku, row);
}

void Stock::put(ReplicaIx replica, SkuId sku, const Row& row) {
  LinkedRow& mine = linked(replica, sku);
  HF_ASSERT(row.version >= mine.row.version);
  HF_ASSERT(grows(mine.row, row));
  if (row.version == mine.row.version) return;
  ReplicaRows& rows = rows_[replica.value()];
  if (linked_ && mine.row.exists()) unlink(rows, sku.value());
  replace(replica, sku, mine.row, row);
  if (linked_) link(rows, sku.value());
}

// The one place where a row changes.
void Stock::replace(ReplicaIx replica, SkuId sku, Row& old, const Row& row) {
  for (const Sent& sent : row.sent) make_room(sent.to);
  ReplicaRows& rows = rows_[replica.value()];
  rows.rows_total += !old.exists();
  rows.reserved_total += row.reserved - old.reserved;
  const auto change_rights = [&](ReplicaIx of, Units change) {
    rows_[of.value()].rights_total += change;
    if (of == self)
      skus_[sku.value()].rights += change;
    else if (change != no_units)
      change_held(of, sku, change);
  };
  change_rights(replica, rights_without_incoming(row) - rights_without_incoming(old));
  for (const Sent& sent : row.sent) change_rights(sent.to, sent.total - sent_to(old, sent.to));
  if (!says_the_same(old, row)) {
    const SkuTag of = tag_of(name(sku));
    state_hash_ += row_hash(row, replica, of, tags_) - row_hash(old, replica, of, tags_);
  }
  sum_up(sku, left_by(row) - left_by(old));
  if (row.rate > 0 && !std::exchange(skus_[sku.value()].in_demand, true)) in_demand_.push_back(sku);
  old = row;
}

// Before the row that changes them is there.
void Stock::change_held(ReplicaIx peer, SkuId sku, Units change) {
  const Units rights_now = rights(peer, sku);
  const Units before = std::max(no_units, rights_now);
  const Units after = std::max(no_units, rights_now + change);
  Held& held = rows_[peer.value()].held;
  held.units += after - before;
  held.skus += after > no_units;
  held.skus -= before > no_units;
}

void Stock::sum_up(SkuId sku, Units change) {
  Units& left = left_[sku.value()];
  oversold_ -= beyond(left);
  left += change;
  oversold_ += beyond(left);
}

void Stock::restore(const SkuSlice& slice) {
  for (const SkuSlice::Entry& sku : slice.skus) expect(hash(sku.name));
  for (const SkuSlice::Entry& sku : slice.skus) restore(sku);
}

void Stock::restore(const SkuSlice::Entry& entry) {
  add_sku(entry.id, entry.name);
  reserved_total_ += entry.reserved - skus_[entry.id.value()].reserved;
  skus_[entry.id.value()].reserved = entry.reserved;
  skus_[entry.id.value()].returned = entry.returned;
  for (const ReplicaRow& known : entry.rows) {
    make_room(known.replica);
    replace(known.replica, entry.id, linked(known.replica, entry.id).row, known.row);
  }
}

void Stock::link_all() {
  linked_ = true;
  state_hash_ = holdfast::state_hash(*this);  // slices with rows came before the one that names their writers
  for (ReplicaRows& rows : rows_) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t sku = 0; sku < rows.by_sku.size(); ++sku)
      if (rows.by_sku[sku].row.exists()) order.push_back(sku);
    std::ranges::sort(order, {}, [&](std::uint32_t sku) { return rows.by_sku[sku].row.version; });
    rows.oldest = rows.newest = rows.found = none;
    for (const std::uint32_t sku : order) link(rows, sku);
  }
}

void Stock::add_to(SkuSlice& slice, SkuId sku) const {
  SkuSlice::Entry& entry = slice.skus.emplace_back();
  entry.id = sku;
  entry.name = name(sku);
  entry.reserved = reserved(sku);
  entry.returned = returned(sku);
  for (std::uint16_t replica = 0; replica < rows_.size(); ++replica) {
    const Row& known = row(ReplicaIx(replica), sku);
    if (!known.exists()) continue;
    ReplicaRow& copy = entry.rows.emplace_back();
    copy.replica = ReplicaIx(replica);
    copy.row = known;
  }
}

Stock::LinkedRow& Stock::linked(ReplicaIx replica, SkuId sku) {
  auto& rows = rows_[replica.value()].by_sku;
  if (sku.value() >= rows.size()) rows.grow(std::max<std::size_t>(sku.value() + 1, skus_.size()));
  return rows[sku.value()];
}

// From the newest, where own rows go and most others; or from where one was found last, if that is nearer:
// rows of a range follow each other, while newer ones may have come ahead of it in any number. Where many
// are missing, those around it are far by their versions, and near all the same.
std::uint32_t Stock::last_up_to(const ReplicaRows& rows, Version version) {
  const auto version_of = [&](std::uint32_t sku) { return rows.by_sku[sku].row.version; };
  const auto distance = [&](std::uint32_t sku) {
    return std::max(version_of(sku), version).value() - std::min(version_of(sku), version).value();
  };
  const auto is_just_before = [&](std::uint32_t sku) {
    const std::uint32_t newer = rows.by_sku[sku].newer;
    return version_of(sku) <= version && (newer == none || version_of(newer) > version);
  };
  if (rows.found != none && is_just_before(rows.found)) return rows.found;
  std::uint32_t at = rows.newest;
  if (rows.found != none && distance(rows.found) < distance(at)) at = rows.found;
  while (at != none && version_of(at) > version) at = rows.by_sku[at].older;
  if (at == none) return none;
  for (std::uint32_t next = rows.by_sku[at].newer; next != none && version_of(next) <= version;
       next = rows.by_sku[at].newer)
    at = next;
  return at;
}

void Stock::link(ReplicaRows& rows, std::uint32_t sku) {
  LinkedRow& linked = rows.by_sku[sku];
  const std::uint32_t before = last_up_to(rows, linked.row.version);
  if (before != rows.newest) rows.found = sku;
  linked.older = before;
  linked.newer = before == none ? rows.oldest : rows.by_sku[before].newer;
  (linked.older == none ? rows.oldest : rows.by_sku[linked.older].newer) = sku;
  (linked.newer == none ? rows.newest : rows.by_sku[linked.newer].older) = sku;
}

void Stock::unlink(ReplicaRows& rows, std::uint32_t sku) {
  const LinkedRow& linked = rows.by_sku[sku];
  if (rows.found == sku) rows.found = linked.older;
  (linked.older == none ? rows.oldest : rows.by_sku[linked.older].newer) = linked.newer;
  (linked.newer == none ? rows.newest : rows.by_sku[linked.newer].older) = linked.older;
}

}  // namespace holdfast
