// What an answer says, as people read it; reading it is text/json.h.
#pragma once

#include <string>
#include <string_view>

#include "text/json.h"

namespace holdfast::cli {

// Strings without quotes, control characters replaced (they are commands to a terminal), null and missing as
// an empty text.
[[nodiscard]] std::string text(const json::value& value);
[[nodiscard]] std::string text(const json::value& object, std::string_view name);

// The same without spaces between digits: for what people copy into a file or a command.
[[nodiscard]] std::string plain(const json::value& value);

}  // namespace holdfast::cli
