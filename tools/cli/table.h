// Columns that stand under each other: numbers to the right, texts to the left, two spaces between.
#pragma once

#include <string>
#include <vector>

namespace holdfast::cli {

enum class Paint { none, good, bad, doubtful };

// The text in a colour, or as it is.
[[nodiscard]] std::string painted(const std::string& text, Paint paint, bool colour);

struct Cell {
  std::string text;
  Paint paint = Paint::none;
};

struct Column {
  std::string head;
  enum class Align { left, right } align = Align::left;
};

using Row = std::vector<Cell>;  // may be shorter than there are columns

[[nodiscard]] std::string table(const std::vector<Column>& columns, const std::vector<Row>& rows,
                                bool colour);

// `name  value`, one to a line, values under each other; those without a value are left out.
struct Fact {
  std::string name;
  Cell value;
};
[[nodiscard]] std::string facts(const std::vector<Fact>& facts, bool colour);

}  // namespace holdfast::cli
