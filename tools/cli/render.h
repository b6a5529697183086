// Answers as people read them: pure functions from the JSON of an answer to text. Colour only if asked for.
#pragma once

#include "cli/json.h"

namespace holdfast::cli {

// Of a region whose status says so.
inline constexpr std::string_view draining_means =
    "it asks for no rights, and is not ready; holdfast drain --stop ends it";

// Whether a status is of a ledger in memory: there is no disk to be free, and yet it is not low.
[[nodiscard]] bool is_in_memory(const json::value& status);
// One of the status's lost ledgers, as a clause.
[[nodiscard]] std::string lost_means(const json::value& lost);

[[nodiscard]] std::string status_text(const json::value& status, bool colour);
[[nodiscard]] std::string rights_text(const json::value& rights, bool colour);
[[nodiscard]] std::string audit_text(const json::value& audit, bool colour);
// Every region that any SKU of a rights answer names, in the order first met.
[[nodiscard]] std::vector<std::string> regions_of(const json::value& rights);
[[nodiscard]] std::string explain_text(const json::value& audit, bool colour);
[[nodiscard]] std::string config_text(const json::value& config, bool colour);
[[nodiscard]] std::string config_origin_text(const json::value& config, bool colour);
[[nodiscard]] std::string backup_text(const json::value& backup, bool colour);
[[nodiscard]] std::string drain_text(const json::value& drain, bool colour);
[[nodiscard]] std::string config_changes_text(const json::value& reloaded, bool colour);

[[nodiscard]] std::string reservation_text(const json::value& reservation, bool colour);
[[nodiscard]] std::string reservations_text(const json::value& list, bool colour);

[[nodiscard]] std::string sku_text(const json::value& sku, bool colour);
[[nodiscard]] std::string skus_text(const json::value& list, bool colour);
[[nodiscard]] std::string adjustment_text(const json::value& adjustment, bool colour);
[[nodiscard]] std::string import_text(const json::value& import, bool colour);

// One event of the feed, as a line; and as a line of ndjson, which says of what type it is.
[[nodiscard]] std::string event_line(std::string_view type, const json::value& data);
[[nodiscard]] std::string event_row(std::string_view type, std::string_view data);

// The lines of an import that were refused: talk for stderr.
[[nodiscard]] std::string refused_lines(const json::value& import);

}  // namespace holdfast::cli
