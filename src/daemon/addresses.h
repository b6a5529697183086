// addresses.json: where a running daemon is reached. Written once it serves, into its data directory; on
// stdout where there is none.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace holdfast {

struct Addresses {
  std::string http;
  std::string gossip;  // empty: no peers can reach it
  std::string native;  // empty: it is off
};

[[nodiscard]] std::string to_json(const Addresses& addresses);
// One line on stdout. Why not, in one line; or nothing.
[[nodiscard]] std::optional<std::string> print_addresses(const Addresses& addresses);
// Those of an earlier run: whoever waits for the file must not find them.
void forget_addresses(const std::filesystem::path& file);
// Replaces the file as a whole. Why it could not be written, in one line; or nothing.
[[nodiscard]] std::optional<std::string> write_addresses(const std::filesystem::path& file,
                                                         const Addresses& addresses);

}  // namespace holdfast
