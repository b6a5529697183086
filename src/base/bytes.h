// Bytes as values: what the ledger keeps and the wire carries, of whose meaning neither knows anything.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace holdfast {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

[[nodiscard]] inline BytesView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
[[nodiscard]] inline std::string_view text_of(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace holdfast
