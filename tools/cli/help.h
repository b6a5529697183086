// Texts of help that come from the table, and what a parameter's value must look like.
#pragma once

#include <string>

#include "cli/commands.h"

namespace holdfast::cli {

inline constexpr std::string_view formats[] = {"table", "json", "ndjson"};
inline constexpr std::string_view sorts[] = {"sku", "runs_dry"};
inline constexpr std::string_view states[] = {"pending", "purchased", "released", "expired"};
inline constexpr std::string_view if_expireds[] = {"reacquire", "fail"};
inline constexpr std::string_view shells[] = {"bash", "zsh", "fish"};

[[nodiscard]] std::string overview(std::string_view group);  // of all commands, or of those after one word
[[nodiscard]] std::string examples_of(const Command& command);

// The few words that a value of this kind can be; none if it can be anything.
[[nodiscard]] constexpr std::span<const std::string_view> choices_of(Kind kind) {
  constexpr auto none = std::span<const std::string_view>();
  switch (kind) {
    case Kind::format: return formats;
    case Kind::sort: return sorts;
    case Kind::state: return states;
    case Kind::if_expired: return if_expireds;
    case Kind::shell: return shells;
    default: return none;
  }
}

// What is wrong with a value of this kind; empty if nothing.
[[nodiscard]] std::string fault_of(Kind kind, const std::string& value);

}  // namespace holdfast::cli
