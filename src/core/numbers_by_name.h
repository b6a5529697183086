// NumbersByName: by its name, the number of something; of several that had the same name the newest.
//
// The table keeps half of each name: 16 bytes for each, four in a line of the cache. Some day, among tens of
// millions, two names will have that half in common. So nothing is taken for what its half says: whoever asks
// is asked whether that is the one (`is_it(number)`), and the second of two such names stands apart.
//
// Number{} is none. Owner: Reservations. Threads: none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "core/digest_table.h"

namespace holdfast {

template <class Number>
class NumbersByName {
 public:
  template <class IsIt>
  [[nodiscard]] std::optional<Number> find(const Digest& name, const IsIt& is_it) const {
    const Number* const held = by_half_.find(name.low);
    if (held != nullptr && is_it(*held)) return *held;
    if (const Number* const other = find_apart(name); other != nullptr && is_it(*other)) return *other;
    return std::nullopt;
  }

  // While slices are replayed, an earlier one may come after a later one.
  template <class IsIt>
  void put(const Digest& name, Number number, const IsIt& is_it) {
    if (Number* const other = find_apart(name); other != nullptr) return keep_newest(*other, number);
    Number& held = by_half_.at(name.low);
    if (held == Number{} || is_it(held)) return keep_newest(held, number);
    apart_.emplace(name, number);
  }

  // Unless a newer one is there in its place.
  void drop(const Digest& name, Number number) {
    if (const Number* const held = by_half_.find(name.low); held != nullptr && *held == number)
      return by_half_.drop(name.low);
    if (const auto found = apart_.find(name); found != apart_.end() && found->second == number)
      apart_.erase(found);
  }

  // It will be asked for soon: what tells of it is fetched meanwhile.
  [[gnu::always_inline]] void expect(const Digest& name) const { by_half_.expect(name.low); }
  // If not, none has this name.
  [[nodiscard]] bool may_have(const Digest& name) const {
    return by_half_.find(name.low) != nullptr || !apart_.empty();
  }
  [[nodiscard]] std::size_t size() const { return by_half_.size() + apart_.size(); }

 private:
  static void keep_newest(Number& newest, Number number) { newest = std::max(newest, number); }
  [[nodiscard]] const Number* find_apart(const Digest& name) const {
    if (apart_.empty()) return nullptr;
    const auto found = apart_.find(name);
    return found != apart_.end() ? &found->second : nullptr;
  }
  [[nodiscard]] Number* find_apart(const Digest& name) {
    return const_cast<Number*>(std::as_const(*this).find_apart(name));
  }

  DigestTable<std::uint64_t, Number> by_half_;
  std::map<Digest, Number> apart_;
};

}  // namespace holdfast
