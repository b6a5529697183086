#include "cli/table.h"

#include <algorithm>

#include "cli/format.h"

namespace holdfast::cli {
namespace {

void rstrip(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

// Colour goes around the text, not the padding, and counts for no width.
std::string placed(const Cell& cell, std::size_t to_width, Column::Align align, bool colour) {
  const std::string padding(to_width - std::min(to_width, width(cell.text)), ' ');
  const auto text = painted(cell.text, cell.paint, colour);
  return align == Column::Align::right ? padding + text : text + padding;
}

std::vector<std::size_t> widths_of(const std::vector<Column>& columns, const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    widths.push_back(width(columns[i].head));
    for (const auto& row : rows)
      if (i < row.size()) widths[i] = std::max(widths[i], width(row[i].text));
  }
  return widths;
}

}  // namespace

std::string painted(const std::string& text, Paint paint, bool colour) {
  if (!colour || paint == Paint::none || text.empty()) return text;
  const char* code = paint == Paint::good ? "32" : paint == Paint::bad ? "1;31" : "33";
  return std::string("\x1b[") + code + "m" + text + "\x1b[0m";
}

std::string table(const std::vector<Column>& columns, const std::vector<Row>& rows, bool colour) {
  const auto widths = widths_of(columns, rows);
  const auto line_of = [&](const Row& row) {
    std::string line;
    for (std::size_t i = 0; i < std::min(row.size(), columns.size()); ++i)
      line += (i > 0 ? "  " : "") + placed(row[i], widths[i], columns[i].align, colour);
    rstrip(line);
    return line + "\n";
  };
  Row heads;
  for (const auto& column : columns) heads.push_back({column.head});
  std::string text = line_of(heads);
  for (const auto& row : rows) text += line_of(row);
  return text;
}

std::string facts(const std::vector<Fact>& all, bool colour) {
  std::size_t widest = 0;
  for (const auto& fact : all)
    if (!fact.value.text.empty()) widest = std::max(widest, width(fact.name));
  std::string text;
  for (const auto& fact : all)
    if (!fact.value.text.empty())
      text += placed({fact.name}, widest, Column::Align::left, false) + "  " +
              painted(fact.value.text, fact.value.paint, colour) + "\n";
  return text;
}

}  // namespace holdfast::cli
