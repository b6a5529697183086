// Numbers and times as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::cli {

[[nodiscard]] std::string grouped(std::int64_t number);           // 48 210
[[nodiscard]] std::string per_second(std::int64_t per_1000_s);    // 312.4
[[nodiscard]] std::string per_minute(std::int64_t per_1000_s);    // 96
[[nodiscard]] std::string latency_ms(std::int64_t ms);            // 82ms
[[nodiscard]] std::string latency_us(std::int64_t us);            // 0.4ms, 82ms
[[nodiscard]] std::string span_ms(std::int64_t ms);               // 0.4 s, 12 s, 2m 11s, 3h 05m, 6d 04h
[[nodiscard]] std::string bytes(std::int64_t bytes);              // 512 B, 1.5 MiB
[[nodiscard]] std::string time_of_day(std::string_view rfc3339);  // 18:00:04Z
[[nodiscard]] std::string moment(std::string_view rfc3339);       // 2026-11-23 18:00:04Z
[[nodiscard]] std::string printable(std::string_view text);       // control characters replaced
[[nodiscard]] std::size_t width(std::string_view utf8);           // in columns of a terminal
[[nodiscard]] std::string clipped(std::string_view utf8, std::size_t columns);  // what has room in them

}  // namespace holdfast::cli
