// The word that a mistyped one was probably meant to be, by edit distance (Levenshtein, a swap counts once).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace holdfast {

[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of words, or nothing if none is nearer than a third of the word's length, two at least.
[[nodiscard]] std::string_view nearest(std::string_view word, std::span<const std::string_view> words);

// `, did you mean X`, or nothing where there is nothing to suggest.
[[nodiscard]] std::string did_you_mean(std::string_view suggestion);

}  // namespace holdfast
