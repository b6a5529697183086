// Strong<Tag, Rep>: a number with a meaning, which no other number is taken for.
//
//   using SkuId = Strong<struct SkuIdTag, std::uint32_t>;
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace holdfast {

template <class Tag, class Rep>
class Strong {
 public:
  using rep = Rep;

  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  constexpr auto operator<=>(const Strong&) const = default;

  // The number that follows: for counters such as positions and versions.
  [[nodiscard]] constexpr Strong next() const { return Strong(static_cast<Rep>(value_ + 1)); }

 private:
  Rep value_{};
};

}  // namespace holdfast

template <class Tag, class Rep>
struct std::hash<holdfast::Strong<Tag, Rep>> {
  std::size_t operator()(holdfast::Strong<Tag, Rep> strong) const { return std::hash<Rep>{}(strong.value()); }
};
