// PendingIds: by the name of its id, the number of the newest reservation that is pending under it.
//
// The table keeps half of each name: 16 bytes a reservation, four in a line of the cache. Some day, among
// tens of millions, two names will have that half in common. So nothing is taken for what its half says:
// whoever asks is asked whether that is the one (`is_it(seq)`), and the second of two such names stands
// apart.
//
// Owner: Reservations. Threads: none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "base/digest.h"
#include "core/digest_table.h"
#include "core/ids.h"

namespace holdfast {

class PendingIds {
 public:
  template <class IsIt>
  [[nodiscard]] std::optional<ReservationSeq> find(const Digest& name, const IsIt& is_it) const {
    const ReservationSeq* const held = by_half_.find(name.low);
    if (held != nullptr && is_it(*held)) return *held;
    const auto found = apart_.find(name);
    return found != apart_.end() && is_it(found->second) ? std::optional(found->second) : std::nullopt;
  }

  // While slices are replayed, an earlier one may come after a later one.
  template <class IsIt>
  void put(const Digest& name, ReservationSeq seq, const IsIt& is_it) {
    if (const auto found = apart_.find(name); found != apart_.end()) return keep_newest(found->second, seq);
    ReservationSeq& held = by_half_.at(name.low);
    if (held == ReservationSeq{} || is_it(held)) return keep_newest(held, seq);
    apart_.emplace(name, seq);
  }

  // Unless a newer one is there in its place.
  void drop(const Digest& name, ReservationSeq seq) {
    if (const ReservationSeq* const held = by_half_.find(name.low); held != nullptr && *held == seq)
      return by_half_.drop(name.low);
    if (const auto found = apart_.find(name); found != apart_.end() && found->second == seq)
      apart_.erase(found);
  }

  // It will be asked for soon: what tells of it is fetched meanwhile.
  [[gnu::always_inline]] void expect(const Digest& name) const { by_half_.expect(name.low); }
  [[nodiscard]] std::size_t size() const { return by_half_.size() + apart_.size(); }

 private:
  static void keep_newest(ReservationSeq& newest, ReservationSeq seq) { newest = std::max(newest, seq); }

  DigestTable<std::uint64_t, ReservationSeq> by_half_;
  std::map<Digest, ReservationSeq> apart_;
};

}  // namespace holdfast
