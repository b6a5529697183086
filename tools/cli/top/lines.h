// Lines of the screen, and how each looks. What a look says, the words of the line say too: colour is never
// alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::cli {

enum class Look : std::uint8_t { plain, head, good, doubtful, bad, chosen };

struct ShownLine {
  std::string text;
  Look look = Look::plain;
};

using Lines = std::vector<ShownLine>;

// One for each line of the text.
[[nodiscard]] Lines lines_of(const std::string& text, Look look = Look::plain);

// Which rows of a list have room: those around the one that is chosen.
struct Window {
  std::size_t first = 0;
  std::size_t count = 0;
};
[[nodiscard]] constexpr Window window(std::size_t rows, std::size_t room, std::size_t chosen) {
  const std::size_t count = rows < room ? rows : room;
  const std::size_t at = chosen < rows ? chosen : (rows > 0 ? rows - 1 : 0);
  return {at < count ? 0 : at - count + 1, count};
}

}  // namespace holdfast::cli
