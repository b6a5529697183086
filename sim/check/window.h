// Window: between asking and hearing the region decided, on the state after some record: not one before what
// was on its disk when it was asked, and none beyond what was there when the answer came (I4).
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "sim/check/audit.h"

namespace holdfast::sim {

class Window {
 public:
  Window(const Books& books, const Timeline& timeline, const Operation& operation)
      : books_(books),
        timeline_(timeline),
        first_(durable_by(timeline, operation.asked)),
        last_(durable_by(timeline, operation.ended)),
        ended_(operation.ended) {}

  // Whether it was so after one of these records, of which those count that touch these SKUs.
  template <class IsSo>
  [[nodiscard]] bool ever(const std::map<std::string, Units>& lines, IsSo is_so) const {
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
  // The same, of all of them: whatever they touch.
  template <class IsSo>
  [[nodiscard]] bool ever(IsSo is_so) const {
    for (Position position = first_; position <= last_; position = position.next())
      if (is_so(position)) return true;
    return false;
  }

  // Null: the SKU had not been heard of.
  [[nodiscard]] const Supply* at(const std::string& sku, Position position) const {
    const auto found = books_.supplies().find(sku);
    if (found == books_.supplies().end()) return nullptr;
    const auto later = std::ranges::upper_bound(found->second, position, {}, &Supply::since);
    return later == found->second.begin() ? nullptr : &*std::prev(later);
  }
  // It decided before this, if that record was its last.
  [[nodiscard]] SimTime latest(Position position) const {
    return std::min(ended_, durable_at(timeline_, position.next()));
  }
  [[nodiscard]] Position first() const { return first_; }

 private:
  const Books& books_;
  const Timeline& timeline_;
  Position first_;
  Position last_;
  SimTime ended_;
};

}  // namespace holdfast::sim
