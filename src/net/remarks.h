// Remarks: what is worth a line in the log about connections, and in which words.
//
// A peer that is down is dialled for hours, and anyone may connect and talk nonsense: each line is written
// once a minute, and no more than so many different ones in that time. What a stranger says may be part of a
// line, so that it is made printable, and cut. Owner: Links. Threads: none.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::net {

class Remarks {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds again_after{60};

  explicit Remarks(std::size_t lines_max) : lines_max_(lines_max) {}

  // The line to write; nothing: it was written lately, or there are too many.
  [[nodiscard]] std::optional<std::string> remark(std::string_view whom, std::string_view what, Time now);

 private:
  std::size_t lines_max_;
  std::map<std::string, Time> said_;
};

// Visible ASCII and spaces, at most `chars_max` of them; all else becomes '?'.
[[nodiscard]] std::string printable(std::string_view text, std::size_t chars_max);

}  // namespace holdfast::net
