// The two forms of a stock import: CSV (RFC 4180, first line `sku,quantity`) and one JSON object a line.
//
// A line that cannot be taken carries its fault and does not stop the others. Empty lines are skipped.
// Reading ends one line beyond limits::import_lines_max, which validate() then refuses.
#pragma once

#include <string_view>
#include <vector>

#include "core/request.h"

namespace holdfast::api {

// Without its header the file as a whole is at fault.
[[nodiscard]] std::vector<request::ImportLine> read_csv(std::string_view text,
                                                        std::vector<FieldError>& errors);
[[nodiscard]] std::vector<request::ImportLine> read_ndjson(std::string_view text);

}  // namespace holdfast::api
