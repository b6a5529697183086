// One value at a time: text to a member of Config, or the reason why not; and back, as it is shown.
#pragma once

#include "daemon/config_table.h"

namespace holdfast {

using Why = std::string;  // what is wrong with a value, with a suggestion where there is one

[[nodiscard]] Result<std::string, Why> parse_name(std::string_view text);  // [a-z0-9-]{1,32}

// host:port, IPv6 in brackets. fallback: a good address of this key, whose port a suggestion borrows.
[[nodiscard]] Result<Address, Why> parse_address(std::string_view text, std::string_view fallback);

// Parses text as the key's type demands and sets the member.
[[nodiscard]] Result<void, Why> assign(Config& config, const ConfigKey& key, std::string_view text);

[[nodiscard]] std::variant<std::string, std::int64_t> shown(const Config& config, const ConfigKey& key);

}  // namespace holdfast
