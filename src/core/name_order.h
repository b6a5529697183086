// Many names in byte order: what has one is known by a number, and what is compared are eight characters at a
// time, as numbers that stand together. To compare whole names, millions of them, would be a walk through all
// memory for each. None may hold a zero. Threads: none.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace holdfast {

struct PieceOfName {
  std::uint64_t characters = 0;  // as a number that is as large as they are late
  std::uint32_t of = 0;
  auto operator<=>(const PieceOfName&) const = default;

  static constexpr std::size_t size = sizeof characters;
  [[nodiscard]] bool ends() const { return (characters & 0xff) == 0; }
};

[[nodiscard]] inline std::uint64_t characters_at(std::string_view name, std::size_t at) {
  std::uint64_t characters = 0;
  for (std::size_t i = at; i < at + PieceOfName::size; ++i)
    characters = characters << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0u);
  return characters;
}

// They have all characters before these in common. Those that have these in common, too: by what follows.
template <class NameOf>
void sort_by_name(std::span<PieceOfName> pieces, std::size_t at, const NameOf& name_of) {
  for (PieceOfName& piece : pieces) piece.characters = characters_at(name_of(piece.of), at);
  std::ranges::sort(pieces);
  while (!pieces.empty()) {
    const PieceOfName& first = pieces.front();
    const auto end = std::ranges::find_if(
        pieces, [&](const PieceOfName& piece) { return piece.characters != first.characters; });
    const auto alike = pieces.first(static_cast<std::size_t>(end - pieces.begin()));
    if (alike.size() > 1 && !first.ends()) sort_by_name(alike, at + PieceOfName::size, name_of);
    pieces = pieces.subspan(alike.size());
  }
}

// Ascending numbers; of those that have one name, they stay so.
template <class NameOf>
void sort_by_name(std::vector<std::uint32_t>& numbers, const NameOf& name_of) {
  if (std::ranges::is_sorted(numbers, {}, name_of)) return;
  std::vector<PieceOfName> pieces;
  pieces.reserve(numbers.size());
  for (const std::uint32_t number : numbers) pieces.push_back({0, number});
  sort_by_name(std::span(pieces), 0, name_of);
  for (std::size_t i = 0; i < pieces.size(); ++i) numbers[i] = pieces[i].of;
}

}  // namespace holdfast
